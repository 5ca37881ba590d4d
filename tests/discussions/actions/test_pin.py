"""Pinning."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from accounts.models import User
from core.errors import NotAllowed, Refused
from discussions.actions.pin import pin_comment, unpin_comment
from discussions.models import Article, Comment, Visibility
from tests.factories import make_comment


def pinned(article: Article) -> list[Comment]:
    return list(Comment.objects.filter(article=article, is_pinned=True).order_by("pinned_at"))


def test_pins_and_unpins(article: Article, moderator: User) -> None:
    comment = make_comment(article)
    assert pin_comment(comment, by=moderator) == comment
    assert pinned(article)[0].pinned_at is not None

    assert unpin_comment(comment, by=moderator) == comment
    comment.refresh_from_db()
    assert (comment.is_pinned, comment.pinned_at) == (False, None)


def test_twice_is_once(article: Article, moderator: User) -> None:
    comment = make_comment(article)
    first = pin_comment(comment, by=moderator)
    assert first is not None
    assert pin_comment(comment, by=moderator) is None
    assert pinned(article)[0].pinned_at == first.pinned_at
    assert unpin_comment(comment, by=moderator)
    assert unpin_comment(comment, by=moderator) is None


def test_only_moderators(article: Article, reader: User, moderator: User) -> None:
    comment = make_comment(article, by=reader)
    with pytest.raises(NotAllowed, match="Only moderators"):
        pin_comment(comment, by=reader)
    pin_comment(comment, by=moderator)
    with pytest.raises(NotAllowed, match="Only moderators"):
        unpin_comment(comment, by=reader)
    assert pinned(article) == [comment]


def test_not_a_reply(article: Article, moderator: User) -> None:
    with pytest.raises(Refused, match="not a reply"):
        pin_comment(make_comment(parent=make_comment(article)), by=moderator)


@pytest.mark.parametrize("visibility", [Visibility.HELD, Visibility.REMOVED, Visibility.WITHDRAWN])
def test_not_what_readers_cannot_see(article: Article, moderator: User, visibility: Visibility) -> None:
    with pytest.raises(Refused, match="readers can see"):
        pin_comment(make_comment(article, visibility=visibility), by=moderator)


def test_at_most_so_many_in_an_article(article: Article, moderator: User, settings: Settings) -> None:
    settings.COMMENT_MAX_PINNED = 2
    comments = [make_comment(article) for _ in range(3)]
    for comment in comments[:2]:
        assert pin_comment(comment, by=moderator)
    assert pin_comment(make_comment(), by=moderator)  # another article has its own
    with pytest.raises(Refused, match="at most 2 pinned comments"):
        pin_comment(comments[2], by=moderator)

    unpin_comment(comments[0], by=moderator)
    assert pin_comment(comments[2], by=moderator)
    assert pinned(article) == comments[1:]
