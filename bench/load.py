"""Many readers and writers on one article, against the whole set of processes on this machine.

    python -m bench.load [--readers N] [--writers N] [--seconds N] [--think N]

Starts the set of `make stack` in a folder of its own with two web workers, lets everybody at it, and prints latencies
and the error budget. Exits with 1 for an answer of 5xx, a request without an answer, or a comment that was acknowledged
and is not there once. The load comes from the same machine and takes its share of it: the times are upper bounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from scripts.serve import ROOT
from scripts.stack.front import nginx_binary
from scripts.stack.plan import ports_in
from scripts.stack.whole import Stack

CSRF = "c" * 32
#: Seconds after which a reader has gone away.
PATIENCE = 60.0


@dataclass(slots=True)
class Told:
    """Milliseconds and statuses by operation, and the comments that were acknowledged, by key."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, status: int, seconds: float) -> None:
        """Add one answer; status 0 is none."""
        self.times.setdefault(name, []).append(seconds * 1000)
        self.statuses.setdefault(name, Counter())[status] += 1


async def ask(port: int, request: bytes) -> tuple[int, str]:
    """Return status and `Location` of the answer, once all of it has come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        head, _blank, _body = (await reader.read(-1)).partition(b"\r\n\r\n")
    finally:
        writer.close()
    lines = head.decode("latin-1").split("\r\n")
    location = next((line[10:] for line in lines if line.lower().startswith("location: ")), "")
    return (int(lines[0].split(" ")[1]), location) if lines[0] else (0, "")


async def timed(told: Told, name: str, port: int, request: bytes) -> tuple[int, str]:
    """Ask, note how long it took, and return the answer; status 0 when there was none."""
    start = time.perf_counter()
    try:
        status, location = await asyncio.wait_for(ask(port, request), PATIENCE)
    except (OSError, TimeoutError):
        status, location = 0, ""
    told.note(name, status, time.perf_counter() - start)
    return status, location


async def read(told: Told, port: int, path: str, until: float, think: float) -> None:
    """Look at the page again and again, as long as people look at pages."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    await asyncio.sleep(random.uniform(0, think))  # noqa: S311
    while time.monotonic() < until:
        await timed(told, "read the page", port, request)
        await asyncio.sleep(min(random.expovariate(1 / think), max(until - time.monotonic(), 0)))


async def write(told: Told, port: int, path: str, until: float, session: str) -> None:
    """Post a comment every ten seconds or so, which is as much as the limit lets one person do."""
    await asyncio.sleep(random.uniform(0, 10))  # noqa: S311
    while time.monotonic() < until:
        key = str(uuid.uuid4())
        status, location = await timed(told, "post a comment", port, _form(path, session, key))
        if status == 303:
            told.acknowledged[key] = int(location.rpartition("#c")[2])
        await asyncio.sleep(min(random.uniform(10, 12), max(until - time.monotonic(), 0)))  # noqa: S311


def _form(path: str, session: str, key: str) -> bytes:
    body = urllib.parse.urlencode({"body": f"What I saw, {key}.", "key": key, "csrfmiddlewaretoken": CSRF})
    return (
        f"POST {path}comment/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Cookie: sessionid={session}; csrftoken={CSRF}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def everybody(told: Told, port: int, given: argparse.Namespace, world: dict[str, Any]) -> None:
    """Let readers and writers run for the time that was asked for."""
    path, until = f"/articles/{world['article']}/", time.monotonic() + given.seconds
    readers = [read(told, port, path, until, given.think) for _n in range(given.readers)]
    writers = [write(told, port, path, until, session) for session in world["sessions"]]
    await asyncio.gather(*readers, *writers)


def lost(database_url: str, acknowledged: dict[str, int]) -> list[str]:
    """Return the keys of acknowledged comments that are not there exactly once, under the id that was told."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT id, body FROM discussions_comment WHERE body LIKE 'What I saw, %'").fetchall()
    there: dict[str, list[int]] = {}
    for pk, body in rows:
        there.setdefault(body.removeprefix("What I saw, ").removesuffix("."), []).append(pk)
    return [key for key, pk in acknowledged.items() if there.get(key) != [pk]]


def table(told: Told, seconds: float) -> str:
    """Return the latencies in milliseconds, a line for each operation."""
    lines = [f"  {'':<16}{'answers':>8}{'per s':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}   statuses"]
    for name, times in told.times.items():
        cells = "".join(f"{_percentile(times, share):>8.0f}" for share in (0.5, 0.95, 0.99, 1.0))
        statuses = ", ".join(f"{status or 'none'}: {n}" for status, n in sorted(told.statuses[name].items()))
        lines.append(f"  {name:<16}{len(times):>8}{len(times) / seconds:>8.1f}{cells}   {statuses}")
    return "\n".join(lines)


def _percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[max(round(share * len(times)) - 1, 0)]


def build_world(writers: int) -> dict[str, Any]:
    """Write an article with a first page of comments, and the writers with their sessions."""
    from django.test import Client

    from tests.factories import make_article, make_comment, make_user

    article = make_article("The lights went out")
    for n in range(60):
        make_comment(article, body=f"I saw it from window {n}.")
    sessions = []
    for _n in range(writers):
        client = Client()
        client.force_login(make_user())
        sessions.append(client.cookies["sessionid"].value)
    return {"article": article.slug, "sessions": sessions}


def _world(stack: Stack, writers: int) -> dict[str, Any]:
    code = f"import django, json; django.setup(); from bench.load import build_world; print(json.dumps(build_world({writers})))"  # noqa: E501
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=stack.environ, cwd=ROOT, capture_output=True, text=True, check=True
    )
    world: dict[str, Any] = json.loads(done.stdout)
    return world


def _cache_metrics(stack: Stack) -> list[str]:
    """Return what the site's own metrics say of its page cache, if it has them: how often the page was rendered."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{stack.ports['web']}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return []
    return [line for line in lines if "page" in line.split("{")[0] and "_bucket" not in line and line[0] != "#"]


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("readers", 500), ("writers", 50), ("seconds", 60), ("think", 10)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given, _others = parser.parse_known_args()
    told = Told()
    with tempfile.TemporaryDirectory(prefix="parkbench-load-") as name:
        Path(name).chmod(0o711)
        extra = {"WEB_WORKERS": "2", "LOG_LEVEL": "WARNING"}
        stack = Stack(Path(name), ports_in(os.environ), extra=extra, nginx=nginx_binary())
        stack.start()
        try:
            world = _world(stack, given.writers)
            port = stack.ports["front"] if nginx_binary() else stack.ports["web"]
            started = time.monotonic()
            asyncio.run(everybody(told, port, given, world))
            seconds = time.monotonic() - started
            missing = lost(stack.database_url, told.acknowledged)
            metrics = _cache_metrics(stack)
        finally:
            stack.stop()
    return report(told, given, seconds, missing, metrics)


def report(told: Told, given: argparse.Namespace, seconds: float, missing: list[str], metrics: list[str]) -> int:
    """Print everything and return the exit code."""
    statuses = sum(told.statuses.values(), Counter())
    total, bad = statuses.total(), sum(n for status, n in statuses.items() if status >= 500 or not status)
    front = "nginx and " if nginx_binary() else ""
    print(f"{given.readers} readers (a look every {given.think} s) and {given.writers} writers on one article for "
          f"{seconds:.0f} s; {front}2 web workers; the load runs on the same {os.cpu_count()} processors")  # fmt: skip
    print(table(told, seconds))
    print(f"  {total} answers, {total / seconds:.1f} per second")
    print(f"  error budget 0: 5xx or no answer {bad}; acknowledged comments {len(told.acknowledged)}, lost or doubled "
          f"{len(missing)}")  # fmt: skip
    print("\n".join(f"  {line}" for line in metrics))
    return 1 if bad or missing else 0


if __name__ == "__main__":
    sys.exit(main())
