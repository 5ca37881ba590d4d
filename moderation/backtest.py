"""What a rule would have done: the figures, worked out comment by comment. Pure but for the clock.

History holds only what earlier rules and moderators let through, so a figure is an estimate; the page says so.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from moderation.rules.engine import Rule, RuleSet
from moderation.rules.facts import FROM_TEXT, Facts
from moderation.rules.language import All, Condition, Definition, Leaf, Not, OneOf, leaves_of
from moderation.rules.vocabulary import NORMALISERS

#: Comments to read, of those that fit and of those that nearly do.
SAMPLES = 50
#: Near misses are looked for among the latest so many.
LOOKED_FOR_NEAR = 5_000
#: What is known of a comment of the past as it was then.
KNOWN_OF_THE_PAST = FROM_TEXT - {"text_added"} | {
    "article", "section", "article_age", "is_reply", "depth", "parent_author_is_same", "account_age", "published_count",
    "is_guest", "name", "reports", "score", "same_text_of_others", "near_duplicate_of_others",
}  # fmt: skip
_AGES = ((24, "day"), (24 * 7, "week"), (24 * 30, "month"))


@dataclass(frozen=True, slots=True)
class Past:
    """A comment that is there, as the figures need it."""

    id: int
    facts: Facts
    created_at: datetime
    section: str
    #: Hours that the account had been there; None: a guest.
    account_age: float | None
    #: A person has taken it down.
    is_removed: bool


@dataclass(slots=True)
class Tally:
    """How many, how many of them fit, and how many of those had been taken down."""

    scanned: int = 0
    matched: int = 0
    right: int = 0


@dataclass(slots=True)
class Figures:
    """Everything that is counted."""

    total: Tally = field(default_factory=Tally)
    removed: int = 0
    in_doubt: int = 0
    sections: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    ages: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    matches: deque[int] = field(default_factory=lambda: deque(maxlen=SAMPLES))
    near: deque[int] = field(default_factory=lambda: deque(maxlen=SAMPLES))
    times: list[float] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def precision(self) -> float | None:
        """Return the share of the matches that people had taken down; None without a match."""
        return self.total.right / self.total.matched if self.total.matched else None

    @property
    def recall(self) -> float | None:
        """Return the share of what people had taken down that fits; None when nothing was."""
        return self.total.right / self.removed if self.removed else None

    def as_json(self) -> dict[str, Any]:
        """Return what a backtest stores."""
        return {
            "share": self.total.matched / self.total.scanned if self.total.scanned else 0,
            "right": self.total.right,
            "removed": self.removed,
            "recall": self.recall,
            "in_doubt": self.in_doubt,
            "per_hour": self.total.matched / self._hours(),
            "sections": _rows(self.sections),
            "ages": _rows(self.ages),
            "matches": list(self.matches),
            "near": list(self.near),
            "p50_ms": _percentile(self.times, 0.5),
            "p95_ms": _percentile(self.times, 0.95),
        }

    def _hours(self) -> float:
        if self.first_at is None or self.last_at is None:
            return 1
        return max((self.last_at - self.first_at).total_seconds() / 3600, 1)


class Trial:
    """One version of a rule, tried on comments one after the other, oldest first."""

    def __init__(self, definition: Definition) -> None:
        """Take the rule. Whether it is over does not matter for the past."""
        definition = replace(definition, expires_on="")
        # Of the events that a rule is for, the last is the one of which most is known.
        self.event = definition.applies_to[-1]
        self.figures = Figures()
        self._rules = RuleSet([Rule(0, 0, definition)])
        #: What it asks for.
        self.keys = self._rules.keys(self.event)
        self._near = RuleSet([Rule(0, 0, nearly(definition))])

    def look_at(self, past: Past, *, may_be_near: bool) -> None:
        """Count one comment in; `may_be_near`: look whether it nearly fits, too."""
        started = time.thread_time()
        hits = self._rules.ask(past.facts).hits
        figures = self.figures
        figures.times.append(1000 * (time.thread_time() - started))
        fits = bool(hits) and hits[0].is_certain
        figures.in_doubt += bool(hits) and not fits
        figures.removed += past.is_removed
        figures.first_at = figures.first_at or past.created_at
        figures.last_at = past.created_at
        for tally in (figures.total, figures.sections[past.section], figures.ages[age_group(past.account_age)]):
            tally.scanned += 1
            tally.matched += fits
            tally.right += fits and past.is_removed
        if fits:
            figures.matches.append(past.id)
        elif may_be_near and any(hit.is_certain for hit in self._near.ask(past.facts).hits):
            figures.near.append(past.id)


def nearly(definition: Definition) -> Definition:
    """Return a rule that fits what `definition` just fails: disguised words, no exceptions, one of several missing.

    What is missing is never the only words that it looks for: everything would nearly fit.
    """
    when = _seeing_through(definition.when)
    if isinstance(when, All) and len(when.parts) > 1:
        less = [All((*when.parts[:i], *when.parts[i + 1 :])) for i in range(len(when.parts))]
        when = OneOf(tuple(part for part in less if _reads_text(part) or not _reads_text(when)))
    return replace(definition, when=when, unless=None)


def _reads_text(condition: Condition) -> bool:
    return any(leaf.reads_text for leaf in leaves_of(condition))


def age_group(hours: float | None) -> str:
    """Return how old an account is, in one word: guest, day, week, month or older."""
    if hours is None:
        return "guest"
    return next((name for limit, name in _AGES if hours < limit), "older")


def unknown_of_the_past(definition: Definition) -> list[str]:
    """Return the fields of a rule that cannot be known of comments that are there."""
    return sorted({leaf.field for leaf in definition.leaves()} - KNOWN_OF_THE_PAST)


def _seeing_through(condition: Condition) -> Condition:
    if isinstance(condition, Leaf):
        return replace(condition, normalisers=frozenset(NORMALISERS))
    if isinstance(condition, Not):
        return condition
    return type(condition)(tuple(map(_seeing_through, condition.parts)))


def _rows(tallies: dict[str, Tally]) -> list[list[Any]]:
    return [[name, tally.scanned, tally.matched, tally.right] for name, tally in sorted(tallies.items())]


def _percentile(values: list[float], share: float) -> float:
    return round(sorted(values)[int(share * (len(values) - 1))], 4) if values else 0
