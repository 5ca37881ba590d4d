"""Voting through the browser."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from discussions.models import Article, Comment, Visibility, Vote
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article)


def url(comment: Comment) -> str:
    return reverse("discussions:comment-vote", args=[comment.pk])


def test_a_vote_is_counted_and_leads_back(member: Client, comment: Comment, article: Article) -> None:
    back = f"{article.get_absolute_url()}?sort=newest"
    response = member.post(url(comment), {"value": "1", "next": back})
    assert (response.status_code, response["Location"]) == (303, f"{back}#c{comment.pk}")
    comment.refresh_from_db()
    assert (comment.up_count, comment.down_count, comment.score) == (1, 0, 1)


def test_up_down_and_back_in_one_click_each(member: Client, comment: Comment) -> None:
    answers = [member.post(url(comment), {"value": value}, headers=JSON).json() for value in ("1", "-1", "-1", "0")]
    assert [(a["up"], a["down"], a["score"], a["mine"]) for a in answers] == [
        (1, 0, 1, 1),
        (0, 1, -1, -1),
        (0, 1, -1, -1),
        (0, 0, 0, 0),
    ]
    assert not Vote.objects.exists()


@pytest.mark.parametrize(
    "next_url", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_the_way_back_stays_on_this_site(member: Client, comment: Comment, next_url: str) -> None:
    response = member.post(url(comment), {"value": "1", "next": next_url})
    assert response["Location"] == f"/comments/{comment.pk}/#c{comment.pk}"


@pytest.mark.parametrize("value", ["", "2", "-2", "up", "true", "1e0", "\u0661"])
def test_other_values_are_refused(member: Client, comment: Comment, value: str) -> None:
    response = member.post(url(comment), {"value": value}, headers=JSON)
    assert response.status_code == 400
    assert response.json()["error"]
    assert not Vote.objects.exists()


def test_a_visitor_is_asked_to_log_in(client: Client, comment: Comment) -> None:
    response = client.post(url(comment), {"value": "1"}, headers=JSON)
    assert (response.status_code, response.json()["error"]) == (403, "Please log in to vote.")


def test_own_comments_cannot_be_voted_on(member: Client, reader: User, article: Article) -> None:
    own = make_comment(article, by=reader)
    response = member.post(url(own), {"value": "1"}, headers=JSON)
    assert (response.status_code, response.json()["code"]) == (403, "own")


@pytest.mark.parametrize("state", [Visibility.REMOVED, Visibility.WITHDRAWN, Visibility.HELD])
def test_what_cannot_be_read_cannot_be_voted_on(member: Client, article: Article, state: str) -> None:
    stub = make_comment(article, visibility=state)
    make_comment(parent=stub)
    assert member.post(url(stub), {"value": "1"}, headers=JSON).status_code == 403
    assert not Vote.objects.exists()


def test_a_locked_discussion_takes_no_votes(member: Client) -> None:
    comment = make_comment(make_article(is_locked=True))
    assert member.post(url(comment), {"value": "1"}, headers=JSON).status_code == 403


def test_downvotes_can_be_switched_off(member: Client, comment: Comment, settings: object) -> None:
    settings.DOWNVOTES = False  # type: ignore[attr-defined]
    assert member.post(url(comment), {"value": "-1"}, headers=JSON).status_code == 403
    assert member.post(url(comment), {"value": "1"}, headers=JSON).status_code == 200


def test_a_look_changes_nothing(member: Client, comment: Comment) -> None:
    assert member.get(url(comment)).status_code == 405
    assert not Vote.objects.exists()


@pytest.mark.parametrize("comment_id", [10**6, 2**63, 10**30])
@pytest.mark.parametrize("value", ["1", "up"])
def test_what_is_not_there_cannot_be_voted_on(member: Client, client: Client, comment_id: int, value: str) -> None:
    for browser in (member, client):
        assert browser.post(f"/comments/{comment_id}/vote/", {"value": value}, headers=JSON).status_code == 404


def test_a_vote_costs_few_statements(
    member: Client, comment: Comment, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.COMMENT_SCREENS = ["moderation.screening.HouseScreen"]
    # session, member, savepoint, comment, vote, count, release
    with django_assert_num_queries(7):
        assert member.post(url(comment), {"value": "1"}, headers=JSON).status_code == 200
    # and the vote that was there
    with django_assert_num_queries(9):
        assert member.post(url(comment), {"value": "-1"}, headers=JSON).status_code == 200
