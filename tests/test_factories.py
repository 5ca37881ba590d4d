"""The factories keep the counters that the actions would have kept."""

from __future__ import annotations

import pytest

from discussions.models import Comment, Visibility
from tests.factories import make_article, make_comment, make_guest, make_moderator

pytestmark = pytest.mark.django_db


def fresh(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def test_counts_go_up_with_a_branch() -> None:
    article = make_article()
    root = make_comment(article)
    reply = make_comment(parent=root)
    make_comment(parent=reply, by=make_guest())

    article.refresh_from_db()
    assert article.comment_count == 3
    assert (fresh(root).reply_count, fresh(root).branch_count) == (1, 2)
    assert (fresh(reply).reply_count, fresh(reply).branch_count) == (1, 0)


def test_reply_under_withdrawn_comments_gives_them_their_place_back() -> None:
    root = make_comment(visibility=Visibility.WITHDRAWN)
    reply = make_comment(parent=root, visibility=Visibility.WITHDRAWN)
    assert not fresh(root).is_listed

    make_comment(parent=reply)

    assert fresh(root).is_listed
    assert (fresh(root).reply_count, fresh(root).branch_count) == (1, 2)
    assert fresh(reply).is_listed


def test_held_comment_counts_nowhere() -> None:
    root = make_comment()
    held = make_comment(parent=root, visibility=Visibility.HELD)

    assert not held.is_listed
    assert fresh(root).reply_count == 0
    root.article.refresh_from_db()
    assert root.article.comment_count == 1


def test_moderator_may_moderate() -> None:
    assert make_moderator().has_perm("discussions.moderate")
