"""Time of all rules on one comment: 500 rules on 5,000 characters, and patterns and texts that are made to be slow.

    python -m bench.rules [--rounds N]

Needs no database. Prints the 99th percentile for each kind of text in milliseconds of the thread's own time, and exits
with 1 when one is above the promise of 25 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROMISE_MS = 25.0
#: Of a longer text, the rules read so many characters; the whole is only ever read once, to take the tags out.
READ = 5_500
LETTERS = "abcdefghijklmnopqrstuvwxyz"
EVIL_PATTERNS = (
    "(x+x+)+y", "([a-z]+)*[0-9]", "(.*)*(.*)*(.*)*z", "[ab]*a[ab]{500}", "(a?){50}a{50}", "[ab]*a[ab]{50}", ".*a.{20}",
    r"(?i)(?:\pL|\d){1000}", "((a{1,30}){1,30}){1,30}", "(a|aa)+$", "", ".*", "(a" * 60 + ")" * 60, "x" * 201,
)  # fmt: skip


def rules(how_many: int, rng: random.Random) -> list[dict[str, Any]]:
    """Return so many rules as a site has them: most list words, all look at numbers, one in ten is a pattern."""
    from moderation.rules.vocabulary import NORMALISERS

    ways = [None, list(NORMALISERS), ["fold_case", "strip_accents", "strip_invisible"]]
    written = []
    for i in range(how_many):
        words = ["".join(rng.choices(LETTERS, k=rng.randint(4, 9))) for _ in range(20)]
        if i % 10 == 0:
            leaf: dict[str, Any] = {"field": "text", "op": "matches", "value": f"{words[0]}[a-z]* +{words[1]}"}
        else:
            leaf = {"field": "text_without_quotes", "op": "has_any", "value": words}
            leaf |= {"with": ways[i % 3]} if ways[i % 3] else {}
        number = {"field": "links", "op": ">", "value": i % 7}
        when = {"any": [leaf, {"all": [number, {"field": "caps_ratio", "op": ">", "value": 0.9}]}]}
        written.append({"title": f"rule {i}", "when": when, "then": ["hold"]})
    return written


def texts(length: int, rng: random.Random) -> dict[str, str]:
    """Return texts of so many characters: plain ones, disguised ones, and ones that are bad for a matcher."""
    prose = " ".join("".join(rng.choices(LETTERS, k=rng.randint(2, 9))) for _ in range(length))
    return {
        "prose": prose[:length],
        "leet and signs": "".join(rng.choice("a4e3i1o0s5t7.-_* ") for _ in range(length)),
        "Cyrillic and accents": "".join(rng.choice("аеорсхéüñ\u0301\u200b tk") for _ in range(length)),
        "spelled out": " ".join(rng.choices(LETTERS, k=length // 2)),
        "one letter": "a" * length,
        "a and b": "".join(rng.choice("ab") for _ in range(length)),
        "signs": "!" * length,
    }


def p99(ruleset: Any, text: str, rounds: int) -> tuple[float, int]:
    """Return the 99th percentile in milliseconds, and how many of the rounds were cut short."""
    from moderation.rules.facts import Facts
    from moderation.rules.reading import Reading

    facts = Facts("post", datetime.now(UTC), Reading(text, text, (), ()))
    times, cut = [], 0
    for _ in range(rounds):
        start = time.thread_time()
        cut += ruleset.ask(facts).is_cut_short
        times.append((time.thread_time() - start) * 1000)
    return sorted(times)[max(int(0.99 * rounds) - 1, 0)], cut


def usable(patterns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a rule for each pattern that is not refused."""
    from moderation.rules.parse import NotARule, parse

    kept = []
    for pattern in patterns:
        row = {"title": "evil", "when": {"field": "text", "op": "matches", "value": pattern}, "then": ["hold"]}
        try:
            parse(row)
        except NotARule as error:
            print(f"  refused  {pattern[:30]!r:34} {error.problems[0].words}")
        else:
            kept.append(row)
    return kept


def main() -> int:
    """Measure, print, and return 1 when a promise is not kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from moderation.rules.engine import Rule, RuleSet
    from moderation.rules.parse import parse

    rng = random.Random(1)  # noqa: S311 — the same texts every time
    worst = 0.0
    sets = {"500 rules": rules(500, rng), "evil patterns": usable(EVIL_PATTERNS)}
    for name, written in sets.items():
        ruleset = RuleSet(Rule(i, 1, parse(row)) for i, row in enumerate(written))
        for length in (5_000, 20_000):
            for kind, text in texts(length, rng).items():
                took, cut = p99(ruleset, text[:READ], rounds)
                worst = max(worst, took)
                print(f"{name:14} {length:6} {kind:22} p99 {took:6.2f} ms{f'  cut short {cut}x' if cut else ''}")
    for row in sets["evil patterns"]:
        ruleset = RuleSet([Rule(0, 1, parse(row))])
        took, text = max((p99(ruleset, text[:READ], 20)[0], kind) for kind, text in texts(20_000, rng).items())
        worst = max(worst, took)
        print(f"one pattern, 20,000 characters  {row['when']['value'][:30]!r:34} p99 {took:6.2f} ms  ({text})")
    print(f"worst: {worst:.2f} ms, promised: {PROMISE_MS:.0f} ms")
    return int(worst > PROMISE_MS)


if __name__ == "__main__":
    sys.exit(main())
