"""The spam screen: what it sees in a text, and what it has learned from decisions. Knows no database."""
