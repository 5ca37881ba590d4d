"""Polling: whether there is anything new, cheaply, and nothing that is not for everybody."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from core import limits
from discussions import freshness
from discussions.actions.post import post_comment
from discussions.models import Article, Comment, LiveEvent, Visibility
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db


def url(article: Article) -> str:
    return reverse("discussions:live", args=[article.slug])


@pytest.fixture
def said(article: Article, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Comment:
    with django_capture_on_commit_callbacks(execute=True):
        return post_comment(article=article, by=make_user(), body="I walk there.", key=uuid.uuid4()).comment


def test_what_is_new_in_ids_and_versions_only(client: Client, article: Article, said: Comment) -> None:
    event = LiveEvent.objects.get()
    response = client.get(url(article), {"since": 0})
    assert response.json() == {
        "latest": event.pk,
        "events": [{"id": event.pk, "comment": said.pk, "kind": "added", "revision": 1}],
    }
    assert "walk" not in response.content.decode()
    assert client.get(url(article), {"since": 0}, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.get(url(article), {"since": event.pk}).status_code == 204


def test_nothing_new_costs_one_query_and_then_none(
    member: Client, article: Article, said: Comment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    latest = LiveEvent.objects.get().pk
    freshness.forget()
    for browser in (member, Client()):
        with django_assert_num_queries(0):
            assert browser.get(url(article), {"since": latest}).status_code == 204
    forget_everything()
    with django_assert_num_queries(1):
        assert member.get(url(article), {"since": latest}).status_code == 204


def forget_everything() -> None:
    from django.core.cache import cache

    cache.clear()
    freshness.forget()


@pytest.mark.parametrize("since", ["x", "-1", "", "1" * 19, "٣"])
def test_a_forged_cursor(client: Client, article: Article, since: str) -> None:
    assert client.get(url(article), {"since": since}).status_code == 400


def test_an_article_to_come_is_not_there_for_anybody(moderator: Client) -> None:
    coming = make_article(published_at=timezone.now() + timedelta(hours=1))
    assert moderator.get(url(coming)).status_code == 404
    assert moderator.get(url(Article(slug="nowhere"))).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_only_reading_verbs(client: Client, article: Article, method: str) -> None:
    assert getattr(client, method)(url(article)).status_code == 405


@pytest.mark.usefixtures("limits_on")
def test_too_often(client: Client, article: Article, said: Comment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "poll", "1/minute")
    limits._items.cache_clear()
    try:
        assert client.get(url(article)).status_code == 200
        response = client.get(url(article))
    finally:
        limits._items.cache_clear()
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_the_page_says_where_it_has_read_to(client: Client, article: Article, said: Comment) -> None:
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'data-live="{url(article)}" data-seen="{LiveEvent.objects.get().pk}"' in page
    assert "data-stream" not in page


def test_a_card_is_what_this_reader_may_see(client: Client, article: Article, reader: User, moderator: Client) -> None:
    root = make_comment(article)
    reply = make_comment(parent=root, body="An answer.")
    page = client.get(f"{reply.get_absolute_url()}card/").content.decode()
    assert f'<ol data-parent="{root.pk}"><li id="c{reply.pk}"' in page
    assert "An answer." in page
    held = make_comment(article, by=reader, body="Wait.", visibility=Visibility.HELD)
    assert client.get(f"{held.get_absolute_url()}card/").status_code == 404
    assert "Wait." in moderator.get(f"{held.get_absolute_url()}card/").content.decode()
    client.force_login(reader)
    assert "Wait." in client.get(f"{held.get_absolute_url()}card/").content.decode()


def test_a_stub_shows_its_place_alone(client: Client, article: Article) -> None:
    removed = make_comment(article, body="Rude words.", visibility=Visibility.REMOVED)
    page = client.get(f"{removed.get_absolute_url()}card/").content.decode()
    assert "Removed by a moderator" in page
    assert "Rude words." not in page
