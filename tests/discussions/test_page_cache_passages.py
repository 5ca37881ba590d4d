"""The marks of passages are part of the page that visitors share: whatever changes one makes the page anew."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from discussions import page_cache
from discussions.actions import follow
from discussions.actions.follow import follow_later, follow_passages
from discussions.actions.passage_keeping import detach_passage, lock_passage, merge_passages, reattach_passage
from discussions.models import Article, LiveEvent, Passage
from discussions.passages.canon import Span
from tests.discussions.passages_stage import BODY, WORDS, comment_on, passage_of, rewrite, write_article
from tests.factories import make_moderator

# The version of a page is told after the commit.
pytestmark = pytest.mark.django_db(transaction=True)
ENGINE = "a quieter engine was ordered in spring"


@pytest.fixture(autouse=True)
def _ageless(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing grow old by itself, so that only news can make a page anew."""
    settings.PAGE_SECONDS = 3600
    monkeypatch.setattr("discussions.freshness.REMEMBERED", 3600)
    monkeypatch.setattr("discussions.freshness.SHARED", 3600)


@pytest.fixture
def article() -> Article:
    return write_article()


@pytest.fixture
def passage(article: Article) -> Passage:
    return passage_of(comment_on(article))


def page(article: Article) -> str:
    return Client().get(article.get_absolute_url()).content.decode()


def events(article: Article) -> list[tuple[int | None, str]]:
    return list(LiveEvent.objects.filter(article=article).order_by("pk").values_list("comment_id", "kind"))


def merged(passage: Passage) -> object:
    return merge_passages(passage, passage_of(comment_on(passage.article, ENGINE)), by=make_moderator())


def detached(passage: Passage) -> object:
    return detach_passage(passage, by=make_moderator())


def locked(passage: Passage) -> object:
    return lock_passage(passage, by=make_moderator(), is_locked=True)


def put_elsewhere(passage: Passage) -> object:
    found = passage.at_revision.text.index(ENGINE)
    span = Span(found, found + len(ENGINE))
    return reattach_passage(passage, span, passage.at_revision.number, by=make_moderator())


def commented_on(passage: Passage) -> object:
    return comment_on(passage.article)


def rewritten(passage: Passage) -> object:
    return rewrite(passage.article, "at five in the morning", "long before dawn")


@pytest.mark.parametrize("change", [merged, detached, locked, put_elsewhere, commented_on, rewritten])
def test_what_happens_to_a_passage_is_seen_at_once(
    article: Article, passage: Passage, change: Callable[[Passage], object]
) -> None:
    before, told = page(article), len(events(article))
    assert page_cache._pages
    assert change(passage)
    assert page(article) != before
    assert len(events(article)) > told


def test_what_follows_in_the_background_makes_the_page_anew(
    article: Article, passage: Passage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "AT_ONCE", 0)
    monkeypatch.setattr(follow, "put", lambda *args, **ids: None)
    rewrite(article, BODY, f"The wind is up.\n\n{BODY}")
    monkeypatch.setattr(follow, "AT_ONCE", 200)
    # A reader comes after the editor and before the worker; their page has the old marks.
    between, told = page(article), len(events(article))
    follow_later(event=uuid.uuid4(), article_id=article.pk)
    assert events(article)[told:] == [(None, LiveEvent.Kind.CHANGED)]
    assert page(article) != between
    assert WORDS in page(article)


def test_a_text_that_moves_nothing_tells_nothing(article: Article, passage: Passage) -> None:
    told = events(article)
    with transaction.atomic():
        assert follow_passages(article) == []
    assert events(article) == told
