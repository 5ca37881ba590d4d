"""Voting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, IntegerField, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Guest
from accounts.participants import Participant
from core.errors import BadRequest, NotAllowed
from core.inserts import insert, insert_with
from core.kept import kept, kept_update, param
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
    with transaction.atomic():
        counts = _is_counted(by)
        # The comment's row makes the votes on it wait for each other. The article is not locked, or every vote of a
        # busy discussion would queue behind every comment; so a vote let in just before a moderator locks the article
        # may commit just after, which harms nobody.
        fresh = access.get_comment_to_vote(by, comment if isinstance(comment, int) else comment.pk, lock=True)
        access.check_can_vote(by, fresh)
        _check_part(by)
        if _replace(fresh, by, value, counts=counts):
            announce(vote_cast, comment_id=fresh.pk)
    return Tally(fresh.pk, fresh.up_count, fresh.down_count, fresh.score, value)


def voter(by: Participant) -> dict[str, Any]:
    """Return the column of `Vote` that holds this person."""
    return {"guest": by} if isinstance(by, Guest) else {"member": by}


def _check_part(by: Participant) -> None:
    if refusal := refusal_to_take_part(by):
        raise NotAllowed(refusal.message, code="no_part")


def _is_counted(by: Participant) -> bool:
    # A guest's row is locked first, so that a vote cannot slip past the moment in which the address is confirmed.
    return not isinstance(by, Guest) or rows.locked_guest(by).email_confirmed_at is not None


def _replace(comment: Comment, by: Participant, value: int, *, counts: bool) -> bool:
    """Write the vote's row and the comment's counts; return whether these have changed."""
    after = value if counts else 0
    if value != 0:
        vote = Vote(comment=comment, value=value, is_counted=counts, **voter(by))
        # Nearly always it is the first. Another one of theirs is there or is not: the comment's row is ours.
        is_first = (
            insert_with(vote, _counted, *_change(comment, 0, after)) if after else insert(vote, unless_there=True)
        )
        if is_first:
            return _add(comment, 0, after)
    vote_id, was, was_counted = _cast_before.row(comment.pk, by.pk, shape=(by.is_guest,)) or (None, 0, False)
    if vote_id is not None and value == 0:
        Vote.objects.filter(pk=vote_id).delete()
    elif vote_id is not None and (was, was_counted) != (value, counts):
        Vote.objects.filter(pk=vote_id).update(value=value, is_counted=counts)
    before = was if was_counted else 0
    if before != after:
        _counted.run(*_change(comment, before, after))
    return _add(comment, before, after)


@kept
def _cast_before(is_guest: bool) -> QuerySet[Vote, Any]:
    # Unordered: there is one at most.
    rows = Vote.objects.filter(comment=param(), **{"guest" if is_guest else "member": param(1)})
    return rows.values_list("pk", "value", "is_counted")


def _steps(before: int, after: int) -> tuple[int, int]:
    """Return what is added to the counts of votes up and down."""
    up = (after == Vote.Value.UP) - (before == Vote.Value.UP)
    return up, (after == Vote.Value.DOWN) - (before == Vote.Value.DOWN)


def _change(comment: Comment, before: int, after: int) -> tuple[int, ...]:
    """Return what `_counted` is given. The row is locked: the counts that we know are the ones it will be added to."""
    up, down = _steps(before, after)
    return comment.pk, up, down, up - down, wilson_lower_bound(comment.up_count + up, comment.down_count + down)


def _add(comment: Comment, before: int, after: int) -> bool:
    """Let the instance know what its row has become, and return whether that is anything new."""
    up, down = _steps(before, after)
    comment.up_count += up
    comment.down_count += down
    comment.score += up - down
    return before != after


@kept_update
def _counted() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    more = {"up_count": 1, "down_count": 2, "score": 3}
    added = {name: F(name) + param(place, IntegerField()) for name, place in more.items()}
    return Comment.objects.filter(pk=param()), {**added, "wilson": param(4, IntegerField())}
