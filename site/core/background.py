"""Handing work to whoever does it in the background: a Celery worker where there is Redis, else a thread of our own."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from django.conf import settings
from django.db import connections

log = logging.getLogger(__name__)

#: A broker that failed so often in a row is left alone for so long: nobody's post waits for it again and again.
FAILURES, PAUSE_SECONDS = 3, 5.0
#: A thread that nobody has poked looks by itself: what another process left behind, and what has become due.
SWEEP_SECONDS = 10.0


def poke() -> None:
    """Let somebody look into the outbox soon; never fails and never waits. Nobody doing so loses nothing."""
    from core.tasks import drain_outbox

    if settings.OUTBOX_RUNNER == "celery":
        breaker.call(drain_outbox.delay)
    elif settings.OUTBOX_RUNNER == "thread":
        runner.wake()
    else:
        drain_outbox()


def watch() -> None:
    """Start looking into the outbox from time to time, where that is this process's own thread's work."""
    if settings.OUTBOX_RUNNER == "thread":
        runner.wake()


class Breaker:
    """Keeps calls from a service that is down: after `FAILURES` in a row it is asked again `PAUSE_SECONDS` later."""

    def __init__(self) -> None:
        self._failures = 0
        self._closed_until = 0.0

    def call(self, action: Any) -> bool:
        """Call `action` unless the service is known to be down; return whether it was called and did not fail."""
        if time.monotonic() < self._closed_until:
            return False
        try:
            action()
        except Exception:
            # Each broker has exceptions of its own.
            self._failures += 1
            if self._failures >= FAILURES:
                self._closed_until = time.monotonic() + PAUSE_SECONDS
            log.exception("the broker does not answer", extra={"failures": self._failures})
            return False
        self._failures = 0
        return True


class Runner:
    """A daemon thread that empties the outbox: all that a site on one machine without Redis needs."""

    def __init__(self) -> None:
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_over = False

    def wake(self) -> None:
        """Start the thread if it does not run (a fork takes it away), and let it look now."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
                self._thread.start()
        self._wake.set()

    def stop(self) -> None:
        """Let the thread end, and wait until it has."""
        self._is_over = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        from core.outbox import drain

        while not self._is_over:
            self._wake.wait(SWEEP_SECONDS)
            self._wake.clear()
            try:
                drain()
            except Exception:
                # The database is away for a moment; the thread must be there when it is back.
                log.exception("outbox: could not be read")
            # Ten seconds are long for a connection that nobody uses.
            connections.close_all()


breaker = Breaker()
runner = Runner()
