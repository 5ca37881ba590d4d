"""Which case comes first, and why. Pure: ids and numbers in, numbers out; opinions are nowhere among them.

    priority = 100·S + 10·log2(1 + F) + V + E + R

R is what the rules of the site add; together it stays below what a level of severity is worth.

The order must not need a clock, so that an index can hold it: within a queue everything ages at the same pace, and
`order_key` is the priority with the age counted from the epoch. Two cases of one queue compare the same by either.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

#: How much a case gains per quarter of its queue's target time.
PER_QUARTER = 10
#: Everything that accounts which belong together add to the first of them, as a share of it.
COMPANY = 0.2
#: All rules together never lift a case over one that is more severe.
RAISED_AT_MOST = 90
#: Two readers report together when they met at so many other comments, and these are so much of what each reported.
MEETINGS = 3
SHARE_OF_MEETINGS = 0.5


@dataclass(frozen=True, slots=True)
class Voice:
    """A report as the priority sees it: how much its reporter weighs, and what links reporters."""

    weight: float
    #: Keyed hash of the network; empty when unknown.
    network: str = ""
    #: Day of sign-up; None for guests.
    joined: date | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The priority in its parts, for the card."""

    severity: float
    reports: float
    activity: float
    age: float
    rules: float = 0

    @property
    def total(self) -> float:
        """Return the sum."""
        return self.severity + self.reports + self.activity + self.age + self.rules


def reporter_weight(agreed: int, disagreed: int) -> float:
    """Return how much a report weighs whose reporter was right `agreed` and wrong `disagreed` times: 0 to 1.

    The mean of a beta distribution that starts at (2, 2): one half for a new reporter.
    """
    return (agreed + 2) / (agreed + disagreed + 4)


def effective_reports(voices: Sequence[Voice], together: Iterable[tuple[int, int]] = ()) -> float:
    """Return F: the sum of weights, where reporters who belong together count as the weightiest and a fifth.

    Together are those that share a network or a sign-up day, directly or through others, and the pairs of indexes in
    `together` (they report the same comments more often than chance makes).
    """
    leader = list(range(len(voices)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    seen: dict[object, int] = {}
    for i, voice in enumerate(voices):
        for mark in (voice.network and ("network", voice.network), voice.joined and ("joined", voice.joined)):
            if mark:
                leader[find(i)] = find(seen.setdefault(mark, i))
    for i, j in together:
        leader[find(i)] = find(j)
    groups: dict[int, list[float]] = {}
    for i, voice in enumerate(voices):
        groups.setdefault(find(i), []).append(voice.weight)
    return sum(max(group) * (1 + COMPANY * (len(group) > 1)) for group in groups.values())


def reporting_together(reported: Sequence[Collection[int]]) -> list[tuple[int, int]]:
    """Return the pairs of indexes of those who report together more often than chance makes.

    `reported` has for each reporter the other comments that they reported. Readers with three comments in common out of
    a hundred each have met; with three out of five, they came together.
    """
    by_comment: dict[int, list[int]] = {}
    for i, comments in enumerate(reported):
        for comment in set(comments):
            by_comment.setdefault(comment, []).append(i)
    meetings = Counter(pair for people in by_comment.values() for pair in combinations(people, 2))
    most = [len(set(comments)) * SHARE_OF_MEETINGS for comments in reported]
    return [(i, j) for (i, j), n in meetings.items() if n >= max(MEETINGS, most[i], most[j])]


def parts(
    *, severity: int, reports: float, activity: float, opened_at: datetime, target: timedelta, now: datetime,
    raised: float = 0,
) -> Parts:  # fmt: skip
    """Return the priority of a case at `now` in its parts.

    `severity` is S (3 legal or threat, 2 held, 1 reported, 0 sampled), `reports` is F, `activity` the votes and replies
    that the comment got per hour, `target` the time in which the queue wants to be read, `raised` the points of rules.
    """
    return Parts(
        severity=100 * severity,
        reports=10 * math.log2(1 + reports),
        activity=math.log2(1 + activity),
        age=PER_QUARTER * ((now - opened_at) / (target / 4)),
        rules=min(raised, RAISED_AT_MOST),
    )


def order_key(
    *, severity: int, reports: float, activity: float, opened_at: datetime, target: timedelta, raised: float = 0
) -> float:
    """Return what a queue is sorted by, highest first: the priority without a clock."""
    still = parts(
        severity=severity, reports=reports, activity=activity, opened_at=opened_at, target=target, now=opened_at,
        raised=raised,
    )  # fmt: skip
    return still.total - PER_QUARTER * opened_at.timestamp() / (target / 4).total_seconds()
