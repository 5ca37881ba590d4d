"""The ratios that were promised, and what this run says of them."""

from __future__ import annotations

import math
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


FIRST, UNCACHED, KEPT = "135", "uncached first page", "cached first page"
GOALS = [
    Goal(f"{UNCACHED}, processor time to Django's floor", "cpu", (OURS, FIRST, 8), (ORM, FIRST, 8), at_most=1.3),
    Goal(f"{UNCACHED}, throughput to xtd's API", "rate", (OURS, FIRST, 8), (XTD, FIRST, 8), at_least=20),
    Goal(f"{UNCACHED}, throughput to isso", "rate", (OURS, FIRST, 8), (ISSO, FIRST, 8), at_least=30),
    Goal(f"{KEPT}, throughput to xtd's API", "rate", (CACHED, FIRST, 8), (XTD, FIRST, 8), at_least=20),
    Goal(f"{KEPT}, throughput to isso", "rate", (CACHED, FIRST, 8), (ISSO, FIRST, 8), at_least=30),
    Goal(f"{KEPT}, throughput to uvicorn and psycopg", "rate", (CACHED, FIRST, 8), (UVICORN, FIRST, 8), at_least=1),
    Goal("behind nginx, throughput to the file", "rate", (FRONT, FIRST, 8), (FILE, FIRST, 8), at_least=0.8),
    Goal("behind nginx, processor time to the file", "cpu", (FRONT, FIRST, 8), (FILE, FIRST, 8), at_most=1.25),
    Goal("growth, 135 to 10,000 comments, first page", "cpu_all", (OURS, "10000", 1), (OURS, FIRST, 1), at_most=1.3),
    Goal("half way down to the first page", "cpu_all", (OURS, "deep", 1), (OURS, "10000", 1), at_most=1.3),
    *[
        Goal(f"{name}, throughput to {them} at {n}", "rate", (OURS, name, n), (theirs, name, n), at_least=bound)
        for n in (8, 32)
        for name, them, theirs, bound in (
            ("post", "xtd", XTD, 3.0), ("post", "isso", ISSO, 1.0),
            ("vote", "xtd", XTD, 2.0), ("vote", "isso", ISSO, 1.0),
        )
    ],
]  # fmt: skip


def verdicts(results: Results) -> str:
    """Return a line for each goal that was measured."""
    lines = ["| goal | ratio | promise | |", "| --- | --- | --- | --- |"]
    for goal in GOALS:
        ratio = middle(results.timed.get(goal.ours), goal.what) / middle(results.timed.get(goal.theirs), goal.what)
        if math.isnan(ratio):  # one of the two was not measured
            continue
        kept = ratio <= goal.at_most if goal.at_most is not None else ratio >= (goal.at_least or 0)
        promise = f"≤ {goal.at_most:g}" if goal.at_most is not None else f"≥ {goal.at_least:g}"
        lines.append(f"| {goal.words} | {figure(ratio)} | {promise} | {'kept' if kept else 'not kept'} |")
    return "\n".join(lines)


def losses(problems: Sequence[str]) -> str:
    """Return what of the acknowledged writes was not found afterwards."""
    return "\n".join(f"- {problem}" for problem in problems) or "Every write that was acknowledged is there, once."
