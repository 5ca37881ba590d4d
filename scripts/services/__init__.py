"""The services that the tests need (PostgreSQL, Redis, Chromium): found, else started, else installed."""

from __future__ import annotations


class ServiceError(Exception):
    """A service cannot be had. The message says which and what to do, for the person at the terminal."""
