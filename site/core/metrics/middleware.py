"""Counts requests, their time and their queries, and answers `/metrics`."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

from core.metrics import series
from core.metrics.page import PATH, may_read, metrics_page

View = Callable[[HttpRequest], HttpResponse]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MetricsMiddleware:
    """Stands outside everything else, so that what the other middlewares do and refuse is counted too."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `/metrics` to those who may read it; count everything else. Others get the ordinary 404."""
        if request.path_info == PATH and request.method == "GET" and may_read(request):
            response = metrics_page()
            response["Cache-Control"] = "no-store"
            return response
        queries, began = Queries(), time.perf_counter()
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(queries))
            response = self.get_response(request)
        _count(request, response, time.perf_counter() - began, queries.count)
        return response


class Queries:
    """Counts queries, and those that fail."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Carry the query out."""
        self.count += 1
        try:
            return execute(sql, params, many, context)
        except Exception as error:
            series.DATABASE_ERRORS.labels(type(error).__name__).inc()
            raise


def _count(request: HttpRequest, response: HttpResponse, seconds: float, queries: int) -> None:
    # Names of views and known methods only: an address is anybody's to make up, and each label is kept for ever.
    match = request.resolver_match
    view = match.view_name if match and match.view_name else "none"
    method = request.method if request.method in METHODS else "other"
    series.REQUESTS.labels(view, method, str(response.status_code)).inc()
    series.REQUEST_SECONDS.labels(view, method).observe(seconds)
    series.REQUEST_QUERIES.labels(view).observe(queries)
