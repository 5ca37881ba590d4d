"""What a list of cases reads of each: columns, not instances.

Of 20 cases with comment, author, article and holder there would be 100 instances.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from accounts.models import User
from accounts.models.former import member_name, name_or_former


class Waiting(NamedTuple):
    """What a list reads of a case."""

    id: int
    queue: str
    severity: int
    reports: float
    activity: float
    raised: float
    order_key: float
    opened_at: datetime
    hold_reason: str
    is_resubmitted: bool
    escalation_note: str
    skip_count: int
    lock_version: int
    language: str
    claimed_by_id: int | None
    claimed_until: datetime | None
    #: Of who has it, None without one.
    holder_username: str | None
    holder_name: str | None
    html: str
    revision: int
    visibility: str
    comment_language: str
    guest_id: int | None
    author_name: str
    #: Of the author's account, None without one.
    username: str | None
    account_name: str | None
    article_slug: str
    article_title: str
    article_language: str

    @property
    def author(self) -> str:
        """Return the name that readers see of who wrote the comment."""
        if self.username is None:
            return name_or_former(self.author_name)
        return member_name(self.username, self.account_name or "")

    def is_with(self, moderator: User, now: datetime) -> bool:
        """Return whether this moderator has it at the moment."""
        return self.claimed_by_id == moderator.pk and bool(self.claimed_until and self.claimed_until > now)

    def holder(self, moderator: User, now: datetime) -> str:
        """Return the name of who has it at the moment; empty for nobody and for oneself."""
        if self.claimed_until is None or self.claimed_until <= now or self.claimed_by_id == moderator.pk:
            return ""
        return member_name(self.holder_username, self.holder_name or "") if self.holder_username else ""


_JOINED = {
    "holder_username": "claimed_by__username", "holder_name": "claimed_by__name", "html": "comment__html",
    "revision": "comment__revision", "visibility": "comment__visibility", "comment_language": "comment__language",
    "guest_id": "comment__guest_id", "author_name": "comment__author_name", "username": "comment__author__username",
    "account_name": "comment__author__name", "article_slug": "article__slug", "article_title": "article__title",
    "article_language": "article__language",
}  # fmt: skip
#: The columns of `Waiting`, as a queryset names them.
COLUMNS = tuple(_JOINED.get(name, name) for name in Waiting._fields)
