"""Limits by name."""

from __future__ import annotations

import pytest
import time_machine

from core.errors import TooMany
from core.limits import LIMITS, check_limit


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


def test_every_limit_can_be_read() -> None:
    from core.limits import _items

    assert all(_items(name) for name in LIMITS)
