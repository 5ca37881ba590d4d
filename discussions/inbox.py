"""What discussions put into the inbox: replies, mentions, and what is new where somebody follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.inbox import Entry, Position, register
from accounts.inbox import before as rows_before
from accounts.participants import Participant
from discussions.markup import excerpt
from discussions.models import Delivery, Visibility
from discussions.models.delivery import DeliveryQuerySet


@dataclass(frozen=True, slots=True)
class News:
    """A comment as the inbox shows it."""

    headline: str
    text: str
    url: str
    mute_url: str
    article: str
    article_language: str


class Comments:
    """The source; a comment that is not public at the moment is not shown and not counted."""

    name = "discussions"

    def unread(self, person: Any, now: Any) -> DeliveryQuerySet:
        """Return what the person may read and has not."""
        return Delivery.objects.to_show(person).filter(read_at=None)

    def entries(self, person: Participant, before: Position | None, at_most: int) -> list[Entry]:
        """Return the newest: one query."""
        rows = rows_before(Delivery.objects.to_show(person), "created_at", self.name, before)
        rows = rows.select_related("comment__article").order_by("-created_at", "-id")
        return [self._entry(row) for row in rows[:at_most]]

    def mark_read(self, person: Participant, until: datetime, only: int | None) -> int:
        """Mark as read what was told until then, or one entry; return how much was new."""
        rows = Delivery.objects.of(person).filter(read_at=None, created_at__lte=until)
        return (rows if only is None else rows.filter(pk=only)).update(read_at=timezone.now())

    def _entry(self, row: Delivery) -> Entry:
        url = row.comment.get_absolute_url()
        article = row.comment.article
        news = News(headline(row), _text(row), url, f"{url}mute/", article.title, article.language)
        return Entry(
            Position(row.created_at, self.name, row.pk), row.read_at is None, "discussions/inbox/entry.html", news
        )


def headline(row: Delivery) -> str:
    """Return in a few words who did what."""
    name = {"name": row.comment.author_name}
    if row.kind == Delivery.Kind.REPLY:
        return _("%(name)s replied to you") % name
    if row.kind == Delivery.Kind.MENTION:
        return _("%(name)s mentioned you") % name
    if row.kind == Delivery.Kind.BRANCH:
        return _("%(name)s wrote in a branch that you follow") % name
    return _("%(name)s commented") % name


def _text(row: Delivery) -> str:
    if row.comment.visibility == Visibility.COLLAPSED:
        return _("Collapsed by a moderator")
    return excerpt(row.comment.html, 240)


register(Comments())
