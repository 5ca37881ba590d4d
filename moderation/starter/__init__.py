"""Rules that many sites need, as drafts to read, to change, and to try."""
