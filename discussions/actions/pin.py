"""Pinning a comment above the others."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.errors import Refused
from discussions import access
from discussions.actions import rows
from discussions.models import Comment
from discussions.signals import record, staff_acted


def pin_comment(comment: Comment, *, by: User) -> Comment | None:
    """Pin a root and return it, or None when it is pinned already.

    Raises `NotAllowed` to anybody but moderators, and `Refused` for a reply, for a comment that cannot be read and when
    the article has its `COMMENT_MAX_PINNED`.
    """
    access.check_is_moderator(by)
    with transaction.atomic():
        fresh = rows.locked_line(comment)[-1]
        if fresh.is_pinned:
            return None
        _check(fresh)
        fresh.is_pinned, fresh.pinned_at = True, timezone.now()
        fresh.save(update_fields=["is_pinned", "pinned_at"])
        record(staff_acted, act="comment.pinned", by=by, article_id=fresh.article_id, comment_id=fresh.pk)
    return fresh


def unpin_comment(comment: Comment, *, by: User) -> Comment | None:
    """Unpin the comment and return it, or None when it is not pinned. Raises `NotAllowed` but for moderators."""
    access.check_is_moderator(by)
    with transaction.atomic():
        fresh = rows.locked_line(comment)[-1]
        if not fresh.is_pinned:
            return None
        fresh.is_pinned, fresh.pinned_at = False, None
        fresh.save(update_fields=["is_pinned", "pinned_at"])
        record(staff_acted, act="comment.unpinned", by=by, article_id=fresh.article_id, comment_id=fresh.pk)
    return fresh


def _check(comment: Comment) -> None:
    if comment.parent_id is not None:
        raise Refused(_("Only a comment that starts a branch can be pinned, not a reply."), code="not_a_root")
    if not comment.is_readable:
        raise Refused(_("Only a comment that readers can see can be pinned."), code="gone")
    limit = settings.COMMENT_MAX_PINNED
    # The article's row is locked, so nobody else pins between this count and our update.
    if Comment.objects.filter(article_id=comment.article_id, parent=None, is_pinned=True).count() >= limit:
        message = ngettext(
            "An article has at most %(n)d pinned comment. Please unpin it first.",
            "An article has at most %(n)d pinned comments. Please unpin one first.",
            limit,
        )
        raise Refused(message % {"n": limit}, code="too_many_pinned")
