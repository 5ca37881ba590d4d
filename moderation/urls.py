"""Addresses of `moderation`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from moderation.views.guidelines import guideline, guidelines

app_name = "moderation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", guidelines, name="guidelines"),
    path("<slug:slug>/", guideline, name="guideline"),
]
