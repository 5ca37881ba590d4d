"""Limits by name."""

from __future__ import annotations

import ast
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from pytest_django import Settings

import core
from core import limits
from core.errors import TooMany
from core.limits import LIMITS, check_limit
from core.metrics import series


def test_the_budget_is_used_up_and_comes_back(limits_on: None) -> None:
    with time_machine.travel("2026-03-01 12:00:00+00:00", tick=False) as clock:
        for _ in range(6):
            check_limit("post", "user:1")
        with pytest.raises(TooMany) as refused:
            check_limit("post", "user:1")
        assert 0 < refused.value.retry_after <= 60
        assert "very fast" in refused.value.message
        clock.shift(61)
        check_limit("post", "user:1")


def test_people_and_names_do_not_share_a_budget(limits_on: None) -> None:
    for _ in range(6):
        check_limit("post", "user:1")
    check_limit("post", "user:2")
    check_limit("edit", "user:1")


def test_a_long_wait_is_told_in_minutes(limits_on: None) -> None:
    with time_machine.travel("2026-03-01 12:00:00+00:00", tick=False):
        for _ in range(3):
            check_limit("guest_mail", "x")
        with pytest.raises(TooMany, match="60 minutes"):
            check_limit("guest_mail", "x")


def test_what_is_counted_has_a_limit() -> None:
    """A name without a line is an error in production alone: limits are off in most tests."""
    named: dict[str, str] = {}
    for folder in ("discussions", "moderation", "site"):
        for path in (Path(core.__file__).parents[2] / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "check_limit":
                    texts = (node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant))
                    named |= {str(text): path.name for text in texts}
    assert {name: where for name, where in named.items() if name not in LIMITS} == {}
    assert len(named) > 15


def test_every_limit_can_be_read() -> None:
    from core.limits import _items

    assert all(_items(name) for name in LIMITS)


@pytest.mark.parametrize("state", ["dead_redis", "frozen_redis"])
def test_without_redis_a_reader_writes_on_and_is_counted(
    limits_on: None, state: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(state)
    counted = series.LIMIT_FALLBACKS.labels("post")._value.get()
    refused = series.LIMIT_REFUSALS.labels("post")._value.get()
    for _ in range(6):
        check_limit("post", "user:1")
    with pytest.raises(TooMany):
        check_limit("post", "user:1")
    assert series.LIMIT_FALLBACKS.labels("post")._value.get() == counted + 7
    assert series.LIMIT_REFUSALS.labels("post")._value.get() == refused + 1


def test_without_redis_what_can_be_abused_gets_less(limits_on: None, dead_redis: str, settings: Settings) -> None:
    """Twenty a minute for the site, and three processes: each may let half a share through, and at least one."""
    settings.WEB_PROCESSES = 3
    for _ in range(3):
        check_limit("guest", "network:192.0.2.0/24")
    with pytest.raises(TooMany):
        check_limit("guest", "network:192.0.2.0/24")
    check_limit("guest_mail", "bo")
    with pytest.raises(TooMany):
        check_limit("guest_mail", "bo")


def test_processes_share_a_budget_in_redis(limits_on: None, redis_url: str) -> None:
    who = f"user:{uuid4()}"
    for _ in range(6):
        check_limit("post", who)
    limits._storage.cache_clear()
    with pytest.raises(TooMany) as refused:
        check_limit("post", who)
    assert 0 < refused.value.retry_after <= 60


def test_what_is_tightened_has_a_limit() -> None:
    assert LIMITS.keys() >= limits.TIGHTENED
