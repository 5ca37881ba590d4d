"""Atom feeds of an article and of a branch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries

from discussions.actions.visibility import set_visibility
from discussions.models import Article, Comment, Visibility
from discussions.queries.latest import LATEST
from tests.factories import make_article, make_comment, make_guest, make_moderator, make_user

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def _feed(client: Client, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return fromstring(answer.content)


def _of(row: Article | Comment) -> str:
    return f"{row.get_absolute_url()}feed/"


def _texts(feed: Element) -> list[str]:
    return [entry.findtext(f"{ATOM}content", "") for entry in feed.findall(f"{ATOM}entry")]


def test_an_article_has_a_feed_with_the_newest_first(client: Client) -> None:
    article = make_article("Parks", slug="parks", language="es")
    first = make_comment(article, by=make_guest("Ana"), body="uno", created_at=timezone.now() - timedelta(hours=1))
    reply = make_comment(parent=first, by=make_user("bo", name="Bo Li"), body="dos", language="es")
    feed = _feed(client, "/articles/parks/feed/")
    assert feed.get(f"{XML}lang") == "es"
    assert feed.findtext(f"{ATOM}id") == "http://testserver/articles/parks/feed/"
    assert [link.get("href") for link in feed.findall(f"{ATOM}link")] == [
        "http://testserver/articles/parks/",
        "http://testserver/articles/parks/feed/",
    ]
    newest, oldest = feed.findall(f"{ATOM}entry")
    assert newest.findtext(f"{ATOM}id") == f"http://testserver/comments/{reply.pk}/"
    assert newest.findtext(f"{ATOM}content") == "<p>dos</p>"
    assert newest.findtext(f"{ATOM}author/{ATOM}name") == "Bo Li"
    assert newest.findtext(f"{ATOM}author/{ATOM}uri") == "http://testserver/people/bo/"
    answered = newest.find(f"{THREAD}in-reply-to")
    assert answered is not None
    assert answered.get("ref") == oldest.findtext(f"{ATOM}id")
    assert oldest.find(f"{THREAD}in-reply-to") is None
    assert oldest.find(f"{ATOM}author/{ATOM}uri") is None


def test_paths_in_a_text_are_meant_on_this_site(client: Client) -> None:
    comment = make_comment()
    content = _feed(client, _of(comment)).find(f"{ATOM}entry/{ATOM}content")
    assert content is not None
    assert content.get(f"{XML}base") == "http://testserver/"


def test_only_what_everybody_may_read_is_in_it(client: Client) -> None:
    article = make_article()
    make_comment(article, body="public")
    for visibility in (Visibility.HELD, Visibility.REMOVED, Visibility.WITHDRAWN):
        make_comment(article, body=f"secret {visibility}", by=make_user(f"author-{visibility}"), visibility=visibility)
    collapsed = make_comment(article, body="folded away", visibility=Visibility.COLLAPSED)
    answer = client.get(_of(article))
    assert b"secret" not in answer.content
    assert b"author-" not in answer.content
    assert b"folded away" not in answer.content
    assert sorted(_texts(fromstring(answer.content))) == [
        "<p>A moderator has collapsed this comment. It can be read on the site.</p>",
        "<p>public</p>",
    ]
    assert f"/comments/{collapsed.pk}/".encode() in answer.content


def test_a_moderator_gets_no_more_than_a_visitor(client: Client) -> None:
    article = make_article()
    make_comment(article, body="secret", visibility=Visibility.HELD)
    unpublished = make_article(published_at=timezone.now() + timedelta(days=1))
    client.force_login(make_moderator())
    assert b"secret" not in client.get(_of(article)).content
    assert client.get(_of(unpublished)).status_code == 404


def test_a_branch_has_a_feed_of_its_own(client: Client) -> None:
    top = make_comment(body="top")
    below = make_comment(parent=make_comment(parent=top, body="reply"), body="deeper")
    make_comment(top.article, body="elsewhere")
    make_comment(parent=top, body="held", visibility=Visibility.HELD)
    assert _texts(_feed(client, _of(top))) == ["<p>deeper</p>", "<p>reply</p>", "<p>top</p>"]
    assert _texts(_feed(client, _of(below))) == ["<p>deeper</p>"]


def test_a_held_comment_has_no_feed_and_a_removed_one_that_of_its_replies(client: Client) -> None:
    assert client.get(_of(make_comment(visibility=Visibility.HELD))).status_code == 404
    removed = make_comment(visibility=Visibility.REMOVED, body="gone")
    make_comment(parent=removed, body="stays")
    assert _texts(_feed(client, _of(removed))) == ["<p>stays</p>"]


HOSTILE = [
    "</content></entry><entry>",
    "]]><script>alert(1)</script>",
    "&lt;script&gt; & <b>",
    "<!--",
    'a" onload="x',
    "\u202eevil\u2066",
    "nul\x08\x1b\x0b\ufffe\uffff",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_titles_stay_text(client: Client, text: str) -> None:
    article = make_article(title=f"T {text}")
    parent = make_comment(article, by=make_guest(f"P {text}"))
    make_comment(parent=parent, by=make_guest(f"N {text}"))
    raw = client.get(_of(article)).content.decode()
    feed = fromstring(raw)
    assert len(feed.findall(f"{ATOM}entry")) == 2
    assert "<script" not in raw
    assert not set(raw) & set("\u202e\u2066\x08\x1b\x0b\ufffe\uffff")
    title = feed.findtext(f"{ATOM}entry/{ATOM}title", "")
    assert title.startswith("N ")
    assert " in reply to P " in title


def test_only_the_latest_fifty_with_a_fixed_number_of_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article()
    top = make_comment(article, body="number -1")
    with django_assert_num_queries(3):
        client.get(_of(article))
    for n in range(LATEST + 10):
        make_comment(parent=top, by=make_user(), body=f"number {n}", created_at=timezone.now() + timedelta(seconds=n))
    with django_assert_num_queries(3):
        texts = _texts(_feed(client, _of(article)))
    assert texts == [f"<p>number {n}</p>" for n in range(LATEST + 9, 9, -1)]
    with django_assert_num_queries(3):
        assert len(_texts(_feed(client, _of(top)))) == LATEST


def test_whoever_has_it_already_gets_304(client: Client) -> None:
    comment = make_comment(created_at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    address = _of(comment)
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=60"
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    since = client.get(address, headers={"if-modified-since": first["Last-Modified"]})
    assert since.status_code == 304
    assert client.get(address).content == first.content


def test_a_removal_is_a_change(client: Client) -> None:
    article = make_article(published_at=timezone.now() - timedelta(days=9))
    old = timezone.now() - timedelta(days=2)
    comment = make_comment(article, created_at=old, body="soon gone")
    make_comment(article, created_at=old, body="stays")
    before = client.get(_of(article))
    set_visibility(comment, Visibility.REMOVED, by=make_moderator(), reason="Guideline 2")
    headers = {"if-modified-since": before["Last-Modified"]}
    after = client.get(_of(article), headers=headers)
    assert after.status_code == 200
    assert b"soon gone" not in after.content
    assert after["ETag"] != before["ETag"]


def test_what_nobody_saw_changes_nothing(client: Client) -> None:
    article = make_article(published_at=timezone.now() - timedelta(days=9))
    make_comment(article, created_at=timezone.now() - timedelta(days=2))
    before = client.get(_of(article))
    make_comment(article, visibility=Visibility.HELD)
    after = client.get(_of(article), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 304


def test_an_empty_feed_does_not_move(client: Client) -> None:
    article = make_article(published_at=datetime(2026, 11, 1, tzinfo=UTC))
    answer = client.get(_of(article))
    assert answer["Last-Modified"] == http_date(article.published_at.timestamp())
    assert _texts(fromstring(answer.content)) == []


def test_a_feed_is_only_read_and_only_of_what_exists(client: Client) -> None:
    assert client.post(_of(make_article())).status_code == 405
    assert client.get("/articles/nowhere/feed/").status_code == 404
    assert client.get("/comments/999999/feed/").status_code == 404
    assert client.get(f"/comments/{10**30}/feed/").status_code == 404
