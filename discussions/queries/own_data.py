"""What discussions hold about a person, for the copy of their data: one row after the other, in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.privacy import Subject
from core.addresses import absolute
from discussions.models import Comment, Vote

BATCH = 500


def comments(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the comments, whatever readers see of them, each with its earlier texts."""
    rows = Comment.objects.filter(subject.rows("author")).select_related("article").prefetch_related("revisions")
    for row in rows.defer("html", "article__body", "article__body_html").order_by("pk").iterator(chunk_size=BATCH):
        yield {
            "id": row.pk,
            "address": absolute(row.get_absolute_url()),
            "article": row.article.title,
            "in_reply_to": row.parent_id,
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
