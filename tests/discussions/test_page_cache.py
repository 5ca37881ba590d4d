"""First pages for visitors: the same bytes for everybody, new when something is, made once, and nobody's own."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.breaker import Breaker
from discussions import freshness, page_cache
from discussions.actions.edit import edit_comment
from discussions.actions.lock import lock_article
from discussions.actions.notice import save_notice
from discussions.actions.post import post_comment
from discussions.actions.visibility import set_visibility
from discussions.actions.vote import cast_vote
from discussions.models import Article, Comment, Notice, Visibility
from discussions.page_cache import ASKED, Want
from tests.factories import make_article, make_comment, make_moderator, make_user
from tests.threads import all_well, at_once

REDIS_CACHE = "django.core.cache.backends.redis.RedisCache"
#: Seconds that no test takes.
LONG = 3600

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ageless(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing grow old by itself: a busy machine needs longer than a page lives. Who tests age sets it."""
    settings.PAGE_SECONDS = LONG
    for module, names in (
        (freshness, ("REMEMBERED", "SHARED", "PROXY_SECOND")),
        (page_cache, ("KEPT", "MAKING", "WAIT")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, LONG)


@pytest.fixture
def article() -> Article:
    return make_article("The lights went out")


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article, body="Lamps are kind.")


def page(article: Article, query: str = "", **headers: str) -> HttpResponse:
    response = Client().get(article.get_absolute_url() + query, headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def asked(how: str) -> float:
    return float(ASKED.labels(how)._value.get())


def test_every_visitor_gets_the_same_bytes_and_no_cookie(
    article: Article, comment: Comment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = page(article)
    with django_assert_num_queries(0):
        second = page(article)
    assert first.content == second.content
    named = first["X-Request-ID"], second["X-Request-ID"]
    assert named[0] != named[1], "each request has a name of its own, also when its page is kept"
    theirs = {"X-Request-ID": "", "X-Accel-Expires": ""}
    assert {**first.headers, **theirs} == {**second.headers, **theirs}
    assert not first.cookies
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in first["Vary"].split(",")}
    assert first["Content-Security-Policy"]
    assert first["X-Frame-Options"] == "DENY"


def test_who_has_the_page_already_hears_so(article: Article) -> None:
    etag = page(article)["ETag"]
    assert page(article, **{"If-None-Match": etag}).status_code == 304


def test_row_59_members_and_visitors_never_meet_in_the_cache(article: Article, comment: Comment) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    held = make_comment(article, by=ada, body="Mine, waiting.", visibility=Visibility.HELD)
    cast_vote(comment, by=ada, value=1)
    pages: dict[str, str] = {}
    for _turn in range(2):
        for who in (None, ada, ben):
            client = Client()
            if who is not None:
                client.force_login(who)
            response = client.get(article.get_absolute_url())
            text = response.content.decode()
            name = who.username if who else "visitor"
            assert ("Mine, waiting." in text) == (who == ada), name
            assert ("csrfmiddlewaretoken" in text) == (who is not None)
            assert ("public" in response.headers.get("Cache-Control", "")) == (who is None)
            assert "ada</bdi></a>\n" not in pages.get("visitor", "")
            pages[name] = text
    assert held.body not in pages["visitor"]
    assert pages["visitor"] == page(article).content.decode()


@pytest.mark.parametrize("token", ["t" * 32, "not a token of ours"])
def test_a_token_left_from_a_session_makes_nobody_somebody(article: Article, comment: Comment, token: str) -> None:
    cookie = f"{settings.CSRF_COOKIE_NAME}={token}"
    # Also the page that such a browser was the first to ask for is everybody's.
    pages = [page(article, Cookie=cookie), page(article), page(article, Cookie=cookie)]
    assert len({response.content for response in pages}) == 1
    assert b"csrfmiddlewaretoken" not in pages[0].content
    assert token.encode() not in pages[0].content
    assert not pages[2].cookies
    assert pages[2]["Cache-Control"].startswith("public")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Scheme": "nothttps"},
        {"X-Forwarded-Proto": "https"},
        {"X-Original-URL": "/admin/"},
        {"X-Rewrite-URL": "/admin/"},
        {"X-HTTP-Method-Override": "POST"},
        {"Forwarded": "host=evil.example"},
        {"Referer": "https://evil.example/"},
        {"Origin": "https://evil.example"},
        {"User-Agent": "evil-agent"},
        {"Accept": "application/json"},
        {"Authorization": "Basic evil"},
    ],
)
def test_row_59_no_header_beside_the_key_gets_into_the_page(
    article: Article, comment: Comment, headers: dict[str, str]
) -> None:
    poisoned = page(article, **headers)
    assert poisoned.status_code == 200
    assert b"evil" not in poisoned.content
    assert page(article).content == poisoned.content


@pytest.mark.parametrize(
    "query", ["?utm=evil", "?sort=evil", "?sort=newest&x=evil", "?after=", "?sort=newest&sort=oldest"]
)
def test_other_addresses_are_not_kept(article: Article, query: str) -> None:
    page(article, query)
    assert page_cache._pages == {}
    assert b"evil" not in page(article).content


def test_a_host_that_is_not_ours_is_refused_also_when_the_page_is_there(article: Article) -> None:
    page(article)
    assert page(article, host="evil.example").status_code == 400


def test_language_and_order_have_pages_of_their_own(article: Article, comment: Comment) -> None:
    english, spanish = page(article), page(article, **{"Accept-Language": "es"})
    assert (english["Content-Language"], spanish["Content-Language"]) == ("en", "es")
    client = Client()
    chosen = client.get(f"{article.get_absolute_url()}?sort=oldest")
    assert chosen.cookies["sort"].value == "oldest" if "sort" in chosen.cookies else chosen.cookies
    assert chosen["Cache-Control"].startswith("private")
    later = client.get(article.get_absolute_url())
    assert b'id="oldest"' in later.content
    assert later.content != english.content
    assert page(article).content == english.content


def new_comment(row: Comment) -> object:
    return post_comment(article=row.article, by=make_user(), body="I saw it.", key=uuid.uuid4())


def edited(row: Comment) -> object:
    return edit_comment(row, by=row.author, body="Lamps are cruel.", revision=1)  # type: ignore[arg-type]


def removed(row: Comment) -> object:
    return set_visibility(row, Visibility.REMOVED, by=None, reason="Rude.")


def locked(row: Comment) -> object:
    return lock_article(row.article, by=make_moderator())


def closed(row: Comment) -> None:
    Article.objects.get(pk=row.article_id)
    row.article.who_may_comment = Article.Who.NOBODY
    row.article.save()
    freshness.forget()
    cache.delete(freshness._key(row.article.slug))


def noticed(row: Comment) -> None:
    save_notice(Notice(language="en", body="Be kind tonight."))


@pytest.mark.parametrize("change", [new_comment, edited, removed, locked, closed, noticed])
def test_what_changes_is_seen_at_once(article: Article, comment: Comment, change: Callable[[Comment], object]) -> None:
    before = page(article).content
    change(comment)
    assert page(article).content != before


def test_what_is_held_changes_nothing(article: Article, comment: Comment) -> None:
    before = page(article).content
    make_comment(article, body="Waiting.", visibility=Visibility.HELD)
    assert page(article).content == before


def test_another_process_finds_out_without_being_told(
    article: Article, comment: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = page(article).content
    monkeypatch.setattr("discussions.actions.live.freshness.announce", lambda *args: None)
    new_comment(comment)
    freshness._known.clear()
    cache.delete(freshness._key(article.slug))  # its second is over
    assert page(article).content != before


def test_votes_show_when_the_page_is_old(settings: Settings, article: Article, comment: Comment) -> None:
    before = page(article).content
    cast_vote(comment, by=make_user(), value=1)
    assert page(article).content == before
    settings.PAGE_SECONDS = 0.000001
    assert page(article).content != before


def test_switched_off(settings: Settings, article: Article) -> None:
    settings.PAGE_SECONDS = 0
    page(article)
    assert page_cache._pages == {}


class BrokenCache:
    """A cache whose server is not there."""

    def __getattr__(self, name: str) -> object:
        raise ConnectionRefusedError


def test_without_its_cache_the_pages_are_there(
    article: Article, comment: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaker = Breaker("test")
    for module in (freshness, page_cache):
        monkeypatch.setattr(module, "caches", {"default": BrokenCache()})
        monkeypatch.setattr(module, "breaker", breaker)
    assert page(article).content == page(article).content


def test_many_readers_of_a_cold_page_make_it_once(article: Article, comment: Comment) -> None:
    renders, before = asked("render"), freshness.known_version(article.slug, lambda slug: None)
    assert before.version is None
    freshness.forget()
    bodies = all_well(at_once([lambda: page(article).content for _ in range(20)]))
    assert len(set(bodies)) == 1
    assert asked("render") - renders == 1


@pytest.mark.postgres
@pytest.mark.skipif("REDIS_URL" not in os.environ, reason="REDIS_URL names no Redis")
def test_row_r13_five_hundred_readers_of_a_cold_page_make_it_once(
    settings: Settings, article: Article, comment: Comment
) -> None:
    mine = {"BACKEND": REDIS_CACHE, "LOCATION": os.environ["REDIS_URL"], "KEY_PREFIX": uuid.uuid4().hex}
    settings.CACHES = {**settings.CACHES, "default": mine}
    renders = asked("render")
    bodies = all_well(at_once([lambda: page(article).content for _ in range(500)]))
    assert len(set(bodies)) == 1
    assert asked("render") - renders == 1
    # Another process finds the page where this one has put it.
    page_cache.forget()
    freshness.forget()
    assert page(article).content == bodies[0]
    assert asked("render") - renders == 1


def test_who_comes_while_it_is_made_gets_the_old_page() -> None:
    want, started, go = Want("a", "en", "newest", is_sort_named=False), threading.Event(), threading.Event()
    old, new = (freshness.Known(freshness.Version(1, event, 0.0), 0, 0.0) for event in (1, 2))
    page_cache.page_for(want, old, lambda: (b"old", ()))

    def make() -> tuple[bytes, tuple[tuple[str, str], ...]]:
        started.set()
        assert go.wait(20)
        return b"new", ()

    def reader() -> bytes:
        assert started.wait(20)
        found = page_cache.page_for(want, new, lambda: (b"never", ()))
        go.set()
        assert found is not None
        return found.body

    def maker() -> bytes:
        found = page_cache.page_for(want, new, make)
        assert found is not None
        return found.body

    assert all_well(at_once([maker, reader])) == [b"new", b"old"]


def test_a_page_that_is_not_for_everybody_is_not_kept() -> None:
    want = Want("a", "en", "newest", is_sort_named=False)
    known = freshness.Known(freshness.Version(1, 1, 0.0), 0, 0.0)
    assert page_cache.page_for(want, known, lambda: None) is None
    assert page_cache._pages == {}


def test_a_visitors_form_without_a_key_makes_one_comment_of_two_clicks(article: Article) -> None:
    data = {"body": "I saw it.", "name": "Ada", "key": "", "parent": ""}
    url = f"{article.get_absolute_url()}comment/"
    first, second = Client(), Client()
    assert [client.post(url, data).status_code for client in (first, second)] == [303, 303]
    assert Comment.objects.count() == 1
    # The words are public and prove nothing: only the first browser may edit.
    assert first.session["guest_id"] == Comment.objects.get().guest_id
    assert second.session.get("guest_id") != Comment.objects.get().guest_id


def test_a_member_is_not_served_what_visitors_get(article: Article) -> None:
    before = page(article).content
    member: User = make_user("mo")
    client = Client()
    client.force_login(member)
    assert client.get(article.get_absolute_url()).content != before


def test_a_proxy_of_ours_may_keep_it_until_the_second_is_over(article: Article, comment: Comment) -> None:
    before = int(time.time())
    told = page(article)["X-Accel-Expires"]
    assert told.startswith("@")
    assert before <= int(told[1:]) <= time.time()


@pytest.mark.parametrize("name", ["sessionid", "sort", "anything"])
def test_a_proxy_keeps_nothing_for_somebody_with_a_cookie(article: Article, comment: Comment, name: str) -> None:
    page(article)
    browser = Client()
    browser.cookies[name] = "newest"
    assert "X-Accel-Expires" not in browser.get(article.get_absolute_url())


def test_a_proxy_keeps_no_page_of_another_kind(article: Article, comment: Comment) -> None:
    page(article)
    for url in (f"{article.get_absolute_url()}?after=x", comment.get_absolute_url(), "/"):
        assert "X-Accel-Expires" not in Client().get(url)
    assert "X-Accel-Expires" not in page(article, **{"HX-Request": "true"})
    etag = page(article)["ETag"]
    unchanged = page(article, **{"If-None-Match": etag})
    assert unchanged.status_code == 304
    assert "X-Accel-Expires" not in unchanged


def test_a_proxy_does_not_keep_what_is_served_while_the_new_page_is_made(
    article: Article, comment: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(article)
    old = next(iter(page_cache._pages.values()))
    make_comment(article, body="Newer.")
    article.save()
    freshness.forget()
    cache.clear()
    monkeypatch.setattr("discussions.views.live.page_for", lambda *_args: old)
    assert "X-Accel-Expires" not in page(article)
