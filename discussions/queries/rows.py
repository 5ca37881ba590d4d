"""What cards are built from: the columns of a comment and of what belongs to it, as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from discussions.models import Comment


class Row(NamedTuple):
    """One comment. The source text and the import's notes stay in the database."""

    id: int
    parent_id: int | None
    path: bytes
    depth: int
    author_id: int | None
    guest_id: int | None
    author_name: str
    html: str
    language: str
    created_at: datetime
    edited_at: datetime | None
    visibility: str
    visibility_reason: str
    visibility_at: datetime | None
    is_pinned: bool
    is_locked: bool
    up_count: int
    down_count: int
    score: int
    wilson: int
    reply_count: int
    branch_count: int
    #: Of the author's account, None without one.
    username: str | None
    account_name: str | None
    #: Of the comment that it answers, None on a root.
    parent_visibility: str | None
    parent_name: str | None
    passage_id: int | None
    passage_status: str | None
    passage_exact: str | None
    passage_now: str | None
    passage_question: str | None


_JOINED = {
    "username": "author__username", "account_name": "author__name",
    "parent_visibility": "parent__visibility", "parent_name": "parent__author_name",
    "passage_status": "passage__status", "passage_exact": "passage__exact", "passage_now": "passage__now",
    "passage_question": "passage__question",
}  # fmt: skip
#: The columns of `Row`, as a queryset names them.
COLUMNS = tuple(_JOINED.get(name, name) for name in Row._fields)


def as_rows(asked: QuerySet[Comment, Any], *more: Any) -> QuerySet[Comment, Any]:
    """Return the query for the columns of `Row`, and `more` behind them."""
    return asked.values_list(*COLUMNS, *more)


def row_of(comment: Comment) -> Row:
    """Return the row of an instance. What it has not joined costs a query."""
    values = []
    for name in COLUMNS:
        value: Any = comment
        for part in name.split("__"):
            value = getattr(value, part) if value is not None else None
        values.append(value)
    return Row(*values)
