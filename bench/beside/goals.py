"""The ratios that were promised, and what this run says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.beside.measure import Results
from bench.beside.report import figure, middle

OURS, CACHED, FRONT = "Parkbench, PostgreSQL", "Parkbench, cached", "Parkbench behind nginx"
FILE, UVICORN, ORM = "floor: nginx, a file", "floor: uvicorn, psycopg", "floor: Django, ORM"
ISSO, XTD = "isso, SQLite", "xtd, REST API"


@dataclass(frozen=True, slots=True)
class Goal:
    """`what` of `ours` against `theirs`; `bound` is at most or at least what the ratio may be."""

    words: str
    what: str
    ours: tuple[str, str, int]
    theirs: tuple[str, str, int]
    at_most: float | None = None
    at_least: float | None = None


GOALS = [
    Goal("uncached first page, processor time to Django's floor", "cpu", (OURS, "135", 8), (ORM, "135", 8), at_most=1.3),
    Goal("uncached first page, throughput to xtd's API", "rate", (OURS, "135", 8), (XTD, "135", 8), at_least=20),
    Goal("uncached first page, throughput to isso", "rate", (OURS, "135", 8), (ISSO, "135", 8), at_least=30),
    Goal("cached first page, throughput to xtd's API", "rate", (CACHED, "135", 8), (XTD, "135", 8), at_least=20),
    Goal("cached first page, throughput to isso", "rate", (CACHED, "135", 8), (ISSO, "135", 8), at_least=30),
    Goal("cached first page, throughput to uvicorn and psycopg", "rate", (CACHED, "135", 8), (UVICORN, "135", 8), at_least=1),
    Goal("behind nginx, throughput to the file", "rate", (FRONT, "135", 8), (FILE, "135", 8), at_least=0.8),
    Goal("behind nginx, processor time to the file", "cpu", (FRONT, "135", 8), (FILE, "135", 8), at_most=1.25),
    Goal("growth, 135 to 10,000 comments, first page", "cpu_all", (OURS, "10000", 1), (OURS, "135", 1), at_most=1.3),
    Goal("half way down to the first page", "cpu_all", (OURS, "deep", 1), (OURS, "10000", 1), at_most=1.3),
    *[
        Goal(f"{name}, throughput to {them} at {level}", "rate", (OURS, name, level), (theirs, name, level), at_least=bound)
        for level in (8, 32)
        for name, them, theirs, bound in (
            ("post", "xtd", XTD, 3.0), ("post", "isso", ISSO, 1.0), ("vote", "xtd", XTD, 2.0), ("vote", "isso", ISSO, 1.0),
        )
    ],
]  # fmt: skip


def verdicts(results: Results) -> str:
    """Return a line for each goal that was measured."""
    lines = ["| goal | ratio | promise | |", "| --- | --- | --- | --- |"]
    for goal in GOALS:
        ratio = middle(results.timed.get(goal.ours), goal.what) / middle(results.timed.get(goal.theirs), goal.what)
        if ratio != ratio:  # noqa: PLR0124  # not a number: one of the two was not measured
            continue
        kept = ratio <= goal.at_most if goal.at_most is not None else ratio >= (goal.at_least or 0)
        promise = f"≤ {goal.at_most:g}" if goal.at_most is not None else f"≥ {goal.at_least:g}"
        lines.append(f"| {goal.words} | {figure(ratio)} | {promise} | {'kept' if kept else 'not kept'} |")
    return "\n".join(lines)


def losses(problems: Sequence[str]) -> str:
    """Return what of the acknowledged writes was not found afterwards."""
    return "\n".join(f"- {problem}" for problem in problems) or "Every write that was acknowledged is there, once."
