"""Visibility: what is listed, what leaves a stub, and what that does to every count above."""

from __future__ import annotations

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from core.errors import Conflict
from discussions.actions.visibility import Change, set_visibility
from discussions.models import Article, Comment, Visibility
from discussions.signals import visibility_changed
from tests.discussions.actions.conftest import counts_are_right
from tests.factories import make_article, make_comment

HELD, PUBLIC, COLLAPSED, REMOVED, WITHDRAWN = (
    Visibility.HELD, Visibility.PUBLIC, Visibility.COLLAPSED, Visibility.REMOVED, Visibility.WITHDRAWN,
)  # fmt: skip


def change(comment: Comment, to: Visibility, by: User | None = None, reason: str = "") -> Change | None:
    return set_visibility(comment, to, by=by, reason=reason)


def fresh(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def comment_count(comment: Comment) -> int:
    return Article.objects.get(pk=comment.article_id).comment_count


def test_removes_with_who_when_and_why(article: Article, moderator: User) -> None:
    comment = make_comment(article)
    done = change(comment, REMOVED, moderator, "Off\u202e topic:\nsee guideline 3")

    assert done == Change(comment.pk, PUBLIC, REMOVED)
    row = fresh(comment)
    assert (row.visibility, row.visibility_by) == (REMOVED, moderator)
    assert row.visibility_reason == "Off topic: see guideline 3"
    assert row.visibility_at is not None
    assert row.is_listed
    assert comment_count(comment) == 0
    assert counts_are_right()


def test_same_again_is_nothing(article: Article, moderator: User) -> None:
    comment = make_comment(article)
    change(comment, REMOVED, moderator, "Off topic")
    assert change(comment, REMOVED, None, "Another reason") is None
    assert fresh(comment).visibility_reason == "Off topic"


@pytest.mark.parametrize(
    ("before", "was_public", "to", "is_listed"),
    [
        # The text can be read: it has its place.
        (HELD, False, PUBLIC, True),
        (HELD, False, COLLAPSED, True),
        (PUBLIC, True, COLLAPSED, True),
        (REMOVED, True, PUBLIC, True),
        # A removal is shown where the comment was seen, and only there.
        (PUBLIC, True, REMOVED, True),
        (HELD, True, REMOVED, True),
        (HELD, False, REMOVED, False),
        # What waits or was taken back goes without a trace when nobody has answered.
        (PUBLIC, True, HELD, False),
        (REMOVED, True, HELD, False),
        (PUBLIC, True, WITHDRAWN, False),
        (HELD, False, WITHDRAWN, False),
    ],
)
def test_place_without_replies(
    article: Article, before: Visibility, was_public: bool, to: Visibility, is_listed: bool
) -> None:
    comment = make_comment(article, visibility=before)
    Comment.objects.filter(pk=comment.pk).update(published_at=comment.created_at if was_public else None)
    change(comment, to)

    assert fresh(comment).is_listed is is_listed
    assert comment_count(comment) == (to in (PUBLIC, COLLAPSED))
    assert counts_are_right()


@pytest.mark.parametrize("to", [HELD, REMOVED, WITHDRAWN])
def test_place_with_a_reply_stays_as_a_stub(article: Article, to: Visibility) -> None:
    comment = make_comment(article)
    reply = make_comment(parent=comment)
    change(comment, to)

    assert fresh(comment).is_listed
    assert fresh(comment).reply_count == 1
    assert fresh(reply).is_listed
    assert comment_count(comment) == 1
    assert counts_are_right()


def test_stub_goes_with_its_last_listed_reply_and_so_upward(article: Article) -> None:
    root = make_comment(article)
    one = make_comment(parent=root)
    two = make_comment(parent=one)
    last = make_comment(parent=two)
    for comment in (two, one):
        change(comment, WITHDRAWN)
    assert (fresh(one).is_listed, fresh(two).is_listed) == (True, True)
    assert fresh(root).branch_count == 3

    change(last, HELD)

    assert (fresh(one).is_listed, fresh(two).is_listed, fresh(last).is_listed) == (False, False, False)
    assert (fresh(root).reply_count, fresh(root).branch_count) == (0, 0)
    assert comment_count(root) == 1
    assert counts_are_right()


def test_stubs_come_back_with_a_reply_that_is_published(article: Article) -> None:
    root = make_comment(article, visibility=WITHDRAWN)
    one = make_comment(parent=root, visibility=WITHDRAWN)
    reply = make_comment(parent=one, visibility=HELD)
    assert not fresh(root).is_listed

    change(reply, PUBLIC)

    assert fresh(root).is_listed
    assert fresh(one).is_listed
    assert (fresh(root).reply_count, fresh(root).branch_count, fresh(one).reply_count) == (1, 2, 1)
    assert counts_are_right()


def test_stub_stays_while_another_reply_is_there(article: Article) -> None:
    root = make_comment(article)
    one, two = make_comment(parent=root), make_comment(parent=root)
    change(root, WITHDRAWN)
    change(one, WITHDRAWN)
    assert fresh(root).is_listed
    change(two, WITHDRAWN)
    assert not fresh(root).is_listed
    assert counts_are_right()


def test_published_at_is_the_first_time(article: Article, moderator: User) -> None:
    comment = make_comment(article, visibility=HELD)
    assert fresh(comment).published_at is None
    change(comment, PUBLIC, moderator)
    first = fresh(comment).published_at
    assert first is not None
    assert first == fresh(comment).visibility_at

    change(comment, REMOVED, moderator)
    change(comment, PUBLIC, moderator)
    assert fresh(comment).published_at == first


def test_removed_comment_is_not_pinned(article: Article) -> None:
    comment = make_comment(article, is_pinned=True)
    change(comment, COLLAPSED)
    assert fresh(comment).is_pinned
    change(comment, HELD)
    assert (fresh(comment).is_pinned, fresh(comment).pinned_at) == (False, None)


@pytest.mark.parametrize("to", [HELD, PUBLIC, COLLAPSED, REMOVED])
def test_what_its_author_took_back_stays_so(article: Article, to: Visibility) -> None:
    comment = make_comment(article)
    change(comment, WITHDRAWN)
    with pytest.raises(Conflict, match="stays withdrawn"):
        change(comment, to)
    assert fresh(comment).visibility == WITHDRAWN


def test_looks_at_the_row_not_at_what_the_caller_remembers(article: Article) -> None:
    comment = make_comment(article)
    change(comment, REMOVED)
    assert comment.visibility == PUBLIC
    assert change(comment, HELD) == Change(comment.pk, REMOVED, HELD)


def test_does_not_touch_other_discussions(article: Article) -> None:
    other = make_comment(make_article())
    change(make_comment(article), REMOVED)
    assert comment_count(other) == 1


def test_tells_after_the_commit(
    article: Article, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[tuple[object, ...]] = []

    def listen(sender: object, comment_id: int, before: str, after: str, **kwargs: object) -> None:
        heard.append((comment_id, before, after))

    visibility_changed.connect(listen)
    comment = make_comment(article)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            change(comment, REMOVED)
            change(comment, REMOVED)
            assert heard == []
    finally:
        visibility_changed.disconnect(listen)
    assert heard == [(comment.pk, "public", "removed")]
