"""What moderators decided, for everybody: no names, no texts, no way from a line to its comment. Two queries a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import BadRequest
from discussions.keyset import Before, columns_compare
from moderation.models import Decision
from moderation.queries.reasons import GuidelineFact, appeal_of, guideline_facts, versions_of

PER_PAGE = 50
_COLUMNS = ("created_at", "id")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One decision."""

    at: datetime
    outcome: str
    guideline: GuidelineFact | None
    #: State of the appeal against it, in words; empty without one.
    appeal: str
    is_after_appeal: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log."""

    lines: tuple[Line, ...]
    #: Cursor of the next page; empty on the last one.
    after: str
    is_first: bool


def public_log(after: str = "") -> LogPage:
    """Return the decisions that are final, newest first, or those that follow cursor `after`.

    The same for every reader in one language. Raises `BadRequest` for a cursor that no page of ours contains.
    """
    rows = Decision.objects.filter(undone_at=None, final_at__lte=timezone.now()).select_related("appeal")
    if after:
        rows = rows.filter(columns_compare(Before, _COLUMNS, _parsed(after)))
    rows = rows.only("created_at", "outcome", "guideline_version_id", "supersedes_id", "appeal__state")
    found = list(rows.order_by("-created_at", "-id")[: PER_PAGE + 1])
    has_more, found = len(found) > PER_PAGE, found[:PER_PAGE]
    facts = guideline_facts(versions_of(found))
    return LogPage(tuple(_line(row, facts) for row in found), _cursor(found[-1]) if has_more else "", not after)


def _line(row: Decision, facts: dict[int, GuidelineFact]) -> Line:
    appeal = appeal_of(row)
    return Line(
        at=row.created_at,
        outcome=row.outcome,
        guideline=facts.get(row.guideline_version_id or 0),
        appeal=appeal.get_state_display() if appeal else "",
        is_after_appeal=row.supersedes_id is not None,
    )


def _cursor(row: Decision) -> str:
    return f"{(row.created_at - _EPOCH) // timedelta(microseconds=1)}-{row.pk}"


def _parsed(cursor: str) -> tuple[datetime, int]:
    at, _dash, pk = cursor.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 17 for part in (at, pk)):
        raise BadRequest(_("This link to further entries is not complete. Please start from the first page."))
    return _EPOCH + timedelta(microseconds=int(at)), int(pk)
