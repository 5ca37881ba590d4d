"""Whether this process is alive, and whether it can serve: for load balancers and process managers.

Answered before anything else looks at the request: a probe comes without a host name of ours, without TLS and without a
session, and must not fail for that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

log = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answers `/healthz` (the process runs) and `/readyz` (it can serve readers: 200, else 503)."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass the request on."""
        if request.method in ("GET", "HEAD") and request.path_info in ("/healthz", "/readyz"):
            response = HttpResponse("ok", content_type="text/plain") if request.path_info == "/healthz" else _ready()
            response["Cache-Control"] = "no-store"
            return response
        return self.get_response(request)


def _ready() -> HttpResponse:
    # Without its cache the site is slower and still right, so that alone takes no process out of service.
    parts = {"database": _database(), "cache": _cache()}
    return JsonResponse(parts, status=200 if parts["database"] == "ok" else 503)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        is_behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        log.exception("readiness: the database does not answer")
        return "down"
    return "migrations missing" if is_behind else "ok"


def _cache() -> str:
    try:
        cache.set("readyz", "ok", 5)
        return "ok" if cache.get("readyz") == "ok" else "down"
    except Exception:
        # Each cache has exceptions of its own.
        log.exception("readiness: the cache does not answer")
        return "down"
