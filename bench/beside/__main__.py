"""Parkbench beside isso, django-comments-xtd and four floors: the same comments, one machine, one run.

    python -m bench.beside [--quick] [--large] [--only WORDS] [--systems WORDS] [--out FILE] [--ports-from N]

Starts everything on the loopback with two worker processes each, in a folder of its own, and prints tables in Markdown.
The load comes from the same machine and takes its share of it. Exits with 1 when an acknowledged write of Parkbench is
not there afterwards, or one of its requests failed.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.beside import corpus, goals, large, report, statements
from bench.beside.measure import Plan, Results, measure
from bench.beside.systems import LARGE, OURS, READS, WRITES, System
from bench.beside.visible import seconds_until_visible
from bench.beside.world import World, asker

QUICK = Plan(
    rounds=3, seconds=0.5, concurrency=(1, 8), reads=(goals.FIRST, "10000", "deep"),
    # For growth with the article, which is promised for every order.
    more={OURS: (goals.SHORT, *goals.SORTED)},
)  # fmt: skip
FULL = Plan(rounds=5, seconds=2.0, concurrency=(1, 8, 32))


def main() -> int:
    """Measure, print, and return the exit code."""
    given = arguments()
    plan = planned(given)
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {words}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="parkbench-beside-") as name, ExitStack() as stack:
        wanted = [part for part in given.systems.split(",") if part]

        def wants(name: str) -> bool:
            return not wanted or any(part in name for part in wanted)

        world = World(Path(name), given.ports_from, say, wants=wants, large_total=given.large)
        world.start(stack)
        systems = [each for each in world.systems if wants(each.name)]
        results = measure(systems, plan, say)
        say("counting queries")
        statements.count(systems, plan, results, world.stack.database_url, world.database.log)
        seen = seconds_until_visible(
            world.run, world.ports["front"], world.ports["web"], world.told, asker(world.stack.database_url)
        )
        say("looking for what was lost")
        problems = lost(systems)
        text = told(systems, results, plan, problems, seen)
    print(text)
    if given.out:
        given.out.write_text(text + "\n")
    return int(any("Parkbench" in problem for problem in [*problems, *failed(results)]))


def arguments() -> argparse.Namespace:
    """Return what was asked for; what is meant for other measurements is passed over."""
    parser = argparse.ArgumentParser(prog="bench.beside", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer pages and rounds: some minutes")
    parser.add_argument(
        "--large", type=int, nargs="?", const=large.COMMENTS, default=0, metavar="N",
        help=f"beside a second database of N comments, {large.COMMENTS:,} if not said: some minutes more",
    )  # fmt: skip
    parser.add_argument("--only", default="", help="operations, such as 135,vote")
    parser.add_argument("--systems", default="", help="parts of names, such as Parkbench,floor")
    parser.add_argument("--concurrency", default="", help="how many at once, such as 1,8")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--ports-from", type=int, default=None)
    parser.add_argument("--out", type=Path)
    return parser.parse_known_args()[0]


def planned(given: argparse.Namespace) -> Plan:
    """Return the plan that was asked for."""
    plan = QUICK if given.quick else FULL
    only = [part for part in given.only.split(",") if part]
    steady = dict.fromkeys((OURS, LARGE), (goals.SHORT, *goals.STEADY)) if given.large else {}
    return Plan(
        rounds=given.rounds or plan.rounds,
        seconds=given.seconds or plan.seconds,
        concurrency=[int(part) for part in given.concurrency.split(",") if part] or plan.concurrency,
        reads=[name for name in READS if name in only] if only else plan.reads,
        writes=[name for name in WRITES if name in only] if only else plan.writes,
        more={} if only else {**plan.more, **steady},
    )


def lost(systems: list[System]) -> list[str]:
    """Return what was acknowledged and is not there, or is counted wrongly."""
    found = []
    for system in systems:
        for name, writing in system.writes.items():
            problems = writing.lost()
            more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
            if problems:
                found.append(f"{system.name}, {name}: {'; '.join(problems[:3])}{more}")
    return found


def failed(results: Results) -> list[str]:
    """Return which requests of which system failed."""
    return [f"{key[0]}: {dict(result.errors)}" for key, result in results.timed.items() if result.errors]


def told(systems: list[System], results: Results, plan: Plan, problems: list[str], seen: list[float]) -> str:
    """Return the whole report."""
    machine = f"{psutil.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB, {platform.machine()}"
    about = (
        f"{datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}; two worker processes each, the "
        f"load from the same machine; {plan.rounds} rounds of {plan.seconds:g} s, median (smallest–largest). In the "
        f"database are {sum(corpus.SIZES):,} comments; in the large one, if it was asked for, as many as its line says."
    )
    trials = f"Seconds until a new comment is seen through the proxy, {len(seen)} trials"
    parts = [about, report.tables(systems, results, plan.concurrency), "### Promises", goals.verdicts(results),
             f"{trials}: {report.spread(seen)} (promise ≤ 1).",
             "### Nothing lost", goals.losses(problems)]  # fmt: skip
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
