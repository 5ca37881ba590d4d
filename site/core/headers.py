"""Headers that every answer carries, whoever made it: the view, another middleware, or an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]

#: Nothing of ours asks for any of this; a script that got in must not either.
PERMISSIONS = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in PERMISSIONS),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Permitted-Cross-Domain-Policies": "none",
}
#: May be kept by the browser of one person, who asks whether it is still true: going back is quick, a cache between
#: here and there keeps nothing, and after logging out nothing is shown again without asking.
PERSONAL = "private, no-cache"


class HeadersMiddleware:
    """Adds what is missing. A view that says otherwise has its reasons."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and complete the answer."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if _may_be_personal(request, response):
            response.headers.setdefault("Cache-Control", PERSONAL)
        return response


def _may_be_personal(request: HttpRequest, response: HttpResponse) -> bool:
    # Any cookie, not the session's alone: the one of a guest, of a form, of an order of comments.
    return bool(request.COOKIES or response.cookies)


class PolicyMiddleware(CSPMiddleware):
    """django-csp's own, with the policy that all pages have written once, and not for each answer anew."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        is_everybodys = not (getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None) or settings.DEBUG)
        self._policy = build_policy() if is_everybodys else ""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Add the policy; an answer, or a site, that wants another one gets it from django-csp."""
        if not self._policy or _wants_its_own(request, response):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._policy)
        return response


def _wants_its_own(request: HttpRequest, response: HttpResponse) -> bool:
    return hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
