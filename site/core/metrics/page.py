"""`/metrics`, for those who may read it: networks of `METRICS_ALLOWED_NETWORKS`, or whoever has `METRICS_TOKEN`."""

from __future__ import annotations

import os
from ipaddress import ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from core.metrics.state import State
from core.requests import client_address

PATH = "/metrics"


def may_read(request: HttpRequest) -> bool:
    """Return whether the request comes from an allowed network or carries the token."""
    given = request.META.get("HTTP_AUTHORIZATION", "")
    if settings.METRICS_TOKEN and constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return True
    address = client_address(request)
    return address is not None and any(address in ip_network(each) for each in settings.METRICS_ALLOWED_NETWORKS)


def metrics_page() -> HttpResponse:
    """Return everything in Prometheus' text format: of all processes where they share `PROMETHEUS_MULTIPROC_DIR`."""
    counters = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counters = CollectorRegistry()
        MultiProcessCollector(counters)  # type: ignore[no-untyped-call]
    state = CollectorRegistry(auto_describe=False)
    state.register(State())
    return HttpResponse(generate_latest(counters) + generate_latest(state), content_type=CONTENT_TYPE_LATEST)
