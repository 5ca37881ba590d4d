"""A small paper with django-comments-xtd, set up as its documentation does."""
