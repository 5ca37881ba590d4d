"""Locking a branch or a whole discussion: it stays readable, nobody writes."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from discussions import access
from discussions.actions import rows
from discussions.models import Article, Comment
from discussions.signals import record, staff_acted


def lock_branch(comment: Comment, *, by: User) -> Comment | None:
    """Stop replies to the comment and to everything below it; return it, or None when it is locked already.

    Raises `NotAllowed` to anybody but moderators.
    """
    access.check_is_moderator(by)
    return set_branch_lock(comment, is_locked=True, by=by)


def unlock_branch(comment: Comment, *, by: User) -> Comment | None:
    """Allow replies again and return the comment, or None when it is not locked; locks above and below it stay."""
    access.check_is_moderator(by)
    return set_branch_lock(comment, is_locked=False, by=by)


def lock_article(article: Article, *, by: User) -> Article | None:
    """Stop comments and votes under the article; return it, or None when it is locked already.

    When this has returned, nothing that was on its way can be saved any more: `post_comment` takes the same row lock.
    Raises `NotAllowed` to anybody but moderators.
    """
    return _set_article(article, by, is_locked=True)


def unlock_article(article: Article, *, by: User) -> Article | None:
    """Open the discussion again and return the article, or None when it is not locked."""
    return _set_article(article, by, is_locked=False)


def set_branch_lock(comment: Comment, *, is_locked: bool, by: User | None) -> Comment | None:
    """Do what `lock_branch` and `unlock_branch` do without asking who does it: None is the site itself."""
    with transaction.atomic():
        fresh = rows.locked_line(comment)[-1]
        if fresh.is_locked == is_locked:
            return None
        fresh.is_locked = is_locked
        fresh.save(update_fields=["is_locked"])
        act = "branch.locked" if is_locked else "branch.unlocked"
        record(staff_acted, act=act, by=by, article_id=fresh.article_id, comment_id=fresh.pk)
    return fresh


def _set_article(article: Article, by: User, *, is_locked: bool) -> Article | None:
    access.check_is_moderator(by)
    with transaction.atomic():
        fresh = rows.locked_article(article.pk)
        if fresh.is_locked == is_locked:
            return None
        fresh.is_locked = is_locked
        fresh.save(update_fields=["is_locked"])
        act = "article.locked" if is_locked else "article.unlocked"
        record(staff_acted, act=act, by=by, article_id=fresh.pk, comment_id=None)
    return fresh
