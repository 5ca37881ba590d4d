"""The read side: what each page shows, with a fixed number of queries."""
