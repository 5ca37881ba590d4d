"""Plug-ins: what they say is written down and asked by rules; what goes wrong with one of them hurts nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY
from pytest_django import Settings

from accounts.models import User
from core.checks import names
from discussions.actions.edit import edit_comment
from discussions.models import Comment
from moderation.actions.policy import set_policy
from moderation.models import Case, RecordedSignal, RuleHit
from moderation.scores import asking
from tests.factories import make_admin, make_user
from tests.moderation.rules.conftest import MakeRule, Post, admin, make_rule  # noqa: F401 — fixtures
from tests.moderation.rules.conftest import post as post_with_rules  # noqa: F401
from tests.moderation.scores import plugins

pytestmark = pytest.mark.django_db
HERE = "tests.moderation.scores.plugins"


@pytest.fixture
def post(post_with_rules: Post, settings: Settings) -> Post:  # noqa: F811
    settings.COMMENT_SCREENS.insert(1, "moderation.signal_screen.SignalsScreen")
    settings.COMMENT_SIGNALS = [f"{HERE}.Loud"]
    return post_with_rules


@pytest.fixture(autouse=True)
def rested() -> Iterator[None]:
    """Start and end with plug-ins that nothing is known of, and with nobody waiting."""
    asking._breaker.cache_clear()
    asking._seats.cache_clear()
    plugins.Slow.may_go.clear()
    yield
    plugins.Slow.may_go.set()
    for thread in threading.enumerate():
        if thread.name == "signal-slow":
            thread.join(5)


def counted(screen: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("parkbench_signals_total", {"screen": screen, "outcome": outcome}) or 0


def use(settings: Settings, *names: str) -> None:
    settings.COMMENT_SIGNALS = [f"{HERE}.{name}" for name in names]


def test_what_it_says_is_written_down(post: Post) -> None:
    comment = post("> QUOTED\n\nwell WELL")
    row = RecordedSignal.objects.get()
    assert (row.comment, row.revision, row.name, row.trouble) == (comment, 1, "loud", "")
    assert row.value == pytest.approx(4 / 18, abs=0.05)
    assert row.reasons == [["the word “%(words)s”", "WELL"]]
    assert [words for _start, _end, words in row.spans] == ["WELL"]
    assert row.version == "at depth 0"  # it was told what it had asked for


def test_an_edit_is_heard_anew(post: Post, reader: User) -> None:
    comment = post("well well")
    edit_comment(comment, by=reader, body="WELL WELL", revision=1)
    assert dict(RecordedSignal.objects.values_list("revision", "value")) == {1: 0, 2: pytest.approx(8 / 10, abs=0.1)}


def score(op: str, value: float, name: str = "loud") -> dict[str, Any]:
    return {"field": "score", "op": op, "value": value, "of": {"name": name}}


def test_a_rule_asks_for_a_score(make_rule: MakeRule, post: Post) -> None:  # noqa: F811
    make_rule(score(">", 0.5))
    assert post("be quiet").visibility == "public"
    assert post("BE QUIET").visibility == "held"


@pytest.mark.parametrize("name", ["Failing", "Slow", "Greedy", "Silent", "BadQuery", "NotMade"])
def test_what_is_not_heard_is_not_known(
    make_rule: MakeRule, post: Post, settings: Settings, name: str  # noqa: F811
) -> None:  # fmt: skip
    """Neither nought nor one: a rule in doubt raises and does not hold, whichever way it compares."""
    use(settings, name)
    plug_in = getattr(plugins, name).name
    make_rule(score("<", 0.5, plug_in), ["hold", {"raise": 7}])
    make_rule(score(">=", 0.5, plug_in), ["hold"])
    comment = post("A fine day.")
    assert comment.visibility == "public"
    assert RuleHit.objects.get().is_certain is False
    assert Case.objects.get(comment=comment).raised == 7


@pytest.mark.parametrize(
    ("name", "trouble"), [("Failing", "failed"), ("Slow", "slow"), ("Greedy", "failed"), ("BadQuery", "failed")]
)
def test_trouble_is_written_down_and_counted(
    post: Post, settings: Settings, name: str, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    use(settings, name, "Loud")
    plug_in = getattr(plugins, name).name
    before = counted(plug_in, trouble)
    post("A fine day.")
    assert dict(RecordedSignal.objects.values_list("name", "trouble")) == {plug_in: trouble, "loud": ""}
    assert RecordedSignal.objects.get(name=plug_in).value is None
    assert counted(plug_in, trouble) == before + 1
    assert any(getattr(record, "screen", "") == plug_in for record in caplog.records)


def test_one_that_is_quick_is_asked_in_the_same_thread(post: Post, settings: Settings) -> None:
    use(settings, "Quick", "QuickFailing", "Loud")
    before = counted("quick_failing", "failed")
    comment = post("well WELL")
    assert plugins.Quick.asked_by == [threading.get_ident()]
    said = dict(RecordedSignal.objects.filter(comment=comment).values_list("name", "value"))
    assert said["quick"]
    assert said["quick"] == said["loud"]
    assert said["quick_failing"] is None
    assert counted("quick_failing", "failed") == before + 1


def test_nothing_gets_past_a_policy(post: Post, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    use(settings, "Failing", "Slow", "NotMade")
    set_policy(None, mode="hold_all", by=make_admin())
    assert post("A fine day.").visibility == "held"
    monkeypatch.setattr("moderation.signal_screen.scorers", lambda: 1 / 0)
    assert post("A finer day.").visibility == "held"
    assert Comment.objects.count() == 2


def test_one_that_fails_again_and_again_is_left_alone(post: Post, settings: Settings) -> None:
    use(settings, "Failing")
    for n in range(5):
        post(f"Day {n}.", by=make_user())
    troubles = list(RecordedSignal.objects.order_by("id").values_list("trouble", flat=True))
    assert troubles == ["failed", "failed", "failed", "resting", "resting"]


def test_one_that_hangs_does_not_fill_the_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, post: Post
) -> None:
    use(settings, "Slow")
    monkeypatch.setattr(asking, "AT_ONCE", 2)
    for n in range(3):
        post(f"Day {n}.", by=make_user())
    assert sum(thread.name == "signal-slow" for thread in threading.enumerate()) == 2
    assert list(RecordedSignal.objects.order_by("id").values_list("trouble", flat=True)) == ["slow", "slow", "resting"]


def test_it_costs_one_query(post: Post, settings: Settings) -> None:
    settings.COMMENT_SIGNALS = []
    post("Day one, and more words than a few, to warm up.")
    with CaptureQueriesContext(connection) as bare:
        post("Day two, and more words than a few, to compare.")
    use(settings, "Loud", "Silent")
    with CaptureQueriesContext(connection) as full:
        post("Day three, and more words than a few, to compare.")
    assert len(full) - len(bare) == 1


def test_a_setting_that_names_nothing_is_a_mistake_of_deployment(settings: Settings) -> None:
    assert names() == []
    settings.COMMENT_SIGNALS = ["nowhere.Nothing"]
    assert ["COMMENT_SIGNALS" in str(message) for message in names()] == [True]
