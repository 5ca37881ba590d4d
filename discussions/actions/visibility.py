"""What readers see of a comment: the one writer of `Comment.visibility`, and of every count that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict
from discussions.actions import rows
from discussions.markup import normalise_line
from discussions.models import Article, Comment, Visibility
from discussions.models.comment import READABLE
from discussions.signals import announce, record, visibility_changed, visibility_set


@dataclass(frozen=True, slots=True)
class Change:
    """What `set_visibility` did."""

    comment_id: int
    before: Visibility
    after: Visibility


def set_visibility(comment: Comment, to: Visibility, *, by: User | None, reason: str) -> Change | None:
    """Make the comment `to`, and return the change, or None when it already is.

    `by` is None when the site itself acts (a screen, an import). `reason` is told to the author and, on a stub, to
    readers. Raises `Conflict` for a withdrawn comment: nobody publishes what its author took back.

    Takes the article's row; a caller that changes many comments in one transaction goes through them in the order of
    their articles.
    """
    with transaction.atomic():
        return change_line(rows.locked_line(comment), to, by=by, reason=reason)


def change_line(line: list[Comment], to: Visibility, *, by: User | None, reason: str) -> Change | None:
    """Do what `set_visibility` promises to the last comment of a `rows.locked_line`, whose locks the caller holds."""
    comment = line[-1]
    before = Visibility(comment.visibility)
    if before == to:
        return None
    if before == Visibility.WITHDRAWN:
        raise Conflict(_("Its author has withdrawn this comment, so it stays withdrawn."), code="withdrawn")
    was_readable, was_listed = comment.is_readable, comment.is_listed
    comment.visibility, comment.returned_at = to, None
    comment.visibility_by, comment.visibility_at = by, timezone.now()
    comment.visibility_reason = normalise_line(reason, 500)
    _settle(comment)
    if comment.is_readable != was_readable:
        _count_readable(comment, 1 if comment.is_readable else -1)
    if comment.is_listed != was_listed:
        _count_listed(line, 1 if comment.is_listed else -1)
    record(visibility_set, comment=comment, before=before, by=by)
    announce(visibility_changed, comment_id=comment.pk, before=before.value, after=to.value)
    return Change(comment.pk, before, to)


def has_own_place(visibility: str, published_at: datetime | None) -> bool:
    """Return whether a comment is listed by itself, replies or not: its text can be read, or its removal is shown.

    A removed comment that never was public leaves no trace; a withdrawn one is gone when nobody has answered.
    """
    return visibility in READABLE or (visibility == Visibility.REMOVED and published_at is not None)


def takes_place(comment: Comment) -> bool:
    """Return whether the comment is listed, by itself or as a stub that holds its listed replies."""
    return has_own_place(comment.visibility, comment.published_at) or comment.reply_count > 0


def _settle(comment: Comment) -> None:
    if not comment.is_readable:
        comment.is_pinned, comment.pinned_at = False, None
    elif comment.published_at is None:
        comment.published_at = comment.visibility_at
    comment.is_listed = takes_place(comment)
    comment.save(
        update_fields=[
            "visibility", "visibility_by", "visibility_at", "visibility_reason", "returned_at",
            "is_pinned", "pinned_at", "published_at", "is_listed",
        ]
    )  # fmt: skip


def _count_readable(comment: Comment, step: int) -> None:
    Article.objects.filter(pk=comment.article_id).update(comment_count=F("comment_count") + step)
    comment.article.comment_count += step


def _count_listed(line: list[Comment], step: int) -> None:
    """Count the last of `line` in or out: a stub appears with its first listed reply and goes with the last, upward."""
    touched: list[int] = []
    flipped: list[int] = []
    for ancestor in reversed(line[:-1]):
        was_listed = ancestor.is_listed
        ancestor.reply_count += step
        ancestor.is_listed = takes_place(ancestor)
        touched.append(ancestor.pk)
        if ancestor.is_listed == was_listed:
            break
        flipped.append(ancestor.pk)
    Comment.objects.filter(pk__in=touched).update(reply_count=F("reply_count") + step)
    Comment.objects.filter(pk__in=flipped).update(is_listed=step > 0)
    below_root = sum(row.parent_id is not None for row in line if row.pk in (*flipped, line[-1].pk))
    Comment.objects.filter(pk=line[0].pk).update(branch_count=F("branch_count") + step * below_root)
