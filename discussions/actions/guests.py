"""What becomes of a guest's comments and votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Guest, User
from core.errors import Conflict
from discussions.actions import rows
from discussions.models import Comment, Passage, Vote
from discussions.ranking import wilson_lower_bound
from discussions.signals import announce, vote_cast


def claim_comments(*, user: User, guest: Guest) -> int:
    """Make the guest's comments and votes the member's own; return how many comments moved.

    Nobody gets a second vote on a comment or a vote on a comment of their own: the votes that would be are dropped, and
    the counts follow. The caller has made sure that both are the same person. Claiming again moves what was written
    since. Raises `Conflict` when another member has claimed the guest.
    """
    with transaction.atomic():
        guest = rows.locked_guest(guest)
        if guest.claimed_by_id not in (None, user.pk):
            raise Conflict(_("These comments already belong to another account."), code="claimed")
        ids = _comments_of(guest) | _voted_on(guest)
        rows.locked_comments(ids)
        moved = Comment.objects.filter(guest=guest, pk__in=ids).update(guest=None, author=user)
        Passage.objects.filter(guest=guest).update(guest=None, member=user)
        _drop_votes(user, guest, ids)
        # What is left is a vote by an address that belongs to an account: it counts.
        Vote.objects.filter(guest=guest, comment__in=ids).update(guest=None, member=user, is_counted=True)
        tally(ids)
        guest.claimed_by = user
        guest.save(update_fields=["claimed_by"])
    return moved


def count_guest_votes(*, guest: Guest) -> int:
    """Let the votes of a guest whose address is confirmed count; return how many began to. 0 for any other guest."""
    with transaction.atomic():
        guest = rows.locked_guest(guest)
        if guest.email_confirmed_at is None:
            return 0
        ids = _voted_on(guest)
        rows.locked_comments(ids)
        counted = Vote.objects.filter(guest=guest, is_counted=False).update(is_counted=True)
        tally(ids)
    return counted


def _comments_of(guest: Guest) -> set[int]:
    return set(Comment.objects.filter(guest=guest).values_list("pk", flat=True))


def _voted_on(guest: Guest) -> set[int]:
    # The guest's row is locked, and a guest's vote takes that lock first: none can come in between.
    return set(Vote.objects.filter(guest=guest).values_list("comment_id", flat=True))


def _drop_votes(user: User, guest: Guest, ids: Collection[int]) -> None:
    """Delete the votes that would be on the member's own comments, and the guest's where the member has voted too."""
    both = Q(member=user) | Q(guest=guest)
    Vote.objects.filter(both, comment__in=ids, comment__author=user).delete()
    voted = Vote.objects.filter(member=user, comment__in=ids).values("comment")
    Vote.objects.filter(guest=guest, comment__in=list(voted.values_list("comment_id", flat=True))).delete()


def tally(ids: Collection[int]) -> None:
    """Write the counts of these comments anew from their votes; their rows are locked, so no vote is missed."""
    votes = Vote.objects.filter(comment__in=ids, is_counted=True).values_list("comment_id", "value")
    counted = Counter({(pk, value): n for pk, value, n in votes.annotate(n=Count("pk")).order_by()})
    changed: list[Comment] = []
    for row in Comment.objects.filter(pk__in=ids):
        up = counted[row.pk, Vote.Value.UP] + row.imported_up
        down = counted[row.pk, Vote.Value.DOWN] + row.imported_down
        if (row.up_count, row.down_count) != (up, down):
            row.up_count, row.down_count, row.score = up, down, up - down
            row.wilson = wilson_lower_bound(up, down)
            changed.append(row)
            announce(vote_cast, comment_id=row.pk)
    Comment.objects.bulk_update(changed, ["up_count", "down_count", "score", "wilson"], batch_size=500)
