"""What a person has been told by the house: a part of the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.inbox import Entry, Position, register
from accounts.inbox import before as rows_before
from accounts.participants import Participant
from moderation.models import Notification
from moderation.models.notification import NotificationQuerySet
from moderation.notices import notice_of
from moderation.queries.reasons import GuidelineFact, guideline_facts

#: Everything that `notices.notice_of` reads.
RELATED = (
    "user", "guest", "decision__case", "decision__appeal", "decision__comment__article",
    "sanction__appeal", "appeal__decision__comment__article",
)  # fmt: skip


class Notices:
    """What moderation puts into the inbox."""

    name = "moderation"

    def unread(self, person: Any, now: Any) -> NotificationQuerySet:
        """Return what the person may read at `now` and has not."""
        return Notification.objects.to(person, now).filter(read_at=None)

    def entries(self, person: Participant, before: Position | None, at_most: int) -> list[Entry]:
        """Return the newest, in words: one query, and one for the guidelines."""
        rows = rows_before(Notification.objects.to(person), "due_at", self.name, before)
        shown = list(rows.select_related(*RELATED).order_by("-due_at", "-id")[:at_most])
        about = [row.decision or row.sanction for row in shown]
        facts = guideline_facts({it.guideline_version_id for it in about if it and it.guideline_version_id})
        return [self._entry(row, facts) for row in shown]

    def mark_read(self, person: Participant, until: datetime, only: int | None) -> int:
        """Mark as read what was told until then, or one entry; return how much was new."""
        rows = self.unread(person, timezone.now()).filter(due_at__lte=until)
        return (rows if only is None else rows.filter(pk=only)).update(read_at=timezone.now())

    def _entry(self, row: Notification, facts: Mapping[int, GuidelineFact]) -> Entry:
        position = Position(row.due_at, self.name, row.pk)
        return Entry(position, row.read_at is None, "moderation/inbox/entry.html", notice_of(row, facts))


register(Notices())
