"""Rounds: every operation on every system in turn, so that a slow moment of the machine hits them alike."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.beside.burden import cpu_seconds, wait_until_at_rest
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
    #: The load itself: milliseconds of processor a request, and which part of one core it was.
    load_cpu: list[float] = field(default_factory=list)
    load_share: list[float] = field(default_factory=list)
    count: int = 0
    errors: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class Answer:
    """One answer, looked at: its size and how many comments are in it."""

    size: int
    gzipped: int
    shown: int


@dataclass(slots=True)
class Queries:
    """What reached PostgreSQL for one request."""

    #: By the processes that answer: queries, and what only opens and ends transactions and savepoints.
    own: float
    control: float
    #: By worker, clock and live process, afterwards.
    helpers: float


@dataclass(slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    seconds: float
    concurrency: Sequence[int]
    reads: Sequence[str] = tuple(READS)
    writes: Sequence[str] = tuple(WRITES)
    #: System → reads of it alone, at the lowest concurrency.
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def reads_of(self, system: System) -> list[str]:
        """Return which reads of this system are measured, in the order of `READS`."""
        wanted = {*self.reads, *self.more.get(system.name, ())}
        return [name for name in READS if name in wanted and system.has(name)]

    def writes_of(self, system: System) -> list[str]:
        """Return which writes of this system are measured."""
        return [name for name in self.writes if system.has(name)]

    def levels(self, name: str) -> Sequence[int]:
        """Return at which concurrencies an operation is measured."""
        return self.concurrency if name in (*self.reads, *self.writes) else self.concurrency[:1]


Key = tuple[str, str, int]


@dataclass(slots=True)
class Results:
    """Everything that was measured: (system, operation, concurrency) → result."""

    timed: dict[Key, Result] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    queries: dict[tuple[str, str], Queries] = field(default_factory=dict)


def measure(systems: Sequence[System], plan: Plan, say: Callable[[str], None]) -> Results:
    """Carry the plan out."""
    results = Results()
    for system in systems:
        for name in plan.reads_of(system):
            say(f"looking at {system.name}, {name}")
            look_at(results, system, name)
    say("warming up")
    for system in systems:
        for name in (*plan.reads_of(system), *plan.writes_of(system)):
            _warm_up(system, name)
        wait_until_at_rest(system.helpers)
    for number in range(plan.rounds):
        say(f"round {number + 1} of {plan.rounds}")
        for name in (*READS, *WRITES):
            for system in _in_turn(systems, number):
                if name in (*plan.reads_of(system), *plan.writes_of(system)):
                    _round(results, system, name, plan)
    return results


def look_at(results: Results, system: System, name: str) -> None:
    """Ask once, and note what comes; what takes `SLOW` or longer is not asked again, and what never comes neither.

    Raises `RuntimeError` for an answer that is none.
    """
    seen: list[bytes] = []
    make, _heed = system.asking(name)
    before = cpu_seconds(system.programs), cpu_seconds([*system.programs, *system.helpers])
    told = load(system.port, make, concurrency=1, seconds=0, heed=lambda _a, _s, answer: seen.append(answer))
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
    make, heed = system.asking(name)
    load(system.port, make, concurrency=8, seconds=0.2, at_least=24, heed=heed)


def _round(results: Results, system: System, name: str, plan: Plan) -> None:
    if name in system.slow:
        return
    make, heed = system.asking(name)
    for concurrency in plan.levels(name):
        before = cpu_seconds(system.programs), cpu_seconds([*system.programs, *system.helpers])
        told = load(system.port, make, concurrency=concurrency, seconds=plan.seconds, heed=heed)
        if name in system.writes and system.helpers:
            # What follows a write belongs to it, and not to what is measured next.
            wait_until_at_rest(system.helpers)
        _note(results.timed.setdefault((system.name, name, concurrency), Result()), told, system, before)


def _note(result: Result, told: Load, system: System, before: tuple[float, float]) -> None:
    count = max(len(told.times), 1)
    result.cpu.append((cpu_seconds(system.programs) - before[0]) * 1000 / count)
    result.cpu_all.append((cpu_seconds([*system.programs, *system.helpers]) - before[1]) * 1000 / count)
    for share, values in ((0.5, result.p50), (0.95, result.p95), (0.99, result.p99)):
        values.append(percentile(told.times or [float("inf")], share))
    result.rate.append(told.rate)
    result.load_cpu.append(told.own_cpu * 1000 / count)
    result.load_share.append(told.own_cpu / told.seconds if told.seconds else 0.0)
    result.count += count
    result.errors.update({status: n for status, n in told.statuses.items() if not 200 <= status < 300})


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` of all do not exceed."""
    return sorted(values)[max(round(share * len(values)) - 1, 0)]
