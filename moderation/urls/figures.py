"""Figures, logs and exports."""

from __future__ import annotations

from django.urls import URLPattern, path

from moderation.views.export import export_csv, export_json
from moderation.views.figures import figures
from moderation.views.log import log
from moderation.views.promise import promise

urlpatterns: list[URLPattern] = [
    path("how-we-moderate/", promise, name="promise"),
    path("moderation/figures/", figures, name="figures"),
    path("moderation/log/", log, name="log"),
    path("moderation/export/decisions.json", export_json, name="export-json"),
    path("moderation/export/decisions.csv", export_csv, name="export-csv"),
]
