"""The people of the actions' tests, and screens that say what a test wants."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Guest, User
from discussions.actions.post import Posted, post_comment
from discussions.actions.recount import recount
from discussions.models import Article
from discussions.screening import Allow, Draft, Verdict
from tests.factories import make_article, make_guest, make_moderator, make_user

Post = Callable[..., Posted]


@pytest.fixture
def article(db: None) -> Article:
    return make_article("The lights went out")


@pytest.fixture
def reader(db: None) -> User:
    return make_user("reader", name="Rea Der")


@pytest.fixture
def guest(db: None) -> Guest:
    return make_guest("Passer-by")


@pytest.fixture
def moderator(db: None) -> User:
    return make_moderator("keeper")


@pytest.fixture
def post(article: Article, reader: User) -> Post:
    """Return `post_comment` with everything filled in that a test does not care for."""

    def call(body: str = "I walk there every morning.", **fields: Any) -> Posted:
        return post_comment(**{"article": article, "by": reader, "body": body, "key": uuid.uuid4(), **fields})

    return call


class ScreenOnCall:
    """A screen that says what `say` was told, and remembers what it was asked."""

    verdict: Verdict = Allow()
    asked: list[Draft] = []

    def screen(self, draft: Draft) -> Verdict:
        type(self).asked.append(draft)
        return type(self).verdict


@pytest.fixture
def say(settings: Settings) -> Callable[[Verdict], list[Draft]]:
    """Return a function that makes the only screen give this verdict; it returns the drafts that are shown to it."""

    def set_verdict(verdict: Verdict) -> list[Draft]:
        settings.COMMENT_SCREENS = [f"{__name__}.ScreenOnCall"]
        ScreenOnCall.verdict, ScreenOnCall.asked = verdict, []
        return ScreenOnCall.asked

    return set_verdict


def counts_are_right() -> bool:
    """Assert that no stored count differs from the rows."""
    assert recount(repair=False) == []
    return True
