"""Rows locked for writing, always in one order: guest, article, comments by ascending id, votes.

Two actions that need the same rows then wait for each other; taken in different orders they would each hold what the
other needs, and PostgreSQL would end one of them as a deadlock. SQLite has one writer at a time and ignores the locks.

The locks are `NO KEY UPDATE`: they stop other writers of the row, not the rows elsewhere that refer to it. What is read
with the lock is the newest committed state, so a check made on it holds until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.db.transaction import get_connection

from accounts.models import Guest
from core.ids import allocate_ids, sequence_of
from core.kept import kept, kept_around, padded, param, params
from discussions import tree
from discussions.models import Article, Comment


def locked_guest(guest: Guest) -> Guest:
    """Return the guest as it is now, locked until the transaction ends."""
    return Guest.objects.select_for_update(no_key=True).get(pk=guest.pk)


def locked_article(article_id: int) -> Article:
    """Return the article as it is now, locked until the transaction ends. Raises `Article.DoesNotExist`."""
    return _article.get(article_id)


def lock_for_new(article: Article) -> int:
    """Lock an article that was read before until the transaction ends, and return the id of a new comment under it.

    Of the article, who may write now and its count are as its row says; its texts and its place stay as they were read.
    Raises `Article.DoesNotExist`.
    """
    is_one_statement = get_connection().vendor == "postgresql"
    found = (_now_and_id if is_one_statement else _now).row(article.pk)
    if found is None:
        raise Article.DoesNotExist
    for name, value in zip(_DECIDES, found, strict=False):
        setattr(article, name, value)
    return int(found[-1]) if is_one_statement else allocate_ids(Comment, 1)[0]


#: What the rules of `access`, the count and the version of its pages ask of an article.
_DECIDES = (
    *("published_at", "updated_at", "who_may_comment", "passages_by", "close_after_days", "is_locked"),
    "comment_count",
)


def _decides() -> QuerySet[Article, Any]:
    return Article.objects.select_for_update(no_key=True).filter(pk=param()).values_list(*_DECIDES)


_now = kept(_decides)
# A query that locks is carried out before what is around it: whoever waits for the row has an id after the one before.
_now_and_id = kept_around(
    _decides,
    lambda sql: f"SELECT now.*, nextval('{sequence_of(Comment)}') FROM ({sql}) AS now",  # noqa: S608
)


@kept
def _article() -> QuerySet[Article, Any]:
    return Article.objects.select_for_update(no_key=True).filter(pk=param())


def locked_comments(ids: Collection[int]) -> dict[int, Comment]:
    """Return the comments by id as they are now, locked until the transaction ends; ids that are gone are left out."""
    wanted = padded(sorted(ids))
    return {row.pk: row for row in _comments.all(*wanted, shape=(len(wanted),))} if wanted else {}


@kept
def _comments(count: int) -> QuerySet[Comment, Any]:
    return Comment.objects.select_for_update(no_key=True).filter(pk__in=params(count)).order_by("pk")


def locked_line(comment: Comment) -> list[Comment]:
    """Return the comment's ancestors, root first, and the comment itself last, all locked, their article before them.

    Whoever changes what readers see of a tree holds its article, so every tree has one writer at a time.
    """
    article = locked_article(comment.article_id)
    ids = tree.ids_of(comment.path)
    rows = locked_comments(ids)
    line = [rows[pk] for pk in ids]
    for row in line:
        row.article = article
    return line
