"""Withdrawing."""

from __future__ import annotations

import pytest

from accounts.models import Guest, User
from core.errors import NotAllowed
from discussions.actions.visibility import Change, set_visibility
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Article, Comment, Visibility
from tests.discussions.actions.conftest import counts_are_right
from tests.factories import make_comment, make_user


def test_takes_the_comment_back(article: Article, reader: User) -> None:
    comment = make_comment(article, by=reader)
    done = withdraw_comment(comment, by=reader)

    assert done == Change(comment.pk, Visibility.PUBLIC, Visibility.WITHDRAWN)
    comment.refresh_from_db()
    assert (comment.visibility, comment.is_listed, comment.visibility_by) == (Visibility.WITHDRAWN, False, reader)
    article.refresh_from_db()
    assert article.comment_count == 0
    assert counts_are_right()


def test_keeps_the_place_when_there_are_replies(article: Article, reader: User) -> None:
    comment = make_comment(article, by=reader)
    make_comment(parent=comment)
    withdraw_comment(comment, by=reader)
    comment.refresh_from_db()
    assert comment.is_listed
    assert counts_are_right()


def test_twice_is_once(article: Article, reader: User) -> None:
    comment = make_comment(article, by=reader)
    assert withdraw_comment(comment, by=reader)
    assert withdraw_comment(comment, by=reader) is None


def test_a_guest_too(article: Article, guest: Guest) -> None:
    comment = make_comment(article, by=guest)
    assert withdraw_comment(comment, by=guest)
    comment.refresh_from_db()
    assert comment.visibility_by is None


def test_a_held_comment_and_one_in_a_closed_discussion(article: Article, reader: User) -> None:
    held = make_comment(article, by=reader, visibility=Visibility.HELD)
    Article.objects.filter(pk=article.pk).update(is_locked=True)
    assert withdraw_comment(held, by=reader)
    assert counts_are_right()


def test_only_the_author(article: Article, reader: User, moderator: User, guest: Guest) -> None:
    comment = make_comment(article, by=reader)
    for other in (make_user(), moderator, guest):
        with pytest.raises(NotAllowed, match="Only the author"):
            withdraw_comment(comment, by=other)


def test_not_after_a_moderator_has_removed_it(article: Article, reader: User) -> None:
    comment = make_comment(article, by=reader)
    set_visibility(Comment.objects.get(pk=comment.pk), Visibility.REMOVED, by=None, reason="Off topic")
    with pytest.raises(NotAllowed, match="moderator has removed"):
        withdraw_comment(comment, by=reader)
    comment.refresh_from_db()
    assert comment.visibility == Visibility.REMOVED
