"""What readers use: guidelines, reports, notices, decisions."""

from __future__ import annotations

from django.urls import URLPattern, path

from moderation.views.decision import decision, decision_json
from moderation.views.guidelines import guideline, guidelines
from moderation.views.public_log import public_log
from moderation.views.report import report
from moderation.views.unlawful import receipt, unlawful

urlpatterns: list[URLPattern] = [
    path("guidelines/", guidelines, name="guidelines"),
    path("guidelines/<slug:slug>/", guideline, name="guideline"),
    path("comments/<int:comment_id>/report/", report, name="report"),
    path("comments/<int:comment_id>/unlawful/", unlawful, name="unlawful"),
    path("notices/<str:receipt>/", receipt, name="receipt"),
    path("decisions/<int:decision_id>/", decision, name="decision"),
    path("decisions/<int:decision_id>.json", decision_json, name="decision-json"),
    path("moderation-log/", public_log, name="public-log"),
]
