"""Pages about how the house is kept: one page a file."""
