"""What a request is called in the log, from the first line about it to the last task that it caused."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from core.requests import path_to_log

View = Callable[[HttpRequest], HttpResponse]

#: What our proxy or another service of the house calls a request; anything else somebody made up.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)


class RequestIdMiddleware:
    """Takes `X-Request-ID` where it looks like one, makes one elsewhere, and answers with it."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; every line that is logged meanwhile has its id."""
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _ID.fullmatch(given) else uuid4().hex
        request.META["HTTP_X_REQUEST_ID"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        # The line of the request middleware was its last; Django may have one more to say.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        return response


def forget(**kwargs: object) -> None:
    """Forget the request when it is over: `request_finished` calls it."""
    structlog.contextvars.clear_contextvars()


class RequestLogMiddleware(RequestMiddleware):
    """One line for each request, with its id, the member's id and the status, and nothing that is a secret."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return method and path."""
        return f"{request.method} {path_to_log(request)}"
