"""Screens as plug-ins: each says by a number between 0 and 1 what it makes of a comment, and why."""
