"""The read side: pages of a discussion as frozen dataclasses, each made with a fixed number of queries."""
