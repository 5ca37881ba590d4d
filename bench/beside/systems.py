"""What is measured: how each system is started, asked, and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench.beside.client import Heed, Make, get, load
from scripts.stack.program import Problem, Program

#: Operation of reading → what it is called in tables.
READS = {
    "10": "first page, 10 comments",
    "135": "first page, 135",
    "1000": "first page, 1,000",
    "10000": "first page, 10,000",
    "newest": "newest, 10,000",
    "deep": "half way down, 10,000",
    "permalink": "one comment, 10,000",
}
WRITES = {"post": "post", "reply": "reply", "vote": "vote"}


@dataclass(slots=True)
class Writing:
    """How one operation writes: `make` the next request, `heed` the answers, and say what was `lost` of them."""

    make: Make
    heed: Heed
    lost: Callable[[], list[str]]


@dataclass(slots=True)
class System:
    """One thing that serves comments on a port of this machine."""

    name: str
    #: What it sends, so that nobody compares pears with apples.
    does: str
    port: int
    #: Whose processor time is counted as the system's own: what answers, and not the database.
    programs: list[Program]
    #: Operation → request.
    reads: Mapping[str, bytes]
    #: What one comment looks like in an answer, to count them.
    mark: bytes
    writes: dict[str, Writing] = field(default_factory=dict)
    #: Whose processor time is counted apart: database, cache, worker.
    helpers: list[Program] = field(default_factory=list)
    #: Operations that take so long that they are asked once.
    slow: set[str] = field(default_factory=set)

    def shown(self, answer: bytes) -> int:
        """Return how many comments an answer holds."""
        return len(re.findall(self.mark, answer))


def responds(port: int, path: str) -> Problem:
    """Return what says whether the system answers a request: gunicorn listens before its workers can."""

    def problem() -> str | None:
        try:
            told = load(port, lambda: get(path), concurrency=1, seconds=0)
        except OSError as error:
            return f"nobody answers on port {port} ({error})"
        return None if 0 not in told.statuses else f"no answer on port {port}"

    return problem
