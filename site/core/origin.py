"""Where a form came from: the browser's own word for it is enough, and a token stands in where it does not say.

Pages for visitors then need no token, and are the same for everybody (docs/adr/0009).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


def is_visitor(request: HttpRequest) -> bool:
    """Return whether the browser is nobody to us: it has no session. A token that it still holds changes nothing."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES


def is_own_origin(request: HttpRequest) -> bool:
    """Return whether the browser says that one of our own pages sent this: scheme, host and port are exactly ours.

    Sub-domains and `CSRF_TRUSTED_ORIGINS` are not ours. A script of another site can neither set nor remove the two
    headers; a browser that hides where it comes from sends `null` or nothing, and gets False.
    """
    try:
        own = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return False
    is_ours: bool = request.META.get("HTTP_ORIGIN") == own
    return is_ours and request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") == "same-origin"


class OriginMiddleware(CsrfViewMiddleware):
    """Django's protection against forged forms, with our own origin taken in place of the token."""

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        """Let what our own pages send pass; ask Django about everything else."""
        if request.method not in SAFE and is_own_origin(request):
            request.csrf_processing_done = True  # type: ignore[attr-defined]  # as Django itself marks it
            return None
        return super().process_view(request, callback, args, kwargs)
