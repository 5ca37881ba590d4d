"""Whole addresses of our own pages."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """Return the address of `path` (with its slash) on the site as configured: a Host header can be forged."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"
