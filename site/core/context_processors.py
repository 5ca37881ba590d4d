"""What every template may read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name and address (the configured one: a Host header is not to be believed in links)."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
