"""Rules in every state, and comments that they are asked about."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.participants import Participant
from discussions.actions.post import post_comment
from discussions.models import Article, Comment
from moderation.actions.rules import create_rule
from moderation.models import Backtest, Rule
from moderation.rule_states import RuleState
from moderation.rules.parse import parse
from tests.factories import make_admin

WORD = {"field": "text_without_quotes", "op": "has_word", "value": "fool"}
MakeRule = Callable[..., Rule]
Post = Callable[..., Comment]


def definition(when: Any = WORD, then: Any = ("hold",), **more: Any) -> dict[str, Any]:
    return {"title": "Names", "when": when, "then": list(then), "budget": {"max_per_hour": 100}, **more}


@pytest.fixture
def admin(db: None) -> User:
    return make_admin("chief")


@pytest.fixture
def second(db: None) -> User:
    return make_admin("deputy")


@pytest.fixture
def make_rule(admin: User) -> MakeRule:
    """Return a function that writes a rule and puts it into a state, past every check, two days ago."""

    def call(when: Any = WORD, then: Any = ("hold",), *, state: str = RuleState.LIVE, **more: Any) -> Rule:
        rule = create_rule(parse(definition(when, then, **more)), by=admin)
        if state != RuleState.DRAFT:
            rule.state, rule.in_force = state, rule.versions.get()
            rule.in_force_at = timezone.now() - timedelta(days=2)
            rule.save()
        return rule

    return call


@pytest.fixture
def post(settings: Settings, article: Article, reader: User) -> Post:
    """Return a function that posts as the site does, with the screens that it has."""
    settings.COMMENT_SCREENS = ["moderation.screening.HouseScreen", "moderation.rule_screen.RulesScreen"]
    settings.SAMPLED_PERCENT = 0

    def call(body: str, *, by: Participant | None = None, **fields: Any) -> Comment:
        fields = {"article": article, "key": uuid.uuid4(), **fields}
        return post_comment(by=by or reader, body=body, **fields).comment

    return call


def try_out(rule: Rule, precision: float | None = 1.0) -> Backtest:
    """Write a finished backtest of the latest version."""
    version = rule.versions.order_by("-n")[0]
    return Backtest.objects.create(
        version=version, days=30, at_most=100, state=Backtest.State.DONE, precision=precision, scanned=10, matched=5
    )
