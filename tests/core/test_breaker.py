"""A service that is down is left alone for a while, and asked again by one caller."""

from __future__ import annotations

import logging
import threading

import pytest

from core.breaker import FAILURES, PAUSE_SECONDS, Breaker
from core.metrics import series


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr("core.breaker.time.monotonic", found)
    return found


def refuse() -> None:
    raise ConnectionRefusedError("nobody there")


def opened(name: str) -> Breaker:
    breaker = Breaker(name)
    assert [breaker.call(refuse) for _ in range(FAILURES)] == [False] * FAILURES
    return breaker


def test_after_three_failures_nobody_asks(clock: Clock) -> None:
    breaker = opened("b1")
    asked: list[int] = []
    assert breaker.run(lambda: asked.append(1), lambda: "without") == "without"
    assert (asked, breaker.is_open) == ([], True)


def test_failures_that_are_not_in_a_row_open_nothing(clock: Clock) -> None:
    breaker = Breaker("b2")
    for _ in range(10):
        breaker.call(refuse)
        assert breaker.call(lambda: None)
    assert not breaker.is_open


def test_one_caller_asks_again_after_the_pause(clock: Clock) -> None:
    breaker = opened("b3")
    clock.now += PAUSE_SECONDS
    others: list[bool] = []

    def probe() -> None:
        # While the probe is out, the others are refused at once.
        others.extend(breaker.call(lambda: None) for _ in range(3))

    assert breaker.call(probe)
    assert (others, breaker.is_open) == ([False] * 3, False)
    assert breaker.call(lambda: None)


def test_a_probe_that_fails_opens_it_for_another_pause(clock: Clock) -> None:
    breaker = opened("b4")
    clock.now += PAUSE_SECONDS
    assert not breaker.call(refuse)
    clock.now += PAUSE_SECONDS - 0.1
    assert not breaker.call(lambda: None)
    clock.now += 0.1
    assert breaker.call(lambda: None)


def test_a_probe_that_never_comes_back_is_followed_by_another(clock: Clock) -> None:
    breaker = opened("b5")
    clock.now += PAUSE_SECONDS
    assert breaker._lets_through()
    assert not breaker._lets_through()
    clock.now += PAUSE_SECONDS
    assert breaker._lets_through()


def test_other_exceptions_are_the_callers(clock: Clock) -> None:
    breaker = Breaker("b6", catching=(OSError,))
    breaker.call(refuse)

    def wrong() -> None:
        raise ValueError

    for _ in range(5):
        with pytest.raises(ValueError):
            breaker.call(wrong)
    assert not breaker.is_open
    assert breaker._failures == 0, "it has answered"


def test_an_outage_is_one_line_and_its_end_another(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    breaker = opened("b7")
    for _ in range(3):
        clock.now += PAUSE_SECONDS
        breaker.call(refuse)
    clock.now += PAUSE_SECONDS
    breaker.call(lambda: None)
    assert [record.getMessage() for record in caplog.records] == ["b7 does not answer", "b7 answers again"]
    assert series.BREAKER_OPENINGS.labels("b7")._value.get() == 1
    assert series.SERVICE_FAILURES.labels("b7")._value.get() == FAILURES + 3
    assert series.BREAKER_OPEN.labels("b7")._value.get() == 0


def test_threads_share_one_probe(clock: Clock) -> None:
    breaker = opened("b8")
    clock.now += PAUSE_SECONDS
    let_through: list[bool] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait(10)
        let_through.append(breaker._lets_through())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(let_through) == [False] * 7 + [True]
