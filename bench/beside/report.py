"""Tables of a run, as Markdown: medians of the rounds, with the smallest and the largest."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from bench.beside.burden import memory_mb
from bench.beside.measure import Result, Results
from bench.beside.systems import READS, WRITES, System

#: What ratios are to.
FLOOR = "floor: Django, ORM"


def tables(systems: Sequence[System], results: Results, concurrency: Sequence[int]) -> str:
    """Return everything that was measured."""
    parts = [answers(systems, results)]
    for level in concurrency:
        for title, names in ((f"Reading, {level} at once", READS), (f"Writing, {level} at once", WRITES)):
            rows = list(_rows(systems, results, names, level))
            if rows:
                parts.append(f"### {title}\n\n" + _table(HEAD, rows))
    return "\n\n".join([*parts, memory(systems)])


HEAD = ("operation", "system", "p50 ms", "p95", "p99", "per second", "CPU ms", "with helpers", "errors")


def answers(systems: Sequence[System], results: Results) -> str:
    """Return what each system sends."""
    rows = []
    for name in READS:
        for system in systems:
            if found := results.answers.get((system.name, name)):
                sizes = [f"{size / 1000:.1f}" for size in (found.size, found.gzipped)]
                rows += [(READS[name], system.name, system.does, str(found.shown), *sizes)]
    return "### What is sent\n\n" + _table(("operation", "system", "what", "comments", "kB", "kB gzip"), rows)


def memory(systems: Sequence[System]) -> str:
    """Return the memory of each system's processes after the run."""
    rows = {system.name: f"{memory_mb(system.programs):.0f}" for system in systems}
    return "### Memory of what answers, after the run\n\n" + _table(("system", "MB"), list(rows.items()))


def _rows(systems: Sequence[System], results: Results, names: Iterable[str], level: int) -> Iterable[tuple[str, ...]]:
    labels = {**READS, **WRITES}
    for name in names:
        for system in systems:
            if found := results.timed.get((system.name, name, level)):
                errors = ", ".join(f"{status or 'none'}: {n}" for status, n in sorted(found.errors.items())) or "–"
                yield (labels[name], system.name, spread(found.p50), spread(found.p95), spread(found.p99),
                       spread(found.rate), spread(found.cpu), spread(found.cpu_all), errors)  # fmt: skip


def spread(values: Sequence[float]) -> str:
    """Return the median, and the smallest and largest where there are several."""
    if len(values) == 1:
        return figure(values[0])
    return f"{figure(statistics.median(values))} ({figure(min(values))}–{figure(max(values))})"


def figure(value: float) -> str:
    """Return a number with three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def middle(result: Result | None, what: str) -> float:
    """Return the median of one of a result's numbers; not a number where nothing was measured."""
    return statistics.median(getattr(result, what)) if result else float("nan")
