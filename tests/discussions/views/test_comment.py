"""A comment's own page, its branch and its history."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from discussions.models import Article, Revision, Visibility
from discussions.queries.thread import REPLIES_PER_PAGE
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


def url(name: str, pk: int) -> str:
    return reverse(f"discussions:{name}", args=[pk])


def test_the_page_shows_what_is_above_and_what_is_below(client: Client, article: Article) -> None:
    root = make_comment(article, body="the question")
    middle = make_comment(parent=root, body="the answer")
    make_comment(parent=middle, body="the thanks")
    make_comment(article, body="something else")
    page = client.get(url("comment", middle.pk)).content.decode()
    assert [words in page for words in ("the question", "the answer", "the thanks", "something else")] == [True] * 3 + [
        False
    ]


def test_the_cost_does_not_depend_on_the_depth(
    client: Client, article: Article, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    leaf = make_comment(article)
    for _ in range(40):
        leaf = make_comment(parent=leaf)
    client.get(url("comment", leaf.pk))
    with django_assert_max_num_queries(6):
        assert client.get(url("comment", leaf.pk)).status_code == 200


def test_view_replies_pages_through_the_branch_with_and_without_a_script(client: Client, article: Article) -> None:
    root = make_comment(article)
    replies = [make_comment(parent=root) for _ in range(REPLIES_PER_PAGE + 2)]
    after = str(replies[2].pk)
    plain = client.get(url("branch", root.pk), {"after": after})
    assert (plain.status_code, plain["Location"]) == (302, f"/comments/{root.pk}/?after={after}")
    page = client.get(plain["Location"])
    assert f'id="c{replies[3].pk}"' in page.content.decode()
    assert f'id="c{replies[2].pk}"' not in page.content.decode()
    fragment = client.get(url("branch", root.pk), {"after": after}, headers={"HX-Request": "true"})
    assert f'id="c{replies[3].pk}"' in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


@pytest.mark.parametrize("after", ["x", "-1", "99999999", "\u0663", "1e3", "9" * 30])
def test_a_forged_cursor_is_refused_in_words(client: Client, article: Article, after: str) -> None:
    root = make_comment(article)
    response = client.get(url("comment", root.pk), {"after": after})
    assert response.status_code == 400
    assert "start from the comment itself" in response.content.decode()


def test_a_cursor_from_another_branch_is_refused(client: Client, article: Article) -> None:
    root, other = make_comment(article), make_comment(article)
    elsewhere = make_comment(parent=other)
    assert client.get(url("comment", root.pk), {"after": str(elsewhere.pk)}).status_code == 400


@pytest.mark.parametrize("state", [Visibility.HELD, Visibility.WITHDRAWN])
def test_what_is_not_listed_is_there_for_author_and_moderator_only(
    client: Client, reader: User, moderator: Client, article: Article, state: str
) -> None:
    comment = make_comment(article, by=reader, visibility=state, body="between us")
    assert client.get(url("comment", comment.pk)).status_code == 404
    assert "between us" in moderator.get(url("comment", comment.pk)).content.decode()
    client.force_login(reader)
    assert "between us" in client.get(url("comment", comment.pk)).content.decode()


def test_an_unknown_comment_is_not_there(client: Client) -> None:
    assert client.get("/comments/12345/").status_code == 404
    assert client.get("/comments/99999999999999999999999/").status_code == 404


def test_the_history_shows_every_difference(client: Client, article: Article) -> None:
    comment = make_comment(article, body="The wall is four metres high.", revision=2, edited_at=timezone.now())
    Revision.objects.create(
        comment=comment, number=1, body="The wall is three metres high.", created_at=comment.created_at
    )
    page = client.get(url("comment-history", comment.pk)).content.decode()
    assert "<del>three</del>" in page
    assert "<ins>four</ins>" in page


def test_the_history_of_a_removed_comment_is_not_public(client: Client, article: Article) -> None:
    comment = make_comment(article, body="the new words", visibility=Visibility.REMOVED, revision=2)
    Revision.objects.create(comment=comment, number=1, body="the old words", created_at=comment.created_at)
    response = client.get(url("comment-history", comment.pk))
    assert response.status_code == 403
    assert "words" not in response.content.decode().replace("in words", "")
