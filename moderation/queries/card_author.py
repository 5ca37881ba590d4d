"""What moderators know of somebody, on the card of their comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import Guest, User
from discussions.models import Comment, Visibility
from discussions.models.comment import READABLE
from moderation.models import Appeal, Decision, Outcome, Sanction
from moderation.queries.queue_rows import excerpt_of

DECISIONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """The record of a member or a guest; of somebody whose account is gone, only the name."""

    name: str
    handle: str = ""
    is_guest: bool = False
    #: Of the account, for the link to the page about them; None when it is gone.
    person_id: int | None = None
    first_seen: datetime | None = None
    published: int = 0
    removed: int = 0
    held: int = 0
    returned: int = 0
    appeals_won: int = 0
    sanctions: tuple[Sanction, ...] = ()
    #: The latest about other comments of theirs, each with the beginning of the comment.
    decisions: tuple[tuple[Decision, str], ...] = ()

    @property
    def is_new(self) -> bool:
        """Return whether nothing of theirs was read here before."""
        return not self.published and not self.removed


def author_record(comment: Comment) -> AuthorRecord:
    """Return what is known of the comment's author: five queries."""
    person = comment.author or comment.guest
    if person is None:
        return AuthorRecord(comment.shown_name, is_guest=comment.author_name != "")
    facts = _comments(person)
    won = Appeal.objects.filter(state=Appeal.State.OVERTURNED)
    return AuthorRecord(
        name=person.display_name,
        handle=person.username if isinstance(person, User) else "",
        is_guest=isinstance(person, Guest),
        person_id=person.pk,
        first_seen=facts["first"] or (person.created_at if isinstance(person, Guest) else person.date_joined),
        published=facts["published"],
        removed=facts["removed"],
        held=facts["held"],
        returned=_decided(person).filter(outcome=Outcome.RETURN).count(),
        appeals_won=(won.filter(user=person) if isinstance(person, User) else won.filter(guest=person)).count(),
        sanctions=tuple(Sanction.objects.against(person).active().select_related("guideline_version__guideline")),
        decisions=tuple(_latest(person, comment)),
    )


def _comments(person: User | Guest) -> dict[str, Any]:
    return Comment.objects.by(person).aggregate(
        first=Min("created_at"),
        published=Count("pk", filter=Q(visibility__in=READABLE)),
        removed=Count("pk", filter=Q(visibility=Visibility.REMOVED)),
        held=Count("pk", filter=Q(visibility=Visibility.HELD)),
    )


def _decided(person: User | Guest) -> QuerySet[Decision]:
    rows = Decision.objects.filter(undone_at=None)
    return rows.filter(comment__guest=person) if isinstance(person, Guest) else rows.filter(comment__author=person)


def _latest(person: User | Guest, comment: Comment) -> Iterator[tuple[Decision, str]]:
    rows = _decided(person).exclude(comment=comment).select_related("comment", "by", "guideline_version__guideline")
    for decision in rows.defer("comment__body").order_by("-created_at", "-id")[:DECISIONS_SHOWN]:
        yield decision, excerpt_of(decision.comment.html)
