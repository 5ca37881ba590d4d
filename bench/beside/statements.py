"""How many statements reach PostgreSQL for one request: read off its own log, which is switched on for that alone.

Each program says by `PGAPPNAME` who it is, so those that answer are told from the worker and the clock. This works for
everything that asks through libpq, peers included, and needs no extension.
"""

from __future__ import annotations

import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.beside.client import load
from bench.beside.measure import Plan, Queries, Results
from bench.beside.systems import System

REQUESTS = 5
#: Helpers are done when nothing of theirs has come for so long, or are not waited for any longer.
QUIET, PATIENCE = 0.5, 5.0
CONTROL = frozenset(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "START"))
SETTINGS = {"log_statement": "all", "log_line_prefix": "asked by <%a> ", "log_parameter_max_length": "0"}
# Further lines of a statement begin with a tab, so nobody's text is taken for one.
LINE = re.compile(r"^asked by <(.*?)> LOG:  (?:statement|execute [^:]+): (?:\n\t|[ (])*(\w+)", re.MULTILINE)

#: (who asked, whether it only begins or ends something) → how many
Seen = Counter[tuple[str, bool]]


def seen_in(log: str) -> Seen:
    """Return the statements of a piece of PostgreSQL's log."""
    return Counter((name, word.upper() in CONTROL) for name, word in LINE.findall(log))


def of(seen: Seen, names: Sequence[str], *, control: bool) -> int:
    """Return how many statements of these programs there are, of one kind."""
    return sum(seen[name, control] for name in names)


@contextmanager
def logged(url: str) -> Iterator[None]:
    """Have PostgreSQL log every statement inside."""

    def change(template: str) -> None:
        with psycopg.connect(url, autocommit=True) as base:
            for name, value in SETTINGS.items():
                base.execute(template.format(name=name, value=value).encode())
            base.execute("SELECT pg_reload_conf()")
        # Its processes hear of it by a signal.
        time.sleep(0.5)

    change("ALTER SYSTEM SET {name} = '{value}'")
    try:
        yield
    finally:
        change("ALTER SYSTEM RESET {name}")


def count(systems: Sequence[System], plan: Plan, results: Results, url: str, log: Path) -> None:
    """Ask each system a few times for everything that was measured, and note what reached PostgreSQL."""
    with logged(url):
        for system in systems:
            for name in (*plan.reads_of(system), *plan.writes_of(system)):
                # What never answered is left alone.
                if system.asks_as and any(key[:2] == (system.name, name) for key in results.timed):
                    results.queries[system.name, name] = _counted(system, name, log)


def _counted(system: System, name: str, log: Path) -> Queries:
    make, heed = system.asking(name)
    times = 1 if name in system.slow else REQUESTS
    began, each = log.stat().st_size, []
    for _n in range(times):
        before = log.stat().st_size
        load(system.port, make, concurrency=1, seconds=0, heed=heed)
        each.append(seen_in(_since(log, before)))

    def later() -> int:
        return of(seen_in(_since(log, began)), system.helpers_ask_as, control=False)

    own, control = (
        statistics.median(of(seen, system.asks_as, control=which) for seen in each) for which in (False, True)
    )
    is_writing = name in system.writes and system.helpers_ask_as
    return Queries(own, control, _when_quiet(later) / times if is_writing else 0.0)


def _when_quiet(tell: Callable[[], int]) -> int:
    """Return what `tell` says once it has said the same for a while."""
    until, said, since = time.monotonic() + PATIENCE, tell(), time.monotonic()
    while time.monotonic() < min(until, since + QUIET):
        time.sleep(0.1)
        now = tell()
        if now != said:
            said, since = now, time.monotonic()
    return said


def _since(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        return file.read().decode(errors="replace")
