"""Open live streams in one process: its memory, and how long until all of them have heard of a new comment.

    python -m bench.streams [--streams N] [--rounds N]

Starts one uvicorn process over a database of its own (the engine of `DATABASE_URL`) and a Redis (`REDIS_URL`, or one
that is found or started), opens the streams from this process, on the same machine, posts comments, and prints what it
saw. It fails when a stream missed a comment, and exits with 1 when telling all streams of one costs more than half a
second of the processor, or a stream more than 50 kB. By the clock, a machine that is busy with other things is slow;
so the promise is about the time of the processor.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.database import own_database
from scripts.services.choose import provide
from scripts.services.processes import free_port
from scripts.services.redis_server import Redis

#: Seconds for the server to start, and for everybody to hear something.
START, PATIENCE = 60.0, 60.0
#: Connections that are opened at once.
AT_ONCE = 100
FILES = 20_000
#: Processor time to tell 2,000 streams of one comment, and memory of a stream.
PROMISE_MS, PROMISE_KB = 500.0, 50.0
ROOT = Path(__file__).resolve().parents[1]


class Reader(asyncio.Protocol):
    """One open stream, read as cheaply as can be: the two thousand of them share the machine with what is measured."""

    def __init__(self, url: str, port: int) -> None:
        self._url, self._port = url, port
        self._said, self._waiting_for = b"", b"retry:"

    async def open(self) -> None:
        """Ask for the stream and wait for the first bytes of it."""
        loop = asyncio.get_running_loop()
        self._found: asyncio.Future[float] = loop.create_future()
        self._wire, _self = await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        self._wire.write(f"GET {self._url}?since=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        await self._found

    def listen(self) -> asyncio.Future[float]:
        """Return what will be the moment at which the next event has come; it fails when the line is cut."""
        self._said, self._waiting_for = b"", b"\nid: "
        self._found = asyncio.get_running_loop().create_future()
        return self._found

    @property
    def event(self) -> int:
        """Return the id of the event that came."""
        return int(self._said.partition(b"\nid: ")[2].partition(b"\n")[0])

    def data_received(self, data: bytes) -> None:
        """Keep what comes, until it is what is waited for and whole."""
        self._said += data
        if not self._found.done() and self._waiting_for in self._said and self._said.endswith(b"\n\n\r\n"):
            self._found.set_result(time.perf_counter())

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever waits know."""
        if not self._found.done():
            self._found.set_exception(exc or ConnectionError())

    def close(self) -> None:
        """Hang up."""
        self._wire.close()


@contextmanager
def server(port: int, database: str) -> Iterator[int]:
    """Run the ASGI process and yield its id; end it afterwards."""
    uvicorn = [sys.executable, "-m", "uvicorn", "config.asgi:application"]
    command = [*uvicorn, "--port", str(port), "--log-level", "warning"]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": database,
        "LIVE_URL": "/live/",
        "LIVE_STREAMS": "100000",
        "LIVE_STREAMS_PER_NETWORK": "100000",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
    }
    process = subprocess.Popen(command, env=env)  # noqa: S603
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def started(port: int) -> None:
    """Wait until the server takes connections."""
    end = time.monotonic() + START
    while True:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > end:
                raise
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


def database_url() -> str:
    """Return the address of the database that `own_database` has made."""
    from django.db import connection

    found: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


async def measure(pid: int, port: int, streams: int, rounds: int) -> bool:
    """Print the table and return whether the promises are kept. Raises when somebody did not hear of a comment."""
    import psutil

    from tests.factories import make_article, make_user

    article, author = await asyncio.to_thread(lambda: (make_article(), make_user()))
    await started(port)
    process = psutil.Process(pid)
    readers = [Reader(f"/live/{article.pk}", port) for _ in range(streams)]
    first, rest = readers[0], readers[1:]
    await first.open()
    before, opened_at = process.memory_info().rss, time.perf_counter()
    for start in range(0, len(rest), AT_ONCE):
        await asyncio.gather(*(reader.open() for reader in rest[start : start + AT_ONCE]))
    opening, after = time.perf_counter() - opened_at, process.memory_info().rss
    kb_each = (after - before) / max(1, len(rest)) / 1024
    print(f"{streams} streams opened in {opening:.1f} s")
    print(f"memory of the process: {before / 2**20:.0f} MB with one, {after / 2**20:.0f} MB with all, ", end="")
    print(f"{kb_each:.1f} kB each")
    rows = [await one_round(readers, process, article, author, n) for n in range(rounds)]
    print("ms from the beginning of the post:     posted     first    median      last processor")
    for name, pick in (("median of the rounds", statistics.median), ("worst round", max)):
        print(f"{name:<35}" + "".join(f"{pick(column):>10.0f}" for column in zip(*rows, strict=True)))
    print(f"memory after {rounds} comments: {process.memory_info().rss / 2**20:.0f} MB")
    for reader in readers:
        reader.close()
    return statistics.median(row[-1] for row in rows) <= PROMISE_MS and kb_each <= PROMISE_KB


async def one_round(readers: list[Reader], process: Any, article: Any, author: Any, n: int) -> tuple[float, ...]:
    """Post a comment; return ms: of the post, until the first, the median, the last reader heard, of the processor."""
    hearing = asyncio.gather(*(reader.listen() for reader in readers))
    busy, posted = sum(process.cpu_times()[:2]), time.perf_counter()
    event, took = await asyncio.to_thread(post, article, author, n)
    async with asyncio.timeout(PATIENCE):
        lags = sorted(1000 * (moment - posted) for moment in await hearing)
    assert {reader.event for reader in readers} == {event}, "everybody hears of this comment, and of no other"
    return took, lags[0], statistics.median(lags), lags[-1], 1000 * (sum(process.cpu_times()[:2]) - busy)


def post(article: Any, author: Any, n: int) -> tuple[int, float]:
    """Post a comment; return the id of its event, and how many milliseconds it took until it was accepted."""
    from discussions.actions.post import post_comment
    from discussions.models import LiveEvent

    began = time.perf_counter()
    post_comment(article=article, by=author, body=f"Comment number {n}.", key=uuid.uuid4())
    took = 1000 * (time.perf_counter() - began)
    return LiveEvent.objects.filter(article=article).latest("pk").pk, took


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=10)
    given, _others = parser.parse_known_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard) if hard > 0 else FILES, hard))
    with ExitStack() as stack:
        os.environ.update(provide([Redis()], os.environ, stack))
        engine = stack.enter_context(own_database())
        from django.conf import settings

        settings.REDIS_URL = os.environ["REDIS_URL"]
        print(f"{engine}, client on the same machine, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        port = free_port()
        pid = stack.enter_context(server(port, database_url()))
        return 0 if asyncio.run(measure(pid, port, given.streams, given.rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
