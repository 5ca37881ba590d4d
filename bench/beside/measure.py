"""Rounds: every operation on every system in turn, so that a slow moment of the machine hits them alike."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.beside.burden import cpu_seconds
from bench.beside.client import Load, load
from bench.beside.systems import READS, WRITES, System

#: Milliseconds from which an operation is asked once, and no more.
SLOW = 2_500.0


@dataclass(slots=True)
class Result:
    """What one operation of one system came to at one concurrency, a number for each round."""

    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    #: Milliseconds of processor a request: the system's own processes, and all that serve it.
    cpu: list[float] = field(default_factory=list)
    cpu_all: list[float] = field(default_factory=list)
    count: int = 0
    errors: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class Answer:
    """One answer, looked at: its size and how many comments are in it."""

    size: int
    gzipped: int
    shown: int


@dataclass(slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    seconds: float
    concurrency: Sequence[int]
    reads: Sequence[str] = tuple(READS)
    writes: Sequence[str] = tuple(WRITES)


Key = tuple[str, str, int]


@dataclass(slots=True)
class Results:
    """Everything that was measured: (system, operation, concurrency) → result."""

    timed: dict[Key, Result] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)


def measure(systems: Sequence[System], plan: Plan, say: Callable[[str], None]) -> Results:
    """Carry the plan out."""
    results = Results()
    for system in systems:
        for name in _names(system, plan.reads):
            say(f"looking at {system.name}, {name}")
            look_at(results, system, name)
    say("warming up")
    for system in systems:
        for name in _names(system, (*plan.reads, *plan.writes)):
            _warm_up(system, name)
    for number in range(plan.rounds):
        say(f"round {number + 1} of {plan.rounds}")
        for name in (*plan.reads, *plan.writes):
            for system in _in_turn(systems, number):
                if name in system.reads or name in system.writes:
                    _round(results, system, name, plan)
    return results


def _names(system: System, names: Sequence[str]) -> list[str]:
    """Return which of these operations the system has."""
    return [name for name in names if name in system.reads or name in system.writes]


def look_at(results: Results, system: System, name: str) -> None:
    """Ask once, and note what comes; what takes `SLOW` or longer is not asked again, and what never comes neither.

    Raises `RuntimeError` for an answer that is none.
    """
    seen: list[bytes] = []
    request = system.reads[name]
    before = cpu_seconds(system.programs), cpu_seconds([*system.programs, *system.helpers])
    told = load(system.port, lambda: request, concurrency=1, seconds=0, heed=lambda _a, _s, answer: seen.append(answer))
    if seen and told.statuses != {200: 1}:
        raise RuntimeError(f"{system.name}, {name}: {dict(told.statuses)}\n{seen[0][:2000].decode(errors='replace')}")
    body = seen[0].partition(b"\r\n\r\n")[2] if seen else b""
    results.answers[system.name, name] = Answer(len(body), len(gzip.compress(body, 6)), system.shown(body))
    if not seen or told.times[0] > SLOW:
        system.slow.add(name)
    if seen and told.times[0] > SLOW:
        result = results.timed.setdefault((system.name, name, 1), Result())
        _note(result, told, system, before)


def _in_turn(systems: Sequence[System], number: int) -> Sequence[System]:
    """Return the systems beginning with another one each time."""
    start = number % len(systems)
    return [*systems[start:], *systems[:start]]


def _warm_up(system: System, name: str) -> None:
    """Have every worker do it once or twice: what is loaded when it is first needed has been loaded then."""
    if name in system.slow:
        return
    writing, request = system.writes.get(name), system.reads.get(name, b"")
    make, heed = (writing.make, writing.heed) if writing else ((lambda: request), None)
    load(system.port, make, concurrency=8, seconds=0.2, at_least=24, heed=heed)


def _round(results: Results, system: System, name: str, plan: Plan) -> None:
    if name in system.slow:
        return
    writing = system.writes.get(name)
    request = system.reads.get(name, b"")
    for concurrency in plan.concurrency:
        before = cpu_seconds(system.programs), cpu_seconds([*system.programs, *system.helpers])
        told = load(
            system.port, writing.make if writing else lambda: request, concurrency=concurrency, seconds=plan.seconds,
            heed=writing.heed if writing else None,
        )  # fmt: skip
        _note(results.timed.setdefault((system.name, name, concurrency), Result()), told, system, before)


def _note(result: Result, told: Load, system: System, before: tuple[float, float]) -> None:
    count = max(len(told.times), 1)
    result.cpu.append((cpu_seconds(system.programs) - before[0]) * 1000 / count)
    result.cpu_all.append((cpu_seconds([*system.programs, *system.helpers]) - before[1]) * 1000 / count)
    for share, values in ((0.5, result.p50), (0.95, result.p95), (0.99, result.p99)):
        values.append(percentile(told.times or [float("inf")], share))
    result.rate.append(told.rate)
    result.count += count
    result.errors.update({status: n for status, n in told.statuses.items() if not 200 <= status < 300})


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` of all do not exceed."""
    return sorted(values)[max(round(share * len(values)) - 1, 0)]
