"""Error pages: what went wrong, in words, and what was typed."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.database import is_unavailable

#: The field that holds what a person wrote, in every form of the site.
TYPED_FIELD = "body"
_NOT_AGAIN = (TYPED_FIELD, "csrfmiddlewaretoken")


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
    """Return 403 for a form of which nobody vouches that it is ours: the session ended, or another site sent it.

    The text is given back. A browser that does not say where a form comes from gets it back with a token, to be sent
    again by hand; a form that another site has filled in is not offered.
    """
    message = _(
        "This form had expired, so nothing was sent. Your text is below: go back, reload the page and post it again."
    )
    context: dict[str, Any] = {"csrf_token": get_token(request)}
    if request.method == "POST" and request.META.get("HTTP_ORIGIN", "null") == "null" and not _is_elsewhere(request):
        context |= {"again": True, "fields": _sent(request)}
    return error_response(request, 403, message, **context)


def _is_elsewhere(request: HttpRequest) -> bool:
    return request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none")


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the other fields of the form: a password is typed anew, and the token is another."""
    try:
        sent = [(name, str(value)) for name, value in request.POST.items()]
    except (RequestDataTooBig, SuspiciousOperation, UnreadablePostError):
        return []
    return [(name, value) for name, value in sent if name not in _NOT_AGAIN and "password" not in name]


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
    """Return 500, or 503 when the database is away; without touching it, or any template that might.

    A middleware that asks who the reader is fails before any view can catch it: the text that was sent is given back.
    """
    is_away = is_unavailable(sys.exc_info()[1])
    title = _("Back in a minute") if is_away else _("Something broke on our side")
    response = HttpResponse(
        format_html(
            "<!doctype html><html lang='{}'><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            "<title>{}</title><h1>{}</h1><p>{}</p>{}</html>",
            get_language() or settings.LANGUAGE_CODE, title, title, _what_now(is_away=is_away), _given_back(request),
        ),
        status=503 if is_away else 500,
    )  # fmt: skip
    if is_away:
        response["Retry-After"] = "30"
    return response


def _what_now(*, is_away: bool) -> str:
    if is_away:
        return _("The site cannot save anything at the moment. Please try again in a minute.")
    return _("It has been noted. Please go back: your text is still in the page before.")


def _given_back(request: HttpRequest) -> SafeString | str:
    typed = _typed(request, 500)
    if not typed:
        return ""
    return format_html("<label>{}<br><textarea rows=10 cols=60 readonly>{}</textarea></label>", _("Your text"), typed)
