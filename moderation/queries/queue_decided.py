"""What was decided lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import DateTimeField, F, QuerySet
from django.utils import timezone

from accounts.models import User
from core.kept import kept, param
from discussions.keyset import Before, columns_compare
from discussions.queries.sorting import EPOCH, SORTS, parse_cursor
from moderation import access
from moderation.access import Standing
from moderation.models import Case, Decision
from moderation.queries.queue import Place
from moderation.queries.queue_rows import PER_PAGE, age_of, excerpt_of

#: Cursors are the same as those of comments by time: (created_at, id).
_NEWEST = SORTS["newest"]
_TIME: DateTimeField[Any, Any] = DateTimeField()


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """One decision in a list."""

    decision: Decision
    excerpt: str
    author: str
    age: str
    #: Whole seconds in which its maker can still take it back; 0 when that is over, or for somebody else's.
    undo_seconds: int


class Undoable(NamedTuple):
    """A decision that its maker can take back for so many seconds."""

    pk: int
    outcome: str
    excerpt: str
    seconds: int


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """One page of decisions."""

    rows: tuple[DecidedRow, ...]
    after: str = ""


def decided_page(place: Place, *, moderator: User, standing: Standing, after: str = "") -> DecidedPage:
    """Return the latest decisions within the moderator's reach, or those that follow cursor `after`: one query.

    Raises `BadRequest` for a cursor that no page of ours contains.
    """
    cases = place.filters.narrow(access.in_reach(Case.objects.all(), moderator, standing))
    decisions = _joined(Decision.objects.filter(case__in=cases.values("pk")))
    if after:
        decisions = decisions.filter(columns_compare(Before, _NEWEST.columns, parse_cursor(after, _NEWEST.columns)))
    found = list(decisions.order_by("-created_at", "-id")[: PER_PAGE + 1])
    shown, now = found[:PER_PAGE], timezone.now()
    return DecidedPage(
        rows=tuple(decided_row(decision, moderator=moderator, now=now) for decision in shown),
        after=_cursor(shown[-1]) if len(found) > PER_PAGE else "",
    )


def last_undoable(moderator: User) -> Undoable | None:
    """Return the latest decision that this moderator can still take back, or None: one query."""
    now = timezone.now()
    found = _undoable.row(moderator.pk, now, now - timedelta(seconds=settings.UNDO_SECONDS))
    if found is None:
        return None
    pk, outcome, final_at, html, _created_at = found
    return Undoable(pk, outcome, excerpt_of(html), max(int((final_at - now).total_seconds()), 1))


@kept
def _undoable() -> QuerySet[Decision, Any]:
    mine = Decision.objects.filter(
        by_id=param(), undone_at=None, supersedes=None, final_at__gt=param(1, _TIME), created_at__gt=param(2, _TIME),
        # Where its author has changed the comment since, there is nothing to go back to.
        comment__revision=F("revision"),
    )  # fmt: skip
    rows = mine.order_by("-created_at", "-id").values_list("pk", "outcome", "final_at", "comment__html", "created_at")
    return rows[:1]


def decided_row(decision: Decision, *, moderator: User, now: datetime) -> DecidedRow:
    """Return the row of a decision that has its comment and author joined."""
    author = decision.comment.author
    left = int((decision.final_at - now).total_seconds())
    may_undo = decision.is_undoable and decision.by_id == moderator.pk
    return DecidedRow(
        decision=decision,
        excerpt=excerpt_of(decision.comment.html),
        author=author.display_name if author else decision.comment.shown_name,
        age=age_of(decision.created_at, now),
        undo_seconds=max(left, 1) if may_undo else 0,
    )


def _joined(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    return decisions.select_related("comment__author", "case__article", "by", "guideline_version__guideline").defer(
        "comment__body", "comment__source_meta", "case__article__body", "case__article__body_html"
    )


def _cursor(decision: Decision) -> str:
    return f"{(decision.created_at - EPOCH) // timedelta(microseconds=1)}.{decision.pk}"
