"""The shared kernel's app."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.signals import request_finished


class CoreConfig(AppConfig):
    """What every other app of the site may use: errors, ids, limits, middleware."""

    name = "core"

    def ready(self) -> None:
        """Register the checks, and forget each request at its end."""
        from core import checks, logs  # noqa: F401 — importing registers

        request_finished.connect(logs.forget, dispatch_uid="core.logs.forget")
