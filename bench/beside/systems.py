"""What is measured: how each system is started, asked, and read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.beside.client import Heed, Make, get, load
from scripts.stack.program import Problem, Program

#: Names in tables, where goals look for them.
OURS, CACHED, FRONT, LITE = "Parkbench, PostgreSQL", "Parkbench, cached", "Parkbench behind nginx", "Parkbench, SQLite"
LARGE = "Parkbench, large database"
FILE, UVICORN, PLAIN, ORM = (
    "floor: nginx, a file", "floor: uvicorn, psycopg", "floor: Django, plain", "floor: Django, ORM",
)  # fmt: skip
ISSO, XTD, XTD_TAGS = "isso, SQLite", "xtd, REST API", "xtd, template tags"

#: Operation of reading → what it is called in tables. A first page is in the order that a system shows unasked.
READS = {
    "10": "first page, 10 comments",
    "135": "first page, 135",
    "1000": "first page, 1,000",
    "10000": "first page, 10,000",
    "newest": "newest, 10,000",
    "oldest": "oldest, 10,000",
    "deep": "half way down, 10,000",
    "deep-newest": "half way down newest, 10,000",
    "deep-oldest": "half way down oldest, 10,000",
    "permalink": "one comment, 10,000",
    "anywhere": "one comment, any of all",
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
    #: Operation → request, or requests that are asked in turn.
    reads: Mapping[str, bytes | Sequence[bytes]]
    #: What one comment looks like in an answer, to count them.
    mark: bytes
    writes: dict[str, Writing] = field(default_factory=dict)
    #: Whose processor time is counted apart: database, cache, worker.
    helpers: list[Program] = field(default_factory=list)
    #: What its processes call themselves to PostgreSQL, and helpers theirs; empty: their statements are not counted.
    asks_as: tuple[str, ...] = ()
    helpers_ask_as: tuple[str, ...] = ()
    #: Operations that take so long that they are asked once.
    slow: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Return whether the system can do this operation."""
        return name in self.reads or name in self.writes

    def asking(self, name: str) -> tuple[Make, Heed | None]:
        """Return what makes the requests of an operation, and what listens to the answers."""
        if writing := self.writes.get(name):
            return writing.make, writing.heed
        found = self.reads[name]
        requests = itertools.cycle([found] if isinstance(found, bytes) else found)
        return lambda: next(requests), None

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
