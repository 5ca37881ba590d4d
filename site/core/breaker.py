"""Keeps calls from a service that is down: nobody waits again and again for what does not answer.

A breaker lets calls through until `FAILURES` in a row have failed; then it is open, and whoever asks is refused at
once. After `PAUSE_SECONDS` one caller, the probe, is let through: its success closes the breaker, its failure opens it
for another pause. Threads share a breaker; each process has its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from core.metrics import series

log = logging.getLogger(__name__)

T = TypeVar("T")
D = TypeVar("D")

FAILURES, PAUSE_SECONDS = 3, 5.0


class Breaker:
    """Stands before one service, `name` in log and metrics. Only exceptions of `catching` count as its failures."""

    def __init__(self, name: str, *, catching: tuple[type[Exception], ...] = (Exception,)) -> None:
        self.name = name
        self._catching = catching
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    @property
    def is_open(self) -> bool:
        """Return whether the service counts as down, a probe under way included."""
        return self._failures >= FAILURES

    def run(self, action: Callable[[], T], otherwise: Callable[[], D]) -> T | D:
        """Return `action()`, or `otherwise()` when the service is known to be down or has just failed.

        Exceptions that are not the service's (`catching`) pass through: it has answered.
        """
        if not self._lets_through():
            return otherwise()
        try:
            result = action()
        except self._catching as error:
            self._failed(error)
            return otherwise()
        except Exception:
            self._worked()
            raise
        self._worked()
        return result

    def call(self, action: Callable[[], object]) -> bool:
        """Call `action` unless the service is known to be down; return whether it was called and did not fail."""

        def answered() -> bool:
            action()
            return True

        return self.run(answered, lambda: False)

    def _lets_through(self) -> bool:
        with self._lock:
            if self._failures < FAILURES:
                return True
            now = time.monotonic()
            if now < self._closed_until:
                return False
            # This caller is the probe; the others go on being refused, also when it never comes back.
            self._closed_until = now + PAUSE_SECONDS
            return True

    def _failed(self, error: Exception) -> None:
        with self._lock:
            self._failures += 1
            is_first, has_opened = self._failures == 1, self._failures == FAILURES
            if self._failures >= FAILURES:
                self._closed_until = time.monotonic() + PAUSE_SECONDS
        series.SERVICE_FAILURES.labels(self.name).inc()
        if is_first:
            # Once for the whole time that it is down, not once for every call.
            log.error("%s does not answer", self.name, exc_info=error)
        if has_opened:
            series.BREAKER_OPENINGS.labels(self.name).inc()
            series.BREAKER_OPEN.labels(self.name).set(1)

    def _worked(self) -> None:
        # Read without the lock: it is nearly always nought, and a failure at this very moment counts from one again.
        if not self._failures:
            return
        with self._lock:
            was_open, self._failures = self.is_open, 0
        if was_open:
            series.BREAKER_OPEN.labels(self.name).set(0)
            log.warning("%s answers again", self.name)
