"""What moderators do on the page, and that nobody else can."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from discussions.models import Article, Comment
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


@pytest.mark.parametrize(("verb", "data"), [("pin", {"pin": "1"}), ("lock", {"lock": "1"})])
def test_readers_and_visitors_keep_their_hands_off(
    member: Client, comment: Comment, verb: str, data: dict[str, str]
) -> None:
    for browser in (Client(), member):
        assert browser.post(url(comment, verb), data).status_code == 403
        assert browser.get(url(comment, verb)).status_code == 405
    comment.refresh_from_db()
    assert (comment.is_pinned, comment.is_locked) == (False, False)


@pytest.mark.parametrize(("verb", "data"), [("pin", {"pin": "2"}), ("pin", {}), ("lock", {"lock": "yes"})])
def test_a_form_that_is_not_ours_is_refused(
    moderator: Client, comment: Comment, verb: str, data: dict[str, str]
) -> None:
    assert moderator.post(url(comment, verb), data).status_code == 400
