"""The shared kernel's app."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every other app of the site may use: errors, ids, limits, middleware."""

    name = "core"
