"""What moderators know of somebody, on the card of their comment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import Guest, User
from core.kept import how_many, kept, param
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
    is_guest = isinstance(person, Guest)
    shape = (is_guest,)
    # No row at all: nothing is there.
    _pk, first, published, removed, held = _comments.row(person.pk, shape=shape) or (person.pk, None, 0, 0, 0)
    ((returned,),), ((won,),) = _returned.rows(person.pk, shape=shape), _appeals_won.rows(person.pk, shape=shape)
    others = _others.all(person.pk, comment.pk, shape=shape)
    return AuthorRecord(
        name=person.display_name,
        handle=person.username if isinstance(person, User) else "",
        is_guest=is_guest,
        person_id=person.pk,
        first_seen=first or (person.created_at if isinstance(person, Guest) else person.date_joined),
        published=published,
        removed=removed,
        held=held,
        returned=returned,
        appeals_won=won,
        sanctions=tuple(_sanctions.all(person.pk, timezone.now(), shape=shape)),
        decisions=tuple((decision, excerpt_of(decision.comment.html)) for decision in others),
    )


@kept
def _comments(is_guest: bool) -> QuerySet[Comment, Any]:
    rows = Comment.objects.filter(**{"guest_id" if is_guest else "author_id": param()}).order_by()
    return rows.values_list("guest" if is_guest else "author").annotate(
        first=Min("created_at"),
        published=Count("pk", filter=Q(visibility__in=READABLE)),
        removed=Count("pk", filter=Q(visibility=Visibility.REMOVED)),
        held=Count("pk", filter=Q(visibility=Visibility.HELD)),
    )


@kept
def _returned(is_guest: bool) -> QuerySet[Decision, Any]:
    return _decided(is_guest).filter(outcome=Outcome.RETURN).order_by().values_list(how_many())


@kept
def _appeals_won(is_guest: bool) -> QuerySet[Appeal, Any]:
    won = Appeal.objects.filter(state=Appeal.State.OVERTURNED)
    return won.filter(**{"guest_id" if is_guest else "user_id": param()}).order_by().values_list(how_many())


@kept
def _sanctions(is_guest: bool) -> QuerySet[Sanction, Sanction]:
    rows = Sanction.objects.filter(**{"guest_id" if is_guest else "user_id": param()})
    return rows.active(param(1, DateTimeField())).select_related("guideline_version__guideline")


@kept
def _others(is_guest: bool) -> QuerySet[Decision, Decision]:
    rows = _decided(is_guest).exclude(comment_id=param(1))
    rows = rows.select_related("comment", "by", "guideline_version__guideline").defer("comment__body")
    return rows.order_by("-created_at", "-id")[:DECISIONS_SHOWN]


def _decided(is_guest: bool) -> QuerySet[Decision, Decision]:
    about = "comment__guest_id" if is_guest else "comment__author_id"
    return Decision.objects.filter(undone_at=None, **{about: param()})
