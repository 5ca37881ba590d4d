"""Voting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Guest
from accounts.participants import Participant
from core.errors import BadRequest, NotAllowed
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


def cast_vote(comment: Comment, *, by: Participant, value: int) -> Tally:
    """Make `value` (1, -1, or 0 for none) the vote of `by`, whatever it was before, and return the counts.

    Raises `NotAllowed` by `access.check_can_vote`, by the screens' `may_take_part` and for a vote down where the site
    has none, `BadRequest` for another value, `TooMany` over the limit.
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
        fresh = rows.locked_for_vote(comment.pk)
        access.check_can_vote(by, fresh)
        _check_part(by)
        before, after = _replace(fresh, by, value, counts=counts)
        up = (after == Vote.Value.UP) - (before == Vote.Value.UP)
        down = (after == Vote.Value.DOWN) - (before == Vote.Value.DOWN)
        if up or down:
            _count(fresh, up, down)
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


def _replace(comment: Comment, by: Participant, value: int, *, counts: bool) -> tuple[int, int]:
    """Write the vote's row; return what the voter adds to the counts before and after."""
    # Unordered: there is one at most, and an order has to be worked out.
    vote = next(iter(Vote.objects.filter(comment=comment, **voter(by))[:1]), None)
    before = vote.value if vote and vote.is_counted else 0
    if value == 0:
        if vote:
            vote.delete()
    elif vote is None:
        Vote.objects.create(comment=comment, value=value, is_counted=counts, **voter(by))
    elif (vote.value, vote.is_counted) != (value, counts):
        vote.value, vote.is_counted = value, counts
        vote.save(update_fields=["value", "is_counted"])
    return before, value if counts else 0


def _count(comment: Comment, up: int, down: int) -> None:
    comment.up_count += up
    comment.down_count += down
    comment.score += up - down
    Comment.objects.filter(pk=comment.pk).update(
        up_count=F("up_count") + up,
        down_count=F("down_count") + down,
        score=F("score") + up - down,
        # The row is locked: these counts are the ones that the statement writes.
        wilson=wilson_lower_bound(comment.up_count, comment.down_count),
    )
