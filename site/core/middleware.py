"""Turns refusals and broken requests into answers in words, with what was typed given back."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.database import is_unavailable
from core.errors import Refused, TooMany, Unavailable
from core.views import error_response

View = Callable[[HttpRequest], HttpResponse]


class BodyLimitMiddleware:
    """Answers 413 from the declared length alone, before a byte of the body is read."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on unless it says that it is larger than `MAX_BODY_BYTES`."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_BODY_BYTES:
            # No `Connection: close`, which WSGI leaves to the server: with it, some answer 500 instead.
            return error_response(request, 413, _too_big())
        return self.get_response(request)


class ErrorsMiddleware:
    """Answers a `Refused` that no view caught, and a database that does not answer, with a page in words."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_exception` does the work."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the answer for what we know, None for what is a bug and belongs to Django's 500."""
        if isinstance(exception, Refused):
            return refused_response(request, exception)
        if isinstance(exception, RequestDataTooBig):
            return error_response(request, 413, _too_big())
        if is_unavailable(exception):
            return refused_response(request, Unavailable(_unavailable()))
        return None


def refused_response(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Return the page (or fragment) for a refusal, with `Retry-After` where there is a wait."""
    page = error_response(request, refused.status, refused.message, link=refused.link, link_words=refused.link_words)
    return explain(page, refused)


def explain(response: HttpResponse, refused: Refused) -> HttpResponse:
    """Return `response` with the headers that belong to the refusal."""
    if isinstance(refused, TooMany):
        response["Retry-After"] = str(refused.retry_after)
    if isinstance(refused, Unavailable):
        response["Retry-After"] = "30"
    return response


def _too_big() -> str:
    return _("That is more than this page can take. Please make it shorter; your text is still in the page before.")


def _unavailable() -> str:
    return _("The site cannot save anything at the moment. Your text is below: please try again in a minute.")
