"""Addresses of `moderation`: for readers, for those who keep the house, and what everybody may know of it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from moderation.urls import desk, figures, people, readers, rules

app_name = "moderation"
urlpatterns: list[URLPattern | URLResolver] = [
    *readers.urlpatterns,
    *desk.urlpatterns,
    *people.urlpatterns,
    *figures.urlpatterns,
    *rules.urlpatterns,
]
