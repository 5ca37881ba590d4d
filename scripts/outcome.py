"""What pytest said, as the few lines that close `make test`."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from defusedxml import ElementTree

COUNTED = ("failed", "errors", "passed", "skipped")


@dataclass(frozen=True)
class Outcome:
    """One run of the suite; `counts` is empty when pytest ended before it could count."""

    title: str
    status: int
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether pytest was content and at least one test passed: a run that only skips has shown nothing."""
        return self.status == 0 and self.counts.get("passed", 0) > 0


def read_outcome(title: str, status: int, report: Path) -> Outcome:
    """Return the outcome of a pytest that exited with `status` and wrote `report` in JUnit's format."""
    if not report.exists():
        return Outcome(title, status)
    suites = ElementTree.fromstring(report.read_text()).iter("testsuite")
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    seconds = 0.0
    for suite in suites:
        totals = {name: total + int(suite.get(name, "0")) for name, total in totals.items()}
        seconds += float(suite.get("time", "0"))
    good = totals["tests"] - totals["failures"] - totals["errors"] - totals["skipped"]
    counts = {"failed": totals["failures"], "errors": totals["errors"], "passed": good, "skipped": totals["skipped"]}
    return Outcome(title, status, counts, seconds)


def summary(outcomes: Sequence[Outcome], seconds: float) -> str:
    """Return a line for each run and, last, one for all of them; `seconds` is the time for everything."""
    lines = [f"{each.title}: {_in_words(each.counts, each.seconds, each.status)}" for each in outcomes]
    total = {name: sum(outcome.counts.get(name, 0) for outcome in outcomes) for name in COUNTED}
    status = next((outcome.status or 1 for outcome in outcomes if not outcome.passed), 0)
    where = " and ".join(outcome.title for outcome in outcomes)
    return "\n".join(["", *lines, f"=== {_in_words(total, seconds, status)} ({where}) ==="])


def _in_words(counts: dict[str, int], seconds: float, status: int) -> str:
    parts = [f"{counts[name]} {name}" for name in COUNTED if counts.get(name)] or ["no test was run"]
    return f"{', '.join(parts)} in {seconds:.2f}s{_ending(status)}"


def _ending(status: int) -> str:
    """Return what there is to say about an exit status; Python writes a signal as a negative one."""
    if status < 0:
        return f" (pytest was ended by {signal.Signals(-status).name})"
    return f" (exit status {status})" if status else ""
