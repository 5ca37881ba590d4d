"""The plug-ins as their page shows them: a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from moderation.models import RecordedSignal, SpamModel
from moderation.queries.spam_history import MOST, fine_decisions, spam_decisions
from moderation.scores.asking import labels
from moderation.scores.heard import Trouble

WINDOW = timedelta(days=7)
VERSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """A plug-in, and what it said of the texts of the last seven days."""

    name: str
    label: str
    known: int
    unknown: int
    failed: int
    slow: int


@dataclass(frozen=True, slots=True)
class SpamVersion:
    """A version of the spam screen, with what it did on decisions that it had not seen."""

    model: SpamModel
    #: In percent; None: nothing was held out.
    found: int | None
    mistaken: int | None


def screen_rows() -> list[ScreenRow]:
    """Return the plug-ins of the site: one query."""
    recent = RecordedSignal.objects.filter(at__gt=timezone.now() - WINDOW).order_by()
    counts = recent.values("name").annotate(
        known=Count("pk", filter=Q(value__isnull=False)), unknown=Count("pk", filter=Q(value=None, trouble="")),
        failed=Count("pk", filter=Q(trouble__in=[Trouble.FAILED, Trouble.RESTING])),
        slow=Count("pk", filter=Q(trouble=Trouble.SLOW)),
    )  # fmt: skip
    found = {row["name"]: row for row in counts}
    none = {"known": 0, "unknown": 0, "failed": 0, "slow": 0}
    return [_row(name, label, found.get(name, none)) for name, label in labels().items()]


def spam_versions() -> list[SpamVersion]:
    """Return the latest versions, the newest first: one query."""
    return [_version(row) for row in SpamModel.objects.light().select_related("by")[:VERSIONS_SHOWN]]


def learnable() -> tuple[int, int, int]:
    """Return how many decisions there are to learn from, spam and published, and how many of each it takes."""
    return spam_decisions()[:MOST].count(), fine_decisions()[:MOST].count(), settings.SPAM_FEWEST


def _row(name: str, label: str, counts: Mapping[str, Any]) -> ScreenRow:
    return ScreenRow(name, label, counts["known"], counts["unknown"], counts["failed"], counts["slow"])


def _version(row: SpamModel) -> SpamVersion:
    exam = row.held_out
    return SpamVersion(
        row, _percent(exam.get("found"), exam.get("spam")), _percent(exam.get("mistaken"), exam.get("fine"))
    )  # fmt: skip


def _percent(part: int | None, whole: int | None) -> int | None:
    return round(100 * (part or 0) / whole) if whole else None
