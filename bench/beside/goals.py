"""The ratios that were promised, and what this run says of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.beside.measure import Results
from bench.beside.report import LABELS, figure, middle
from bench.beside.systems import CACHED, FILE, FRONT, ISSO, LARGE, ORM, OURS, UVICORN, XTD


@dataclass(frozen=True, slots=True)
class Goal:
    """`what` of `ours` against `theirs`; `bound` is at most or at least what the ratio may be."""

    words: str
    what: str
    ours: tuple[str, str, int]
    theirs: tuple[str, str, int]
    at_most: float | None = None
    at_least: float | None = None
    #: What is promised is a ratio of pages that show as many comments: see `as_many`.
    is_as_many: bool = False


SHORT, FIRST, UNCACHED, KEPT = "10", "135", "uncached first page", "cached first page"
#: Reads of the article of 10,000: every order, from its beginning and half way down.
SORTED = {
    "10000": "most voted, first page", "newest": "newest, first page", "oldest": "oldest, first page",
    "deep": "most voted, half way down", "deep-newest": "newest, half way down", "deep-oldest": "oldest, half way down",
}  # fmt: skip
#: What must not grow with the database.
STEADY = (FIRST, *SORTED, "permalink", "anywhere", "post", "reply", "vote")
GOALS = [
    Goal(f"{UNCACHED}, processor time to Django's floor", "cpu", (OURS, FIRST, 8), (ORM, FIRST, 8), at_most=1.3),
    Goal(f"{UNCACHED}, throughput to xtd's API", "rate", (OURS, FIRST, 8), (XTD, FIRST, 8), at_least=20),
    Goal(f"{UNCACHED}, throughput to isso", "rate", (OURS, FIRST, 8), (ISSO, FIRST, 8), at_least=30),
    Goal(f"{KEPT}, throughput to xtd's API", "rate", (CACHED, FIRST, 8), (XTD, FIRST, 8), at_least=20),
    Goal(f"{KEPT}, throughput to isso", "rate", (CACHED, FIRST, 8), (ISSO, FIRST, 8), at_least=30),
    Goal(f"{KEPT}, throughput to uvicorn and psycopg", "rate", (CACHED, FIRST, 8), (UVICORN, FIRST, 8), at_least=1),
    Goal("behind nginx, throughput to the file", "rate", (FRONT, FIRST, 8), (FILE, FIRST, 8), at_least=0.8),
    Goal("behind nginx, processor time to the file", "cpu", (FRONT, FIRST, 8), (FILE, FIRST, 8), at_most=1.25),
    *[
        Goal(f"growth, 135 to 10,000 comments in the article, {words}", "cpu_all", (OURS, name, 1), (OURS, FIRST, 1),
             at_most=1.3, is_as_many=True)
        for name, words in SORTED.items()
    ],
    *[
        Goal(f"growth, small to large database, {LABELS[name]}", "cpu_all", (LARGE, name, 1),
             (OURS, name, 1), at_most=1.2)
        for name in STEADY
    ],
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
        words, ratio = compared(goal, results)
        if math.isnan(ratio):  # one of the two was not measured
            continue
        kept = ratio <= goal.at_most if goal.at_most is not None else ratio >= (goal.at_least or 0)
        promise = f"≤ {goal.at_most:g}" if goal.at_most is not None else f"≥ {goal.at_least:g}"
        lines.append(f"| {words} | {figure(ratio)} | {promise} | {'kept' if kept else 'not kept'} |")
    return "\n".join(lines)


def compared(goal: Goal, results: Results) -> tuple[str, float]:
    """Return the goal in words and its ratio; not a number where one of the two was not measured."""
    cost = middle(results.timed.get(goal.ours), goal.what)
    ratio = cost / middle(results.timed.get(goal.theirs), goal.what)
    ours, theirs = results.answers.get(goal.ours[:2]), results.answers.get(goal.theirs[:2])
    if not (goal.is_as_many and ours and theirs and ours.shown and theirs.shown) or ours.shown == theirs.shown:
        return goal.words, ratio
    each, numbers = ratio * theirs.shown / ours.shown, f"{ours.shown} comments to {theirs.shown}"
    same = cost / as_many(results, goal, ours.shown)
    if math.isnan(same):
        return f"{goal.words}, for each comment shown ({numbers}; whole pages {figure(ratio)})", each
    more = f"as many shown ({numbers}; whole pages {figure(ratio)}, each comment {figure(each)})"
    return f"{goal.words}, {more}", same


def as_many(results: Results, goal: Goal, shown: int) -> float:
    """Return what `shown` comments would cost on a page of a small article: the line through those of 10 and of 135.

    A page has a part that does not grow with its comments, so neither whole pages nor the cost of each comment can be
    compared when they show different numbers. Not a number where the page of 10 was not measured.
    """
    name, _first, level = goal.theirs
    short, longer = results.answers.get((name, SHORT)), results.answers.get((name, FIRST))
    if not short or not longer or short.shown == longer.shown:
        return math.nan
    low, high = (middle(results.timed.get((name, each, level)), goal.what) for each in (SHORT, FIRST))
    return low + (high - low) * (shown - short.shown) / (longer.shown - short.shown)


def losses(problems: Sequence[str]) -> str:
    """Return what of the acknowledged writes was not found afterwards."""
    return "\n".join(f"- {problem}" for problem in problems) or "Every write that was acknowledged is there, once."
