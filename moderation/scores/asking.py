"""Asking the plug-ins, each within its time: one that fails or is slow is not known, and is counted and logged."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from contextvars import copy_context
from functools import lru_cache

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from core.breaker import Breaker
from core.database import savepoint_if_asked
from core.metrics import series
from moderation.rules.facts import Facts, Key
from moderation.scores.heard import Answer, Trouble
from moderation.scores.protocol import Scorer, Signal, seconds_of

log = logging.getLogger(__name__)
#: Answers of one plug-in that may be outstanding in a process: one that hangs must not fill it with threads.
AT_ONCE = 8


class TooSlow(Exception):
    """The time of a plug-in is up."""


class TooMany(Exception):
    """Too many answers of a plug-in are outstanding."""


def scorers() -> list[Scorer]:
    """Return the plug-ins of the site, made for one comment; one that cannot be made is logged and left out."""
    made = []
    for path in settings.COMMENT_SIGNALS:
        try:
            made.append(import_string(path)())
        except Exception:
            log.exception("a plug-in cannot be made", extra={"screen": path})
            series.SIGNALS.labels(path.rpartition(".")[2], Trouble.FAILED).inc()
    return made


def labels() -> dict[str, str]:
    """Return what the plug-ins of the site are called, in the active language, by the name that rules use."""
    return {scorer.name: str(getattr(scorer, "label", scorer.name)) for scorer in scorers()}


def keys_of(wanted: Iterable[Scorer]) -> frozenset[Key]:
    """Return what these plug-ins want to be told."""
    return frozenset(key for scorer in wanted for key in getattr(scorer, "asks", ()))


def ask_each(wanted: Iterable[Scorer], facts: Facts) -> tuple[Answer, ...]:
    """Return the answers of the plug-ins that have something to say, or should have had."""
    return tuple(answer for scorer in wanted if (answer := _ask(scorer, facts)))


def _ask(scorer: Scorer, facts: Facts) -> Answer | None:
    trouble = Trouble.RESTING

    def within() -> Signal | None:
        nonlocal trouble
        try:
            found = _checked(scorer, _score(scorer, facts))
        except TooSlow:
            trouble = Trouble.SLOW
            raise
        except TooMany:
            raise
        except Exception:
            trouble = Trouble.FAILED
            log.exception("a plug-in failed", extra={"screen": scorer.name})
            raise
        trouble = Trouble.NONE
        return found

    began = time.perf_counter()
    signal = _breaker(scorer.name).run(within, lambda: None)
    series.SIGNAL_SECONDS.labels(scorer.name).observe(time.perf_counter() - began)
    series.SIGNALS.labels(scorer.name, trouble.value or "known").inc()
    if trouble:
        return Answer(Signal(scorer.name, None), trouble)
    return Answer(signal) if signal else None


def _checked(scorer: Scorer, signal: Signal | None) -> Signal | None:
    """Return the signal if it is one. Raises `ValueError` for a value out of range or a strange name."""
    if signal is not None and (signal.name != scorer.name or not (signal.value is None or 0 <= signal.value <= 1)):
        raise ValueError(f"{scorer.name} says {signal.name}: {signal.value}")
    return signal


def _score(scorer: Scorer, facts: Facts) -> Signal | None:
    """Return what the plug-in says. Raises what it raises, `TooSlow` and `TooMany`."""
    if prepare := getattr(scorer, "prepare", None):
        with savepoint_if_asked():  # a query that fails must not take the comment along
            prepare()
    if getattr(scorer, "is_quick", False):
        return scorer.score(facts)
    return _score_in_time(scorer, facts)


def _score_in_time(scorer: Scorer, facts: Facts) -> Signal | None:
    seats = _seats(scorer.name)
    if not seats.acquire(blocking=False):
        raise TooMany
    found: list[Signal | None] = []
    raised: list[Exception] = []
    context = copy_context()

    def work() -> None:
        try:
            found.append(context.run(scorer.score, facts))
        except Exception as error:  # noqa: BLE001 — whatever it is, the thread that waits raises it
            raised.append(error)
        finally:
            connections.close_all()  # of this thread: it should not have any
            seats.release()

    # A daemon: a process that stops does not wait for it either.
    thread = threading.Thread(target=work, name=f"signal-{scorer.name}", daemon=True)
    thread.start()
    thread.join(seconds_of(scorer, settings.SIGNAL_SECONDS))
    if raised:
        raise raised[0]
    if not found:
        log.warning("a plug-in is too slow", extra={"screen": scorer.name})
        raise TooSlow
    return found[0]


@lru_cache
def _breaker(name: str) -> Breaker:
    return Breaker(f"signal {name}")


@lru_cache
def _seats(name: str) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(AT_ONCE)
