"""Locking."""

from __future__ import annotations

import pytest

from accounts.models import User
from core.errors import NotAllowed
from discussions.access import check_can_reply
from discussions.actions.lock import lock_article, lock_branch, unlock_article, unlock_branch
from discussions.models import Article
from tests.factories import make_comment


def test_locks_and_unlocks_a_branch(article: Article, reader: User, moderator: User) -> None:
    root = make_comment(article)
    reply = make_comment(parent=root)
    assert lock_branch(root, by=moderator) == root
    with pytest.raises(NotAllowed, match="branch is locked"):
        check_can_reply(reader, reply)

    assert unlock_branch(root, by=moderator) == root
    check_can_reply(reader, reply)


def test_locks_and_unlocks_an_article(article: Article, moderator: User) -> None:
    updated_at = article.updated_at
    assert lock_article(article, by=moderator) == article
    article.refresh_from_db()
    assert article.is_closed
    assert article.updated_at == updated_at  # the text has not changed

    assert unlock_article(article, by=moderator) == article
    article.refresh_from_db()
    assert not article.is_closed


def test_twice_is_once(article: Article, moderator: User) -> None:
    root = make_comment(article)
    assert lock_branch(root, by=moderator)
    assert lock_branch(root, by=moderator) is None
    assert unlock_branch(root, by=moderator)
    assert unlock_branch(root, by=moderator) is None
    assert lock_article(article, by=moderator)
    assert lock_article(article, by=moderator) is None
    assert unlock_article(article, by=moderator)
    assert unlock_article(article, by=moderator) is None


def test_only_moderators(article: Article, reader: User) -> None:
    root = make_comment(article, by=reader)
    for branch in (lock_branch, unlock_branch):
        with pytest.raises(NotAllowed, match="Only moderators"):
            branch(root, by=reader)
    for whole in (lock_article, unlock_article):
        with pytest.raises(NotAllowed, match="Only moderators"):
            whole(article, by=reader)
    root.refresh_from_db()
    article.refresh_from_db()
    assert not root.is_locked
    assert not article.is_locked
