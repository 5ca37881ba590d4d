"""What was decided lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from discussions.keyset import Before, columns_compare
from discussions.queries.sorting import EPOCH, SORTS, parse_cursor
from moderation import access
from moderation.access import Standing
from moderation.models import Case, Decision
from moderation.queries.queue import Place
from moderation.queries.queue_rows import PER_PAGE, age_of, excerpt_of

#: Cursors are the same as those of comments by time: (created_at, id).
_NEWEST = SORTS["newest"]


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """One decision in a list."""

    decision: Decision
    excerpt: str
    author: str
    age: str
    #: Whole seconds in which its maker can still take it back; 0 when that is over, or for somebody else's.
    undo_seconds: int


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


def last_undoable(moderator: User) -> DecidedRow | None:
    """Return the latest decision that this moderator can still take back, or None: one query."""
    now = timezone.now()
    mine = Decision.objects.filter(
        by=moderator, undone_at=None, supersedes=None, final_at__gt=now,
        created_at__gt=now - timedelta(seconds=settings.UNDO_SECONDS),
        # Where its author has changed the comment since, there is nothing to go back to.
        comment__revision=F("revision"),
    )  # fmt: skip
    decision = _joined(mine).order_by("-created_at", "-id").first()
    return decided_row(decision, moderator=moderator, now=now) if decision else None


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
