"""Pages about oneself. Signing up and logging in are allauth's."""
