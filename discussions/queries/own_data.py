"""What discussions hold about a person, for the copy of their data: one row after the other, in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.privacy import Subject
from core.addresses import absolute
from discussions.models import Comment, Delivery, Mute, Passage, PromptNotice, Subscription, Vote

BATCH = 500


def comments(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the comments, whatever readers see of them, each with its earlier texts."""
    rows = (
        Comment.objects.filter(subject.rows("author"))
        .select_related("article", "passage")
        .prefetch_related("revisions")
    )
    for row in rows.defer("html", "article__body", "article__body_html").order_by("pk").iterator(chunk_size=BATCH):
        yield {
            "id": row.pk,
            "address": absolute(row.get_absolute_url()),
            "article": row.article.title,
            "in_reply_to": row.parent_id,
            "about_the_words": row.passage.exact if row.passage else None,
            "name": row.author_name,
            "text": row.body,
            "format": row.body_format,
            "language": row.language,
            "written_at": row.created_at,
            "edited_at": row.edited_at,
            "visibility": row.visibility,
            "visibility_reason": row.visibility_reason,
            "votes": {"up": row.up_count, "down": row.down_count},
            "earlier_texts": [
                {"number": old.number, "text": old.body, "written_at": old.created_at} for old in row.revisions.all()
            ],
            "from_an_import": row.source_meta,
        }


def votes(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the votes."""
    rows = Vote.objects.filter(subject.rows("member")).select_related("comment")
    for row in rows.defer("comment__body", "comment__html").order_by("pk").iterator(chunk_size=BATCH):
        yield {
            "comment": absolute(row.comment.get_absolute_url()),
            "vote": row.get_value_display(),
            "counts": row.is_counted,
            "voted_at": row.created_at,
        }


def subscriptions(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what the person follows or has followed."""
    rows = Subscription.objects.filter(subject.rows("member")).select_related("article").order_by("pk")
    for row in rows.defer("article__body", "article__body_html").iterator(chunk_size=BATCH):
        yield {
            "article": absolute(row.article.get_absolute_url()),
            "branch": _comment(row.comment_id) if row.comment_id else None,
            "scope": row.scope,
            "frequency": row.frequency,
            "language": row.language,
            "created_at": row.created_at,
            "confirmed_at": row.confirmed_at,
            "paused_at": row.paused_at,
            "ended_at": row.ended_at,
        }


def mutes(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what the person gets no mail about; whose comments those are, by the name that readers see."""
    rows = Mute.objects.filter(subject.rows("member")).select_related("article", "writer", "guest_writer")
    for row in rows.defer("article__body", "article__body_html").order_by("pk").iterator(chunk_size=BATCH):
        writer = row.writer or row.guest_writer
        yield {
            "article": absolute(row.article.get_absolute_url()) if row.article else None,
            "branch": _comment(row.comment_id) if row.comment_id else None,
            "comments_of": writer.display_name if writer else None,
            "muted_at": row.created_at,
        }


def inbox(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield of which comments the person was told; what others wrote in them is not theirs."""
    rows = Delivery.objects.filter(subject.rows("member")).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        yield {
            "comment": _comment(row.comment_id),
            "kind": row.kind,
            "mail": row.state,
            "reason": row.reason,
            "told_at": row.created_at,
            "read_at": row.read_at,
        }


def passages(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the passages of articles that the person was the first to mark."""
    rows = Passage.objects.filter(subject.rows("member")).select_related("article").order_by("pk")
    for row in rows.defer("article__body", "article__body_html").iterator(chunk_size=BATCH):
        yield {
            "article": absolute(row.article.get_absolute_url()),
            "words": row.exact,
            "status": row.status,
            "marked_at": row.created_at,
        }


def prompt_notices(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what the person was told about the words of their questions."""
    rows = PromptNotice.objects.filter(member=subject.user, member__isnull=False).select_related("passage", "place")
    for row in rows.order_by("pk").iterator(chunk_size=BATCH):
        yield {
            "question": row.passage.question,
            "words": row.passage.exact,
            "status_before": row.before,
            "status": row.place.status,
            "told_at": row.created_at,
            "read_at": row.read_at,
        }


def _comment(comment_id: int) -> str:
    return absolute(reverse("discussions:comment", args=[comment_id]))
