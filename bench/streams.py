"""Open live streams in one process: its memory, and how long until all of them have heard of a new comment.

    REDIS_URL=redis://127.0.0.1:6379/6 python -m bench.streams [--streams N] [--rounds N] [--port N]

Starts one uvicorn process over a database of its own (the engine of `DATABASE_URL`), opens the streams from this
process, on the same machine, posts comments, and prints what it saw. It fails when a stream missed a comment.
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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.database import own_database

#: Seconds for the server to start, and for everybody to hear something.
START, PATIENCE = 60.0, 60.0
#: Connections that are opened at once.
AT_ONCE = 100
FILES = 20_000
ROOT = Path(__file__).resolve().parents[1]


class Reader:
    """One open stream."""

    def __init__(self, url: str, port: int) -> None:
        self._url, self._port = url, port

    async def open(self) -> None:
        """Ask for the stream and wait for the first bytes of it."""
        self._in, self._out = await asyncio.open_connection("127.0.0.1", self._port)
        self._out.write(f"GET {self._url}?since=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        line = await self._in.readline()
        assert b" 200 " in line, line
        while b"retry:" not in await self._in.readline():
            pass

    async def hear(self) -> tuple[int, float]:
        """Return the next event and the moment it came; raise `ConnectionError` when the line is cut."""
        while line := await self._in.readline():
            if line.startswith(b"id: "):
                return int(line[4:]), time.perf_counter()
        raise ConnectionError

    def close(self) -> None:
        """Hang up."""
        self._out.close()


@contextmanager
def server(port: int, database: str) -> Iterator[int]:
    """Run the ASGI process and yield its id; end it afterwards."""
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "config.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
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


async def measure(pid: int, port: int, streams: int, rounds: int) -> None:
    """Print the table. Raises when somebody did not hear of a comment."""
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
    print(f"{streams} streams opened in {opening:.1f} s")
    print(f"memory of the process: {before / 2**20:.0f} MB with one, {after / 2**20:.0f} MB with all, ", end="")
    print(f"{(after - before) / max(1, len(rest)) / 1024:.1f} kB each")
    rows = [await one_round(readers, article, author, n) for n in range(rounds)]
    print("ms from the beginning of the post:     posted     first    median      last")
    table = [(took, lags[0], statistics.median(lags), lags[-1]) for took, lags in rows]
    for name, pick in (("median of the rounds", statistics.median), ("worst round", max)):
        print(f"{name:<35}" + "".join(f"{pick(column):>10.0f}" for column in zip(*table, strict=True)))
    print(f"memory after {rounds} comments: {process.memory_info().rss / 2**20:.0f} MB")
    for reader in readers:
        reader.close()


async def one_round(readers: list[Reader], article: Any, author: Any, n: int) -> tuple[float, list[float]]:
    """Post a comment; return how many ms that took, and after how many each reader heard of it, the quickest first."""
    hearing = asyncio.gather(*(reader.hear() for reader in readers))
    posted = time.perf_counter()
    event, took = await asyncio.to_thread(post, article, author, n)
    async with asyncio.timeout(PATIENCE):
        heard = await hearing
    assert {found for found, _moment in heard} == {event}, "everybody hears of this comment, and of no other"
    return took, sorted(1000 * (moment - posted) for _found, moment in heard)


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
    parser.add_argument("--port", type=int, default=18500)
    options = parser.parse_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard) if hard > 0 else FILES, hard))
    with own_database() as engine:
        from django.conf import settings

        settings.REDIS_URL = os.environ.get("REDIS_URL", "")
        print(f"{engine}, {'with' if settings.REDIS_URL else 'WITHOUT'} Redis, client on the same machine")
        with server(options.port, database_url()) as pid:
            asyncio.run(measure(pid, options.port, options.streams, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
