"""One set of processes for all faults: it is started once, hurt again and again, and has to be well after each."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.breaker import PAUSE_SECONDS
from scripts.serve import ROOT
from scripts.services.postgres import Postgres
from scripts.services.redis_server import Redis
from scripts.stack.front import nginx_binary
from scripts.stack.plan import ports_in
from scripts.stack.whole import Stack
from tests.services.checker import mails_that_came_twice
from tests.services.clients import Browser, Crowd, Seen
from tests.services.journal import Journal
from tests.services.unwell_mail import met_file, mood_file

IN_A_HURRY = {
    "DJANGO_SETTINGS_MODULE": "tests.services.settings",
    "OUTBOX_LEASE_SECONDS": "6",
    "OUTBOX_RETRY_SECONDS": "1",
    "LOG_LEVEL": "INFO",
    "LIVE_URL": "/live/",
}
#: How long the outbox may take to be empty once the fault is over.
SETTLE_SECONDS = 60
#: Who asks Redis (web and worker, two each), the breakers of each (cache and broker), how many may be at it at once.
PROCESSES, BREAKERS, THREADS = 4, 2, 8
#: How many comments a test's moderator removes.
DECISIONS = 12


@dataclass
class Run:
    """The set, its people, and what they were told so far."""

    stack: Stack
    world: dict[str, Any]
    journal: Journal
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(int(os.environ.get("PARKBENCH_SEED", "1"))))

    @contextmanager
    def crowd(self) -> Iterator[Crowd]:
        """Have everybody at it, the moderator with fresh cases; then nobody was answered with a bug."""
        stock = self.world["stock"]
        self.world["to_decide"], self.world["stock"] = stock[:DECISIONS], stock[DECISIONS:]
        with Crowd(self.stack.ports["web"], self.world, self.journal, seed=next(self.numbers)) as crowd:
            crowd.wait_for(5)
            yield crowd
        # "Not now", in words, and a connection that breaks are what an outage looks like; 500 is a bug.
        assert 500 not in crowd.seen.statuses, (crowd.seen.statuses, self.stack.web.said()[-3000:])

    @contextmanager
    def without_redis(self, crowd: Crowd) -> Iterator[None]:
        """Break Redis inside: nobody notices, because nobody goes on asking it.

        By the clock alone, a busy machine cannot be told from a site that waits. So the calls that fail are counted:
        as many as threads may be at when it goes, then one in each pause of the breakers, in every process.
        """
        before, began = self.failed_calls(), time.monotonic()
        with crowd.nobody_notices():
            yield
        pauses = (time.monotonic() - began) / PAUSE_SECONDS
        failed = self.failed_calls() - before
        assert 0 < failed <= PROCESSES * BREAKERS * (THREADS + 1 + pauses)

    def failed_calls(self) -> float:
        """Return how many calls of Redis have failed so far, by the metrics of all processes."""
        page = Browser(self.stack.ports["web"], "", self.journal, Seen()).ask("GET", "/metrics").text
        return sum(map(float, re.findall(r"^parkbench_service_failures_total\{.*\} (\S+)$", page, re.MULTILINE)))

    def feel(self, mood: str) -> None:
        """Make the mail server feel like `mood`."""
        mood_file(self.stack.mails).write_text(mood)

    def met(self) -> list[str]:
        """Return the moods that mails have met so far."""
        file = met_file(self.stack.mails)
        return file.read_text().splitlines() if file.exists() else []

    def check(self) -> None:
        """Wait for the outbox, and compare everything with the journal."""
        self.start_what_has_ended()
        call = [str(self.journal.path), str(self.stack.mails), str(SETTLE_SECONDS)]
        assert json.loads(self.python("tests.services.checker", *call)) == []

    def start_what_has_ended(self) -> None:
        """Do what systemd does: a Celery worker ends by itself when Redis dies while it has a task in hand."""
        for program in self.stack.programs:
            if not program.is_running:
                program.start()

    def events(self, *, since: int) -> list[int]:
        """Return the live events of the article after `since`, as the database has them."""
        asked = "SELECT id FROM discussions_liveevent WHERE article_id = %s AND id > %s ORDER BY id"
        with psycopg.connect(self.stack.database_url) as connection:
            rows = connection.execute(asked, [self.world["article_id"], since]).fetchall()
        return [pk for (pk,) in rows]

    def latest_event(self) -> int:
        """Return the newest of them, 0 before the first."""
        return max([0, *self.events(since=0)])

    def mails_twice(self) -> dict[str, int]:
        """Return the mails that arrived more than once."""
        return mails_that_came_twice(self.stack.mails)

    def python(self, module: str, *arguments: str) -> str:
        """Run a module in the settings of the set and return what it prints."""
        call = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(call, env=self.stack.environ, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="session")
def started() -> Iterator[Run]:
    """Return the set, running in a folder of its own, which goes with it."""
    for service in (Postgres(), Redis()):
        if service.binary() is None:
            pytest.skip(f"{service.name} is not installed here: these tests kill one of their own")
    with tempfile.TemporaryDirectory(prefix="parkbench-stack-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        mail = ("-m", "tests.services.unwell_mail")
        stack = Stack(folder, ports_in({}), extra=IN_A_HURRY, nginx=nginx_binary(), mail=mail)
        stack.start()
        run = Run(stack, {}, Journal(folder / "journal"))
        try:
            run.world = json.loads(run.python("tests.services.world"))
            yield run
        finally:
            # Nobody will ask them for anything again: to let them end gracefully takes longer than a fault.
            for program in reversed(stack.programs):
                program.kill()
            run.journal.close()


@pytest.fixture
def run(started: Run) -> Run:
    """Return the set in good health."""
    started.feel("well")
    started.start_what_has_ended()
    return started
