"""Where passages go when articles are edited: ours beside two simpler methods, on real histories of articles.

    python -m bench.passages [--half 0|1] [--explain wrong,missed]

Reads `passages/revisions-dev.jsonl.gz` below `PARKBENCH_DATA` (or `../shared/data`): pairs of revisions with quotes and
the truth about each. Prints how many were right, missed and wrong, and how long 200 passages of a long article take.
Exits with 1 when a promise is not kept. `--half` looks at every second article only, to choose on one half and to
report on the other.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from discussions.passages.align import Alignment, align
from discussions.passages.anchor import overlap, reanchor
from discussions.passages.canon import Span

FILE = "passages/revisions-dev.jsonl.gz"
PROMISES = "right ≥ 99.3 %, wrong ≤ 0.08 %, deleted → wrong ≤ 0.3 %, edited found ≥ 98.5 %, 200 passages ≤ 400 ms"
OUTCOMES = ("right", "missed", "wrong")
PASSAGES, LENGTH = 200, 50_000

Method = Callable[[Alignment, Span], Span | None]


def ours(alignment: Alignment, passage: Span) -> Span | None:
    """Find it with the text it came from, its words and what stands around it."""
    place = reanchor(alignment, passage).place
    return place.span if place else None


def nearest_exact(alignment: Alignment, passage: Span) -> Span | None:
    """Find the same words, those nearest to where they were."""
    quote = alignment.old[passage.start : passage.end]
    places, at = [], alignment.new.find(quote)
    while at >= 0:
        places.append(at)
        at = alignment.new.find(quote, at + 1)
    best = min(places, key=lambda place: abs(place - passage.start), default=None)
    return None if best is None else Span(best, best + len(quote))


def best_fuzzy(alignment: Alignment, passage: Span) -> Span | None:
    """Find the most similar words, if four in five letters agree."""
    quote = alignment.old[passage.start : passage.end]
    found = fuzz.partial_ratio_alignment(quote, alignment.new, score_cutoff=80)
    return None if found is None else Span(found.dest_start, found.dest_end)


METHODS: dict[str, Method] = {"nearest exact": nearest_exact, "best fuzzy ≥ 80": best_fuzzy, "ours": ours}


@dataclass
class Tally:
    """The outcomes of one method."""

    outcomes: Counter[str] = field(default_factory=Counter)
    by_class: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, cls: str, truth: Span | None, found: Span | None) -> str:
        """Judge one passage: right is half of the union shared, or no place where there is none."""
        if found is None:
            outcome = "right" if truth is None else "missed"
        else:
            outcome = "right" if truth is not None and overlap(found, truth) >= 0.5 else "wrong"
        self.outcomes[outcome] += 1
        self.by_class.setdefault(cls, Counter())[outcome] += 1
        return outcome

    def percent(self, outcome: str, cls: str = "") -> float:
        """Return the share of an outcome, of all passages or of one class."""
        counts = self.by_class.get(cls, Counter()) if cls else self.outcomes
        return 100 * counts[outcome] / max(sum(counts.values()), 1)


def source() -> Path:
    """Return where the histories are, if they are."""
    base = Path(os.environ.get("PARKBENCH_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    return base / FILE


def articles(half: int | None) -> Iterator[dict[str, Any]]:
    """Yield the pairs of revisions; with `half` those of every second article."""
    with gzip.open(source(), "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if half is None or sha256(f"{row['repo']}{row['path']}".encode()).digest()[0] % 2 == half:
                yield row


def tally(rows: list[dict[str, Any]], explain: str = "") -> dict[str, Tally]:
    """Return what each method makes of the passages."""
    tallies = {name: Tally() for name in METHODS}
    for row in rows:
        alignment = align(row["old"], row["new"])
        for quote in row["quotes"]:
            passage = Span(quote["start"], quote["end"])
            truth = None if quote["t0"] is None else Span(quote["t0"], quote["t1"])
            for name, find in METHODS.items():
                found = find(alignment, passage)
                outcome = tallies[name].count(quote["cls"], truth, found)
                if name == "ours" and explain and outcome in explain.split(","):
                    _explain(row, quote, truth, found, outcome)
    return tallies


def _explain(row: dict[str, Any], quote: dict[str, Any], truth: Span | None, found: Span | None, outcome: str) -> None:
    print(f"{outcome} {quote['cls']} {quote['shape']} {row['id'][-70:]}\n  quote {quote['quote']!r}")
    for name, span in (("truth", truth), ("found", found)):
        print(f"  {name} {row['new'][span.start : span.end]!r} at {span.start}" if span else f"  {name} nowhere")


def seconds_for_many(rows: list[dict[str, Any]]) -> tuple[float, int]:
    """Return the time for 200 passages of an article of about 50,000 characters, and its length."""
    by_length = sorted(rows, key=lambda row: len(row["old"]))
    old, new, spans = "", "", []
    for row in reversed(by_length):
        if len(old) + len(row["old"]) > LENGTH:
            continue
        spans += [Span(len(old) + quote["start"], len(old) + quote["end"]) for quote in row["quotes"]]
        old, new = f"{old}{row['old']}\n", f"{new}{row['new']}\n"
    spans = (spans * (PASSAGES // max(len(spans), 1) + 1))[:PASSAGES]
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        alignment = align(old, new)
        for span in spans:
            reanchor(alignment, span)
        best = min(best, time.perf_counter() - start)
    return best, len(old)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--explain", default="", help="outcomes of ours to print one by one: wrong,missed")
    given = parser.parse_args()
    if not source().exists():
        print("passages: not measured, because the histories of articles are not here; PARKBENCH_DATA says where")
        return 0
    rows = list(articles(given.half))
    tallies = tally(rows, given.explain)
    print(f"{sum(len(row['quotes']) for row in rows):,} passages in {len(rows)} pairs of revisions")
    print(f"{'':>16}  right / missed / WRONG, %   deleted → wrong   edited found")
    for name, counts in tallies.items():
        shares = " / ".join(f"{counts.percent(outcome):6.2f}" for outcome in OUTCOMES)
        deleted, edited = counts.percent("wrong", "deleted"), counts.percent("right", "edited")
        print(f"{name:>16}  {shares}   {deleted:15.2f}   {edited:12.2f}")
    own = tallies["ours"]
    for cls, outcomes in sorted(own.by_class.items()):
        print(f"{cls:>16}  {', '.join(f'{outcomes[outcome]} {outcome}' for outcome in OUTCOMES)}")
    taken, length = seconds_for_many(rows)
    print(f"{PASSAGES} passages in {length:,} characters: {taken * 1000:.0f} ms")
    print(f"promised: {PROMISES}")
    kept = (
        own.percent("right") >= 99.3,
        own.percent("wrong") <= 0.08,
        own.percent("wrong", "deleted") <= 0.3,
        own.percent("right", "edited") >= 98.5,
        taken <= 0.4,
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
