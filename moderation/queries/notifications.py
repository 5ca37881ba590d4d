"""What a person has been told, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.participants import Participant
from moderation.models import Notification
from moderation.models.notification import NotificationQuerySet
from moderation.notices import Notice, notice_of
from moderation.queries.reasons import guideline_facts

#: Everything that `notices.notice_of` reads.
RELATED = (
    "user", "guest", "decision__case", "decision__appeal", "decision__comment__article",
    "sanction__appeal", "appeal__decision__comment__article",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the reader of the page was told."""

    id: int
    at: datetime
    is_new: bool
    notice: Notice


def rows_to(participant: Participant) -> NotificationQuerySet:
    """Return what this person may read now, newest first, with everything that it is about."""
    return Notification.objects.to(participant).select_related(*RELATED).order_by("-due_at", "-id")


def entries_of(rows: Iterable[Notification]) -> list[Entry]:
    """Return `rows` in words, in the active language: one query for the guidelines."""
    rows = list(rows)
    about = [row.decision or row.sanction for row in rows]
    facts = guideline_facts({it.guideline_version_id for it in about if it and it.guideline_version_id})
    return [Entry(row.pk, row.due_at, row.read_at is None, notice_of(row, facts)) for row in rows]


def unread_count(participant: Participant | None) -> int:
    """Return how much a member has not read yet: one query. For others 0: they have no link in the header."""
    if not isinstance(participant, User):
        return 0
    return Notification.objects.to(participant).filter(read_at=None).count()
