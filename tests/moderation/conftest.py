"""The people of the house, and cases to work on."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from pytest_django import Settings

from accounts.models import User
from discussions.actions.post import post_comment
from discussions.models import Article, Comment
from moderation.actions.decide import Verdict, decide
from moderation.models import Case, Decision, Guideline, GuidelineVersion, Outcome
from tests.factories import make_article, make_moderator, make_senior, make_user

#: `decide` with everything filled in that a test does not care for.
Decide = Callable[..., Decision]


@pytest.fixture
def defaults(db: None) -> list[Guideline]:
    """Return the guidelines that a new site starts with; a test that flushed the database took the migration's away."""
    importlib.import_module("moderation.migrations.0002_default_guidelines").install(apps, None)
    importlib.import_module("moderation.migrations.0005_author_notes").fill(apps, None)
    return list(Guideline.objects.all())


@pytest.fixture
def article(db: None) -> Article:
    return make_article("The lights went out")


@pytest.fixture
def reader(db: None) -> User:
    return make_user("reader", name="Rea Der")


@pytest.fixture
def moderator(db: None) -> User:
    return make_moderator("keeper")


@pytest.fixture
def senior(db: None) -> User:
    return make_senior("elder")


@pytest.fixture
def guideline(defaults: list[Guideline]) -> GuidelineVersion:
    """Return the guideline against attacks on people, as it applies now."""
    return GuidelineVersion.objects.in_force().select_related("guideline").get(guideline__number=2)


class HoldEverything:
    """A screen for tests."""

    def screen(self, draft: object) -> Any:
        from discussions.screening import Hold

        return Hold("A moderator reads it first.")


@pytest.fixture
def held(settings: Settings, article: Article, reader: User) -> Comment:
    """Return a comment of the reader that waits for review."""
    settings.COMMENT_SCREENS = [f"{__name__}.HoldEverything"]
    comment = post_comment(article=article, by=reader, body="You are a fool.", key=uuid.uuid4()).comment
    settings.COMMENT_SCREENS = []
    return comment


@pytest.fixture
def case(held: Comment) -> Case:
    """Return the case of the held comment."""
    return Case.objects.select_related("comment").get(comment=held)


@pytest.fixture
def decide_(moderator: User, guideline: GuidelineVersion) -> Decide:
    """Return a function that decides a case as it stands."""

    def call(case: Case, outcome: str = Outcome.REMOVE, **fields: Any) -> Decision:
        case = Case.objects.select_related("comment").get(pk=case.pk)
        verdict = Verdict(outcome, guideline=guideline, note=fields.pop("note", "Please talk about the idea."))
        given = {
            "by": moderator, "key": uuid.uuid4(), "lock_version": case.lock_version, "revision": case.comment.revision,
        }  # fmt: skip
        return decide(case, verdict, **{**given, **fields})

    return call
