"""What every template may read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.origin import is_visitor


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name and address (the configured one: a Host header is not to be believed in links)."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}


def token(request: HttpRequest) -> dict[str, Any]:
    """Keep the token out of pages for visitors: it would set a cookie and make each page another."""
    return {"csrf_token": "", "has_no_token": True} if is_visitor(request) else {}
