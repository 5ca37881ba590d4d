"""A site whose moderators have decided about a hundred and more comments."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from discussions.models import Article, Comment, Visibility
from moderation.models import Case, Decision, Guideline, GuidelineVersion, Outcome
from moderation.transitions import State
from tests.factories import make_comment, make_moderator, make_user

_SPAM = "cheap watches pills casino bonus visit shop today best price order now discount winner click free offer"
_FINE = "bridge council school morning traffic neighbour garden library river evening bus teacher market winter"
_PLAIN = "the a we they and because here there it was is not all some many very then when who what"
SPAM, FINE, PLAIN = _SPAM.split(), _FINE.split(), _PLAIN.split()

Decided = Callable[..., Decision]


def words(kind: list[str], rng: random.Random, n: int = 18) -> str:
    return " ".join(rng.choices(kind, k=n // 2) + rng.choices(PLAIN, k=n // 2))


@pytest.fixture
def keeper(db: None) -> User:
    return make_moderator("keeper2")


@pytest.fixture
def spam_guideline(defaults: list[Guideline]) -> GuidelineVersion:
    return GuidelineVersion.objects.in_force().get(guideline__slug="no-advertising")


@pytest.fixture
def decided(keeper: User, article: Article, spam_guideline: GuidelineVersion) -> Decided:
    """Return a function that writes a comment with the decision about it, final since an hour."""

    def call(
        body: str, outcome: str = Outcome.PUBLISH, *, guideline: GuidelineVersion | None = None, by: Any = None,
        comment: Comment | None = None, **fields: Any,
    ) -> Decision:  # fmt: skip
        seen = Visibility.PUBLIC if outcome == Outcome.PUBLISH else Visibility.REMOVED
        comment = comment or make_comment(article, by=by or make_user(), body=body, visibility=seen)
        now = timezone.now()
        case = Case.objects.create(
            comment=comment, article=article, queue="sampled", state=State.DECIDED, severity=0, order_key=0,
            decided_at=now,
        )  # fmt: skip
        if outcome != Outcome.PUBLISH:
            fields = {"guideline_version": guideline or spam_guideline, "note": "No advertising, please.", **fields}
        given = {"final_at": now - timedelta(hours=1), "revision": comment.revision, **fields}
        return Decision.objects.create(
            case=case, comment=comment, outcome=outcome, by=keeper, key=uuid.uuid4(), visibility_before=seen, **given
        )

    return call


@pytest.fixture
def history(decided: Decided, settings: Settings) -> None:
    """Sixty of each kind."""
    settings.SPAM_FEWEST = 50
    rng = random.Random(1)
    for _ in range(60):
        decided(words(SPAM, rng) + " https://shop.example/x", Outcome.REMOVE)
        decided(words(FINE, rng))
