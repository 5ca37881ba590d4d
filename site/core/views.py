"""Error pages: what went wrong, in words, and what was typed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _

#: The field that holds what a person wrote, in every form of the site.
TYPED_FIELD = "body"


def error_response(request: HttpRequest, status: int, message: str, **context: Any) -> HttpResponse:
    """Return the error page with `status`, `message` and the text that the refused form carried, if any."""
    title = HTTPStatus(status).phrase
    page = {"status": int(status), "message": message, "title": title, "typed": _typed(request, status), **context}
    return render(request, "errors/page.html", page, status=int(status))


def _typed(request: HttpRequest, status: int) -> str:
    if request.method != "POST" or status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return ""
    try:
        return str(request.POST.get(TYPED_FIELD, ""))
    except (RequestDataTooBig, SuspiciousOperation, UnreadablePostError):
        return ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for a form without its token: the session ended, or another site sent it. The text is given back."""
    message = _(
        "This form had expired, so nothing was sent. Your text is below: go back, reload the page and post it again."
    )
    return error_response(request, 403, message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 400 for a request that no page of ours makes."""
    return error_response(request, 400, _("This address or form could not be understood."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 403 with the sentence of the exception."""
    return error_response(request, 403, str(exception) or _("You may not do this."))


def page_not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """Return 404."""
    return error_response(request, 404, _("There is nothing at this address. It may have been moved or removed."))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Return 429 for log-in, sign-up and the like: allauth counts them by the minute."""
    response = error_response(request, 429, _("That was too often in a short time. Please try again in a minute."))
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500 without touching the database: it may be what failed."""
    return HttpResponse(_SERVER_ERROR, status=500)


_SERVER_ERROR = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>Something broke</title><h1>Something broke on our side</h1>"
    "<p>It has been noted. Please go back: your text is still in the page before.</p></html>"
)
