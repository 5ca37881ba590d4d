"""Who is told of a comment that has just become public: written down in batches, each at most once for a person.

A batch and the task for the next one are one transaction. Killed between two, the outbox goes on where it was; done
twice, the constraints on `Delivery` let nobody be told twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.hours import due_at
from accounts.models import Guest, User
from accounts.participants import Participant
from core.kept import kept, param
from core.models import Outbox
from core.outbox import put, put_many
from discussions import tree
from discussions.markup import mentioned_handles
from discussions.models import Comment, Delivery, Subscription, Visibility
from discussions.models.subscription import SubscriptionQuerySet

#: Followers in one transaction: a tenth of a second of work.
BATCH = 500
Kind, State = Delivery.Kind, Delivery.State


def tell(comment_id: int, *, after: int = 0) -> int:
    """Write down who is told of the comment, the next `BATCH` of its followers; return how many people were looked at.

    Nobody is, when the comment is not public any more, or came with an import.
    """
    with transaction.atomic():
        comment = _told_of.get(comment_id)
        if comment.visibility != Visibility.PUBLIC or comment.source:
            return 0
        found = [] if after else [*_answered(comment), *_mentioned(comment)]
        followers = list(_followers(comment).filter(pk__gt=after)[:BATCH])
        found += [_delivery(comment, row.person, _kind(row), row) for row in followers]
        _write(found)
        if len(followers) == BATCH:
            put("discussions.tell", urgency=Outbox.Urgency.LATER, comment=comment.pk, after=followers[-1].pk)
    return len(found)


@kept
def _told_of() -> QuerySet[Comment, Any]:
    return Comment.objects.filter(pk=param()).select_related("article", "parent__author", "parent__guest")


def may_be_heard(comment: Comment) -> bool:
    """Return whether anybody may have to be told of a new comment: one query for one of its own, none for a reply.

    A follower whose row commits after this question and before the comment is not told of it. They could not have
    been promised more: they began to follow while it was being written, and a moment later they would have read it.
    """
    if comment.parent_id is not None or mentioned_handles(comment.body):
        return True
    whose = comment.author_id or comment.guest_id or 0
    return _followed.row(comment.article_id, whose, shape=(comment.author_id is None,)) is not None


@kept
def _followed(by_guest: bool) -> QuerySet[Subscription, Any]:
    rows = Subscription.objects.active().filter(scope=Subscription.Scope.ARTICLE, article=param())
    others = ~Q(**{"guest" if by_guest else "member": param(1)})
    nobody = Q(**{"guest" if by_guest else "member": None})
    return rows.filter(others | nobody).order_by().values_list("pk")[:1]


def _answered(comment: Comment) -> Iterable[Delivery]:
    """Yield the delivery to whoever is answered: a member's preference or a subscription asks for a mail."""
    parent = comment.parent
    person = (parent.author or parent.guest) if parent else None
    if person is None or (isinstance(person, Guest) and person.source) or not _may_be_told(person, comment):
        return
    replies = Subscription.objects.of(person).active()
    row = replies.filter(article=comment.article_id, scope=Subscription.Scope.REPLIES).first()
    wants_mail = row is not None or (isinstance(person, User) and person.mail_on_reply)
    yield _delivery(comment, person, Kind.REPLY, row, wants_mail=wants_mail)


def _mentioned(comment: Comment) -> Iterable[Delivery]:
    handles = mentioned_handles(comment.body) if comment.body_format == Comment.Format.MARKDOWN else frozenset()
    if not handles:
        return
    members = User.objects.filter(is_active=True).alias(handle=Lower("username")).filter(handle__in=handles)
    for member in members.exclude(pk=comment.author_id or 0):
        yield _delivery(comment, member, Kind.MENTION, None, wants_mail=member.mail_on_mention)


def _followers(comment: Comment) -> SubscriptionQuerySet:
    """Return who follows the article or a branch that the comment is in, but for its author, whatever their address."""
    branches = tree.ancestor_ids(comment.path)
    here = Q(scope=Subscription.Scope.ARTICLE, article=comment.article_id) | Q(comment__in=branches)
    rows = Subscription.objects.active().filter(here, guest__erasure=None).exclude(member__is_active=False)
    if comment.author is not None:
        rows = rows.exclude(member=comment.author).exclude(guest__email=comment.author.email)
    elif comment.guest is not None:
        rows = rows.exclude(guest=comment.guest)
        if comment.guest.email_confirmed_at:
            rows = rows.exclude(guest__email=comment.guest.email).exclude(member__email=comment.guest.email)
    return rows.select_related("member", "guest").order_by("pk")


def _may_be_told(person: Participant, comment: Comment) -> bool:
    return not comment.is_by(person) and (isinstance(person, Guest) or person.is_active)


def _kind(row: Subscription) -> Delivery.Kind:
    return Kind.BRANCH if row.comment_id else Kind.ARTICLE


def _delivery(
    comment: Comment, person: Participant, kind: Delivery.Kind, row: Subscription | None, *, wants_mail: bool = True
) -> Delivery:
    frequency = row.frequency if row else person.mail_frequency if isinstance(person, User) else ""
    now = timezone.now()
    made = Delivery(
        comment=comment, kind=kind, subscription=row, created_at=now, due_at=due_at(frequency, person, now),
        state=State.WAITING if wants_mail else State.IN_PAGE,
    )  # fmt: skip
    made.member, made.guest = (None, person) if isinstance(person, Guest) else (person, None)
    return made


def _write(found: list[Delivery]) -> None:
    """Save what is new of `found`, and have mailed at once what is due."""
    Delivery.objects.bulk_create(found, ignore_conflicts=True)
    now = timezone.now()
    put_many("discussions.collect", _recipients(row for row in found if _is_due(row, now)))


def _is_due(row: Delivery, now: datetime) -> bool:
    return row.state == State.WAITING and row.due_at <= now


def _recipients(rows: Iterable[Delivery]) -> Iterable[dict[str, int | None]]:
    people = {(row.member_id, row.guest_id) for row in rows}
    return [{"member": member, "guest": guest} for member, guest in sorted(people, key=str)]
