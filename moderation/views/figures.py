"""The dashboard: how long people waited, what was decided, and what stood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.participants import ParkbenchRequest
from moderation import access, charts
from moderation.models import Appeal, Outcome
from moderation.queries import figures as queries
from moderation.queries.guidelines import FALLBACK_LANGUAGE


@require_safe
def figures(request: ParkbenchRequest) -> HttpResponse:
    """Show the figures of the last 7, 30 or 90 days."""
    access.check(request.participant, "see_dashboard")
    named = request.GET.get("days", "")
    days = int(named) if named in map(str, queries.PERIODS) else queries.PERIODS[0]
    return render(request, "moderation/figures/page.html", {"here": "figures", "days": days, **_figures(days)})


def _figures(days: int) -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate(now)
    first = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    read = queries.read_log(first)
    by_day = queries.by_day(read, days=days, today=today)
    appeals = read.upheld + read.overturned
    return {
        "periods": queries.PERIODS,
        "promises": queries.promises(now),
        "waits": queries.waits(read.acts),
        "by_day": by_day,
        "chart": _chart(by_day),
        "outcomes": _outcomes(read),
        "decided": len(read.acts),
        "undone": read.undone,
        "rested": queries.rested(read.acts, get_language() or FALLBACK_LANGUAGE),
        "workers": queries.workers(read.acts),
        "appeals": appeals,
        "overturned": read.overturned,
        "overturned_share": 100 * read.overturned / appeals if appeals else 0,
        "causes": [(Appeal.Cause(cause).label, n) for cause, n in read.causes.most_common() if cause in Appeal.Cause],
    }


def _outcomes(read: queries.Read) -> list[tuple[str, str, int, float]]:
    """Return (outcome, its name, how many, share) in the order of the buttons."""
    counts = {outcome: sum(act.outcome == outcome for act in read.acts) for outcome in Outcome}
    return [(outcome.value, str(outcome.label), n, 100 * n / len(read.acts)) for outcome, n in counts.items() if n]


def _chart(days: Sequence[queries.Day]) -> SafeString:
    columns = [
        charts.Column(date_format(day.day, "j M"), [(name, float(n)) for name, n in day.outcomes.items()])
        for day in days
    ]
    return charts.columns(
        "by-day", _("Decisions by day"), _("The same numbers are in the table below."), columns
    )  # fmt: skip
