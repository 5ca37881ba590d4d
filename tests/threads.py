"""Several requests at the same moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

T = TypeVar("T")

#: Seconds. A test that waits longer for another thread has found a deadlock; a busy machine needs a good part of it.
PATIENCE = 150


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run every job in a thread of its own, all let go at the same moment; return results or exceptions.

    The test needs `django_db(transaction=True)`: threads have connections of their own and see only what is
    committed. The connections are closed at the end, or the test database could not be dropped.
    """
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | Exception:
        barrier.wait(PATIENCE)
        try:
            return job()
        except Exception as error:  # noqa: BLE001 — the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs, timeout=PATIENCE))


def all_well(results: Sequence[T | Exception]) -> list[T]:
    """Return the results; raise the first exception among them."""
    for result in results:
        if isinstance(result, Exception):
            raise result
    return [result for result in results if not isinstance(result, Exception)]


def in_a_loop_of_its_own(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run `coroutine` in a thread: where a browser test ran before, this thread has Playwright's loop already."""

    def run() -> None:
        try:
            asyncio.run(coroutine)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()
