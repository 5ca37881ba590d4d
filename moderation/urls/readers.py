"""What readers use: guidelines, reports, and what they are told."""

from __future__ import annotations

from django.urls import URLPattern, path

from moderation.views.guidelines import guideline, guidelines

urlpatterns: list[URLPattern] = [
    path("guidelines/", guidelines, name="guidelines"),
    path("guidelines/<slug:slug>/", guideline, name="guideline"),
]
