"""What readers may expect of the house, and how well it keeps to it."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from moderation.actions.cases import target_of
from moderation.models import Case
from moderation.queries.figures import Waits, read_log, waits

DAYS = 7
#: Each process reads the log for this page once in so many seconds: everybody may ask for it.
CACHE_SECONDS = 300


@require_safe
def promise(request: HttpRequest) -> HttpResponse:
    """Show within which time held comments were read lately, who decides, and where the rules and the log are."""
    kept = _held_lately()
    page = {"held": kept[0] if kept else None, "days": DAYS, "target": target_of(Case.Queue.HELD).total_seconds()}
    return render(request, "moderation/promise/page.html", page)


def _held_lately() -> list[Waits]:
    cache = caches["process"]
    found: list[Waits] | None = cache.get("promise:held")
    if found is None:
        acts = read_log(timezone.now() - timedelta(days=DAYS)).acts
        found = waits(act for act in acts if act.queue == Case.Queue.HELD)
        cache.set("promise:held", found, CACHE_SECONDS)
    return found
