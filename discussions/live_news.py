"""Our own recorded news, as live events: a row for each change that every reader may see, in its transaction.

What is held is no event until it is published. The senders hold the article's row, which `LiveEvent` relies on.
"""

from __future__ import annotations

from django.dispatch import receiver

from discussions.actions.live import record_event
from discussions.models import Article, Comment, LiveEvent
from discussions.models.comment import READABLE
from discussions.signals import comment_written, staff_acted, visibility_set

Kind = LiveEvent.Kind


@receiver(comment_written, dispatch_uid="discussions.live_written")
def tell_written(comment: Comment, **kwargs: object) -> None:
    """Tell of a comment that can be read: a new one, or one with another text."""
    if comment.is_readable:
        record_event(comment.article, comment, Kind.ADDED if comment.revision == 1 else Kind.CHANGED)


@receiver(visibility_set, dispatch_uid="discussions.live_visibility")
def tell_visibility(comment: Comment, before: str, **kwargs: object) -> None:
    """Tell of a comment that appears, looks different, or is gone without a trace."""
    was_readable = before in READABLE
    if not was_readable and not comment.is_readable and comment.published_at is None:
        return
    if not comment.is_listed:
        kind = Kind.GONE
    else:
        is_new = comment.is_readable and not was_readable
        kind = Kind.ADDED if is_new else Kind.CHANGED
    record_event(comment.article, comment, kind)


@receiver(staff_acted, dispatch_uid="discussions.live_staff")
def tell_staff(article_id: int, comment_id: int | None, **kwargs: object) -> None:
    """Tell of what was pinned or locked: a comment, a branch, or the discussion."""
    article = Article.objects.only("slug", "updated_at").get(pk=article_id)
    comment = Comment.objects.only("visibility", "is_listed", "revision").get(pk=comment_id) if comment_id else None
    if comment is None or comment.is_listed:
        record_event(article, comment, Kind.CHANGED)
