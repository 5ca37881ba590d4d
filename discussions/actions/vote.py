"""Voting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.db import transaction
from django.db.models import F, IntegerField, QuerySet
from django.db.transaction import get_connection
from django.utils.translation import gettext as _

from accounts.models import Guest, User
from accounts.participants import Participant
from core.database import keeps_plans
from core.errors import BadRequest, NotAllowed
from core.inserts import insert, insert_provided
from core.kept import kept, kept_around, kept_update, param
from core.limits import check_limit
from discussions import access
from discussions.actions import rows
from discussions.models import Comment, Vote
from discussions.ranking import wilson_lower_bound
from discussions.screening import refusal_to_take_part
from discussions.signals import announce, vote_cast


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of a comment after a vote; `mine` is the voter's own: 1, -1 or 0."""

    comment_id: int
    up: int
    down: int
    score: int
    mine: int


def cast_vote(comment: Comment | int, *, by: Participant, value: int) -> Tally:
    """Make `value` (1, -1, or 0 for none) the vote of `by`, whatever it was before, and return the counts.

    Of the comment only the key is believed. Raises `NotAllowed` by `access.check_can_vote`, by the screens'
    `may_take_part` and for a vote down where the site has none, `BadRequest` for another value, `TooMany` over the
    limit, and `Http404` for a comment that this person may not know of.
    """
    if value not in (-1, 0, 1):
        raise BadRequest(_("A vote is up, down or none."), code="value")
    if value == Vote.Value.DOWN and not settings.DOWNVOTES:
        raise NotAllowed(_("There are no votes down on this site. You can say what you think in a reply."), code="down")
    check_limit("vote", by.identity)
    comment_id = comment if isinstance(comment, int) else comment.pk
    first = _first_vote(comment_id, by, value) if value and isinstance(by, User) else None
    return first or _vote(comment_id, by, value)


def voter(by: Participant) -> dict[str, Any]:
    """Return the column of `Vote` that holds this person."""
    return {"guest": by} if isinstance(by, Guest) else {"member": by}


def _first_vote(comment_id: int, by: User, value: int) -> Tally | None:
    """Cast what nearly every vote is: the first of a member, on a comment that nobody else votes on at this moment.

    One statement of PostgreSQL, so no transaction. Returns None, with nothing done, for any other.
    """
    if not keeps_plans(get_connection()):
        return None
    read = access.get_comment_to_vote(by, comment_id)
    _check(by, read)
    step = _Step.between(0, value)
    unchanged = _as_read.sql_for(read.pk, read.up_count, read.down_count, read.visibility)
    vote = Vote(comment=read, value=value, **voter(by))
    if not insert_provided(vote, unchanged, _counted.sql_for(*step.onto(read))):
        return None
    announce(vote_cast, comment_id=read.pk)
    return step.tally(read, value)


def _unchanged() -> QuerySet[Comment, Any]:
    rows = Comment.objects.filter(pk=param(), up_count=param(1), down_count=param(2), visibility=param(3))
    return rows.values_list("pk")


# Django composes a query that locks only inside a transaction.
_as_read = kept_around(_unchanged, lambda sql: f"{sql} FOR NO KEY UPDATE")


def _vote(comment_id: int, by: Participant, value: int) -> Tally:
    """Cast any vote."""
    with transaction.atomic():
        counts = _is_counted(by)
        # The comment's row makes the votes on it wait for each other. The article is not locked, or every vote of a
        # busy discussion would queue behind every comment; so a vote let in just before a moderator locks the article
        # may commit just after, which harms nobody.
        locked = access.get_comment_to_vote(by, comment_id, lock=True)
        _check(by, locked)
        step = _replace(locked, by, value, counts=counts)
        if step.changes:
            _counted.run(*step.onto(locked))
            announce(vote_cast, comment_id=comment_id)
    return step.tally(locked, value)


def _check(by: Participant, comment: Comment) -> None:
    access.check_can_vote(by, comment)
    if refusal := refusal_to_take_part(by):
        raise NotAllowed(refusal.message, code="no_part")


def _is_counted(by: Participant) -> bool:
    # A guest's row is locked first, so that a vote cannot slip past the moment in which the address is confirmed.
    return not isinstance(by, Guest) or rows.locked_guest(by).email_confirmed_at is not None


def _replace(comment: Comment, by: Participant, value: int, *, counts: bool) -> _Step:
    """Write the vote's row, and return what it adds to the comment's counts."""
    after = value if counts else 0
    vote = Vote(comment=comment, value=value, is_counted=counts, **voter(by))
    # Another one of theirs is there or is not: the comment's row is ours.
    if value and insert(vote, unless_there=True):
        return _Step.between(0, after)
    vote_id, was, was_counted = _cast_before.row(comment.pk, by.pk, shape=(by.is_guest,)) or (None, 0, False)
    if vote_id is not None and value == 0:
        Vote.objects.filter(pk=vote_id).delete()
    elif vote_id is not None and (was, was_counted) != (value, counts):
        Vote.objects.filter(pk=vote_id).update(value=value, is_counted=counts)
    return _Step.between(was if was_counted else 0, after)


@kept
def _cast_before(is_guest: bool) -> QuerySet[Vote, Any]:
    # Unordered: there is one at most.
    rows = Vote.objects.filter(comment=param(), **{"guest" if is_guest else "member": param(1)})
    return rows.values_list("pk", "value", "is_counted")


@dataclass(frozen=True, slots=True)
class _Step:
    """What one vote adds to the counts of a comment."""

    up: int
    down: int

    @classmethod
    def between(cls, before: int, after: int) -> Self:
        """Return the step from one counted vote (1, -1 or 0) to another."""
        up = (after == Vote.Value.UP) - (before == Vote.Value.UP)
        return cls(up, (after == Vote.Value.DOWN) - (before == Vote.Value.DOWN))

    @property
    def changes(self) -> bool:
        """Return whether it is anything."""
        return bool(self.up or self.down)

    def onto(self, comment: Comment) -> tuple[int, ...]:
        """Return what `_counted` is given, for a comment whose counts are known to be those of its row."""
        wilson = wilson_lower_bound(comment.up_count + self.up, comment.down_count + self.down)
        return comment.pk, self.up, self.down, self.up - self.down, wilson

    def tally(self, comment: Comment, mine: int) -> Tally:
        """Return the counts after it."""
        up, down = comment.up_count + self.up, comment.down_count + self.down
        return Tally(comment.pk, up, down, comment.score + self.up - self.down, mine)


@kept_update
def _counted() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    more = {"up_count": 1, "down_count": 2, "score": 3}
    added = {name: F(name) + param(place, IntegerField()) for name, place in more.items()}
    return Comment.objects.filter(pk=param()), {**added, "wilson": param(4, IntegerField())}
