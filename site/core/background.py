"""Handing work to whoever does it in the background: a Celery worker where there is Redis, else a thread of our own."""

from __future__ import annotations

import atexit
import logging
import threading
import time

from django.conf import settings
from django.db import connections

from core.breaker import Breaker
from core.redis import client

log = logging.getLogger(__name__)

#: A worker that was asked and has not begun in so long may be dead or busy: another may be asked.
ASKED_SECONDS = 3
#: A thread that nobody has poked looks by itself: what another process left behind, and what has become due.
SWEEP_SECONDS = 10.0
#: Seconds that a process which was told to stop waits for its thread.
LAST_WORDS = 10.0
#: Seconds in which nothing is done between two steps of long work: a tenth of what a step takes.
BREATH = 0.05


def poke(urgency: int | None = None) -> None:
    """Let somebody look into the outbox soon, for rows of `urgency` or all; never fails and never waits.

    Nobody doing so loses nothing.
    """
    from core.tasks import drain_outbox

    if settings.OUTBOX_RUNNER == "celery":
        breaker.call(lambda: _ask_worker(urgency))
    elif settings.OUTBOX_RUNNER == "thread":
        runner.wake()
    else:
        drain_outbox(urgency)


def _ask_worker(urgency: int | None) -> None:
    """Send a task, unless one was sent that has not begun: it will look for rows after this row is there."""
    from core.tasks import drain_outbox

    if settings.REDIS_URL and not client().set(_asked_key(urgency), 1, nx=True, ex=ASKED_SECONDS):
        return
    queue = settings.CELERY_TASK_DEFAULT_QUEUE if urgency is None else settings.OUTBOX_QUEUES[urgency]
    try:
        # What nobody got round to in a minute, the schedule asks for anyway.
        drain_outbox.apply_async((urgency,), queue=queue, expires=60)
    except Exception:
        has_begun(urgency)
        raise


def has_begun(urgency: int | None) -> None:
    """Note that somebody looks into the outbox now: who writes a row from here on has to ask anew."""
    if settings.OUTBOX_RUNNER == "celery" and settings.REDIS_URL:
        breaker.call(lambda: client().delete(_asked_key(urgency)))


def _asked_key(urgency: int | None) -> str:
    return f"parkbench:drain:{urgency}"


def watch() -> None:
    """Start looking into the outbox from time to time, where that is this process's own thread's work."""
    if settings.OUTBOX_RUNNER == "thread":
        runner.wake()


def breathe() -> None:
    """Let others have their turn between two steps of work that takes long; nothing where workers do such work.

    One thread of a web process does it without Redis: requests get the processor, and what is more urgent is done.
    """
    if settings.OUTBOX_RUNNER != "thread":
        return
    from core.models import Outbox
    from core.outbox import drain

    time.sleep(BREATH)
    for urgency in (Outbox.Urgency.NOW, Outbox.Urgency.SOON):
        drain(at_most=20, urgency=urgency)


class Runner:
    """A daemon thread that empties the outbox and keeps the schedule: all that one machine without Redis needs."""

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
        """Let the thread finish what it is at, and wait for that, but not for ever."""
        self._is_over = True
        self._wake.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(LAST_WORDS)

    def _run(self) -> None:
        while not self._is_over:
            self._wake.wait(SWEEP_SECONDS)
            self._wake.clear()
            try:
                self._look()
            except Exception:
                # The database is away for a moment; the thread must be there when it is back.
                log.exception("outbox: could not be read")
            # Ten seconds are long for a connection that nobody uses.
            connections.close_all()

    def _look(self) -> None:
        from core.outbox import drain
        from core.schedule import run_due

        while not self._is_over and drain(at_most=20):
            # Digests by the thousand must not keep the clock from being looked at.
            run_due()
        if not self._is_over:
            run_due()


breaker = Breaker("broker")
runner = Runner()
# What it is at when the server stops is finished rather than done again after the lease.
atexit.register(runner.stop)
