"""What moderators do on the page, and that nobody else can."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from discussions.models import Article, Comment, Visibility
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article, body="the words in question")


def url(comment: Comment, verb: str) -> str:
    return reverse(f"discussions:comment-{verb}", args=[comment.pk])


def test_pin_and_unpin(moderator: Client, comment: Comment) -> None:
    for value, expected in (("1", True), ("1", True), ("0", False)):
        assert moderator.post(url(comment, "pin"), {"pin": value}).status_code == 303
        comment.refresh_from_db()
        assert comment.is_pinned is expected


def test_lock_and_unlock_a_branch(moderator: Client, comment: Comment) -> None:
    for value, expected in (("1", True), ("0", False)):
        moderator.post(url(comment, "lock"), {"lock": value})
        comment.refresh_from_db()
        assert comment.is_locked is expected


def test_lock_a_discussion(moderator: Client, article: Article) -> None:
    moderator.post(reverse("discussions:article-lock", args=[article.slug]), {"lock": "1"})
    article.refresh_from_db()
    assert article.is_locked


def test_removing_leaves_a_stub_that_says_why(moderator: Client, comment: Comment, article: Article) -> None:
    reason = "An attack on a person, not on an idea."
    moderator.post(url(comment, "visibility"), {"to": "removed", "reason": reason})
    page = Client().get(article.get_absolute_url()).content.decode()
    assert reason in page
    assert "the words in question" not in page


@pytest.mark.parametrize("to", ["removed", "held", "collapsed"])
def test_hiding_needs_a_reason(moderator: Client, comment: Comment, to: str) -> None:
    response = moderator.post(url(comment, "visibility"), {"to": to, "reason": "  "})
    assert response.status_code == 400
    assert "give the reason" in response.content.decode()
    comment.refresh_from_db()
    assert comment.visibility == Visibility.PUBLIC


def test_a_held_comment_is_published(moderator: Client, article: Article) -> None:
    held = make_comment(article, visibility=Visibility.HELD)
    moderator.post(url(held, "visibility"), {"to": "public"})
    held.refresh_from_db()
    assert held.visibility == Visibility.PUBLIC


@pytest.mark.parametrize("to", ["withdrawn", "", "gone"])
def test_other_states_are_refused(moderator: Client, comment: Comment, to: str) -> None:
    assert moderator.post(url(comment, "visibility"), {"to": to, "reason": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("verb", "data"), [("pin", {"pin": "1"}), ("lock", {"lock": "1"}), ("visibility", {"to": "removed", "reason": "x"})]
)
def test_readers_and_visitors_keep_their_hands_off(
    member: Client, comment: Comment, verb: str, data: dict[str, str]
) -> None:
    for browser in (Client(), member):
        assert browser.post(url(comment, verb), data).status_code == 403
        assert browser.get(url(comment, verb)).status_code == 405
    comment.refresh_from_db()
    assert (comment.is_pinned, comment.is_locked, comment.visibility) == (False, False, Visibility.PUBLIC)


@pytest.mark.parametrize(("verb", "data"), [("pin", {"pin": "2"}), ("pin", {}), ("lock", {"lock": "yes"})])
def test_a_form_that_is_not_ours_is_refused(
    moderator: Client, comment: Comment, verb: str, data: dict[str, str]
) -> None:
    assert moderator.post(url(comment, verb), data).status_code == 400
