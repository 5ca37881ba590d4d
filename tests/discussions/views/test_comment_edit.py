"""Editing and withdrawing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from discussions.models import Article, Comment, Revision, Visibility
from tests.factories import make_comment, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(reader: User, article: Article) -> Comment:
    return make_comment(article, by=reader, body="The first words.")


def url(comment: Comment, verb: str = "edit") -> str:
    return reverse(f"discussions:comment-{verb}", args=[comment.pk])


def test_the_author_edits_and_the_earlier_text_is_kept(member: Client, comment: Comment) -> None:
    page = member.get(url(comment))
    assert "The first words." in page.content.decode()
    response = member.post(url(comment), {"body": "The second words.", "revision": 1})
    assert response.status_code == 303
    comment.refresh_from_db()
    assert (comment.body, comment.revision) == ("The second words.", 2)
    assert comment.edited_at is not None
    assert list(Revision.objects.values_list("number", "body")) == [(1, "The first words.")]


def test_saving_the_same_text_changes_nothing(member: Client, comment: Comment) -> None:
    response = member.post(url(comment), {"body": "The first words.", "revision": 1}, follow=True)
    assert "Nothing was changed." in response.content.decode()
    assert not Revision.objects.exists()


def test_an_edit_in_another_window_is_not_overwritten(member: Client, comment: Comment) -> None:
    member.post(url(comment), {"body": "From the first window.", "revision": 1})
    response = member.post(url(comment), {"body": "From the second window.", "revision": 1})
    assert response.status_code == 409
    assert "From the second window." in response.content.decode()
    comment.refresh_from_db()
    assert comment.body == "From the first window."


@pytest.mark.parametrize("body", ["", "\u200b", "x" * 5001])
def test_a_bad_text_comes_back_with_words(member: Client, comment: Comment, body: str) -> None:
    response = member.post(url(comment), {"body": body, "revision": 1})
    assert response.status_code == 422
    assert body in response.content.decode()


@pytest.mark.parametrize("revision", ["", "x", "-1"])
def test_a_forged_revision_changes_nothing(member: Client, comment: Comment, revision: str) -> None:
    response = member.post(url(comment), {"body": "My words stay.", "revision": revision})
    assert response.status_code in (409, 422)
    assert "My words stay." in response.content.decode()
    comment.refresh_from_db()
    assert comment.body == "The first words."


def test_after_the_window_it_is_too_late(member: Client, comment: Comment) -> None:
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(minutes=16))
    response = member.post(url(comment), {"body": "My words stay.", "revision": 1})
    assert response.status_code == 403
    assert "can be edited for 15 minutes" in response.content.decode()
    assert "My words stay." in response.content.decode()
    assert member.get(url(comment)).status_code == 403


def test_nobody_else_edits_or_withdraws(comment: Comment, moderator: Client) -> None:
    stranger = Client()
    stranger.force_login(make_user())
    for browser in (Client(), stranger, moderator):
        assert browser.get(url(comment)).status_code == 403
        assert browser.post(url(comment), {"body": "Mine now.", "revision": 1}).status_code == 403
        assert browser.post(url(comment, "withdraw")).status_code == 403
    comment.refresh_from_db()
    assert (comment.body, comment.visibility) == ("The first words.", Visibility.PUBLIC)


def test_withdrawing_asks_first_and_keeps_the_place_when_there_are_replies(member: Client, comment: Comment) -> None:
    reply = make_comment(parent=comment, body="A good point.")
    assert member.get(url(comment, "withdraw")).status_code == 200
    comment.refresh_from_db()
    assert comment.visibility == Visibility.PUBLIC
    response = member.post(url(comment, "withdraw"), follow=True)
    page = response.content.decode()
    assert "Your comment is withdrawn." in page
    assert f'id="c{comment.pk}"' in page
    assert f'id="c{reply.pk}"' in page
    assert "The first words." not in page


def test_withdrawing_without_replies_leaves_nothing(member: Client, comment: Comment, article: Article) -> None:
    member.post(url(comment, "withdraw"))
    assert f'id="c{comment.pk}"' not in member.get(article.get_absolute_url()).content.decode()
    article.refresh_from_db()
    assert article.comment_count == 0


def test_a_removed_comment_can_be_neither_edited_nor_withdrawn(member: Client, comment: Comment) -> None:
    Comment.objects.filter(pk=comment.pk).update(visibility=Visibility.REMOVED)
    assert member.get(url(comment)).status_code == 403
    assert member.post(url(comment, "withdraw")).status_code == 403
