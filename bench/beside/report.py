"""Tables of a run, as Markdown: medians of the rounds, with the smallest and the largest."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from bench.beside.burden import memory_mb
from bench.beside.measure import Result, Results
from bench.beside.systems import FILE, READS, WRITES, System

LABELS = {**READS, **WRITES}
HEAD = (
    "operation", "system", "p50 ms", "p95", "p99", "per second", "CPU ms", "with helpers", "load's share", "errors",
)  # fmt: skip
#: From this part of a core on, the load is one of those who fill the machine: where it shares two cores with two
#: processes that are as busy, it cannot get more than two thirds.
MUCH = 0.4


def tables(systems: Sequence[System], results: Results, concurrency: Sequence[int]) -> str:
    """Return everything that was measured."""
    parts = [answers(systems, results), per_comment(systems, results), queries(systems, results)]
    for level in concurrency:
        for title, names in ((f"Reading, {level} at once", READS), (f"Writing, {level} at once", WRITES)):
            rows = list(_rows(systems, results, names, level))
            if rows:
                parts.append(f"### {title}\n\n" + _table(HEAD, rows))
    return "\n\n".join([*filter(None, parts), bounded(results), memory(systems)])


def answers(systems: Sequence[System], results: Results) -> str:
    """Return what each system sends."""
    rows = []
    for name in READS:
        for system in systems:
            if found := results.answers.get((system.name, name)):
                sizes = [f"{size / 1000:.1f}" for size in (found.size, found.gzipped)]
                rows += [(READS[name], system.name, system.does, str(found.shown), *sizes)]
    return "### What is sent\n\n" + _table(("operation", "system", "what", "comments", "kB", "kB gzip"), rows)


def per_comment(systems: Sequence[System], results: Results) -> str:
    """Return what reading costs for each comment shown, at the concurrency that was measured most; empty if nothing.

    Systems show different numbers of comments, and a page has a part that does not grow with them.
    """
    rows = []
    for name in READS:
        for system in systems:
            sent = results.answers.get((system.name, name))
            levels = [key[2] for key in results.timed if key[:2] == (system.name, name)]
            if not sent or not sent.shown or not levels:
                continue
            found = results.timed[system.name, name, max(levels)]
            numbers = [middle(found, "cpu") * 1000, middle(found, "cpu_all") * 1000, sent.size, sent.gzipped]
            rows.append((READS[name], system.name, str(sent.shown), f"{max(levels)}",
                         *[figure(number / sent.shown) for number in numbers],
                         figure(middle(found, "rate") * sent.shown)))  # fmt: skip
    head = ("operation", "system", "comments", "at once", "CPU µs", "with helpers", "bytes", "gzip", "a second")
    words = "### Reading, for each comment shown\n\nMedians; 'a second' is how many comments were shown a second.\n\n"
    return words + _table(head, rows) if rows else ""


def queries(systems: Sequence[System], results: Results) -> str:
    """Return how many statements reached PostgreSQL for one request; empty if none were counted."""
    rows = []
    for name, label in LABELS.items():
        for system in systems:
            if found := results.queries.get((system.name, name)):
                later = f"{found.helpers:.1f}" if name in WRITES and system.helpers_ask_as else "–"
                rows.append((label, system.name, f"{found.own:g}", f"{found.control:g}", later))
    others = "; ".join(system.name for system in systems if not system.asks_as)
    words = (
        "### Queries of one request\n\nStatements that reached PostgreSQL, read off its log: the median of a few "
        "requests, one after the other."
    )
    words += f" Not counted: {others} (files, or SQLite in the process)." if others else ""
    head = ("operation", "system", "queries", "BEGIN, COMMIT, savepoints", "by worker and clock, later")
    return f"{words}\n\n{_table(head, rows)}" if rows else ""


def bounded(results: Results) -> str:
    """Return what the load could do at most, and which results say as much about it as about the system."""
    words = [
        "### The load",
        "One process on the same machine; 'load's share' is the part of one core that it took while it asked.",
    ]
    files = [(key[2], found) for key, found in results.timed.items() if key[0] == FILE]
    if files:
        level, found = max(files, key=lambda pair: pair[0])
        cost = middle(found, "load_cpu")
        words.append(
            f"The quickest that it was given to ask is nginx with a file: {figure(middle(found, 'rate'))} a second at "
            f"{level} at once, {figure(cost * 1000)} µs of its own processor for each, so {figure(1000 / cost)} a "
            "second are the most that it can do with a core to itself."
        )
    busy = sorted(
        f"{LABELS[name]}, {system} at {level} ({middle(found, 'load_share'):.0%})"
        for (system, name, level), found in results.timed.items()
        if middle(found, "load_share") >= MUCH
    )
    if busy:
        words.append(
            f"It took {MUCH:.0%} of a core or more, and so bounded what was counted a second, at: {'; '.join(busy)}. "
            "Of these, compare the processor time of a request, in which the load has no part."
        )
    else:
        words.append(f"It never took {MUCH:.0%} of a core: no result is bounded by it alone.")
    return "\n\n".join([words[0], " ".join(words[1:])])


def memory(systems: Sequence[System]) -> str:
    """Return the memory of each system's processes after the run."""
    rows = {system.name: f"{memory_mb(system.programs):.0f}" for system in systems}
    return "### Memory of what answers, after the run\n\n" + _table(("system", "MB"), list(rows.items()))


def _rows(systems: Sequence[System], results: Results, names: Iterable[str], level: int) -> Iterable[tuple[str, ...]]:
    for name in names:
        for system in systems:
            if found := results.timed.get((system.name, name, level)):
                errors = ", ".join(f"{status or 'none'}: {n}" for status, n in sorted(found.errors.items())) or "–"
                yield (LABELS[name], system.name, spread(found.p50), spread(found.p95), spread(found.p99),
                       spread(found.rate), spread(found.cpu), spread(found.cpu_all),
                       f"{middle(found, 'load_share'):.0%}", errors)  # fmt: skip


def spread(values: Sequence[float]) -> str:
    """Return the median, and the smallest and largest where there are several."""
    if len(values) == 1:
        return figure(values[0])
    return f"{figure(statistics.median(values))} ({figure(min(values))}–{figure(max(values))})"


def figure(value: float) -> str:
    """Return a number with three digits that mean something."""
    places = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 or value == 0 else 3
    return f"{value:,.{places}f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def middle(result: Result | None, what: str) -> float:
    """Return the median of one of a result's numbers; not a number where nothing was measured."""
    return statistics.median(getattr(result, what)) if result else float("nan")
