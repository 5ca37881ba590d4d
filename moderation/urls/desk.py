"""The moderators' desk: queues, cards and what is done to them."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
