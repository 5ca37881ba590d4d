"""What the figures page shows, worked out from the audit log alone: whoever has the log can do it again.

One query for a period, whatever happened in it, and one for the names and the guidelines each; what waits at this
moment comes from the cases themselves.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from moderation.actions.cases import target_of
from moderation.models import AuditEntry, Case, GuidelineText
from moderation.reading import least_seconds

#: Days that a period may have.
PERIODS = (7, 30, 90)
OUTCOMES = {
    "comment.published": "publish", "comment.returned": "return", "comment.removed": "remove",
    "comment.collapsed": "collapse",
}  # fmt: skip
OTHERS = ("decision.undone", "appeal.upheld", "appeal.overturned", "case.opened")


@dataclass(frozen=True, slots=True)
class Act:
    """A decision as the log tells it."""

    at: datetime
    by: int | None
    outcome: str
    queue: str
    waited: float
    seconds: float | None
    words: int
    guideline: int | None

    @property
    def is_too_fast(self) -> bool:
        """Return whether nobody can have read the comment in the time that it was looked at."""
        return self.seconds is not None and self.seconds < least_seconds(self.words)


@dataclass(frozen=True, slots=True)
class Read:
    """What the log says of a period."""

    #: Decisions that stand or stood: those that were undone within their minute are none, nor are outcomes of appeals.
    acts: tuple[Act, ...] = ()
    opened: Counter[date] = field(default_factory=Counter)
    upheld: int = 0
    overturned: int = 0
    undone: int = 0
    #: Why decisions did not hold, by `Appeal.Cause`.
    causes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long cases of a queue waited, in seconds."""

    queue: str
    label: str
    count: int
    p50: float
    p90: float
    p99: float
    target: float
    #: How many of a hundred were decided within the target.
    kept: float


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on a day, by outcome."""

    day: date
    opened: int
    outcomes: dict[str, int]

    @property
    def decided(self) -> int:
        """Return how many decisions there were."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Worker:
    """What a moderator did."""

    name: str
    username: str
    count: int
    #: Half of the decisions took less; None when no time is known.
    seconds: float | None
    too_fast: int


@dataclass(frozen=True, slots=True)
class Rested:
    """What rested on a guideline."""

    number: int
    title: str
    outcomes: dict[str, int]
    #: Of a hundred decisions of the period.
    share: float

    @property
    def count(self) -> int:
        """Return how many decisions rest on it."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Promise:
    """What waits in a queue at this moment."""

    label: str
    waiting: int
    late: int
    target: float


def read_log(since: datetime, until: datetime | None = None) -> Read:
    """Return what the log says of the time from `since` on: one query."""
    rows = AuditEntry.objects.filter(name__in=[*OUTCOMES, *OTHERS], at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    made: dict[object, Act] = {}
    others: Counter[str] = Counter()
    opened: Counter[date] = Counter()
    causes: Counter[str] = Counter()
    for name, at, by, data in rows.order_by("id").values_list("name", "at", "actor_id", "data").iterator():
        if name in OUTCOMES:
            if data.get("supersedes") is None:
                made[data.get("decision")] = _act(name, at, by, data)
        elif name == "case.opened":
            opened[timezone.localtime(at).date()] += 1
        else:
            others[name] += 1
            if name == "decision.undone":
                made.pop(data.get("decision"), None)
            elif name == "appeal.overturned":
                causes[str(data.get("cause", ""))] += 1
    return Read(
        tuple(made.values()), opened, upheld=others["appeal.upheld"], overturned=others["appeal.overturned"],
        undone=others["decision.undone"], causes=causes,
    )  # fmt: skip


def waits(acts: Iterable[Act]) -> list[Waits]:
    """Return the waiting times of each queue that had a decision, in the order of the tabs."""
    by_queue: dict[str, list[float]] = defaultdict(list)
    for act in acts:
        by_queue[act.queue].append(act.waited)
    return [_waits(queue, sorted(by_queue[queue])) for queue in Case.Queue if by_queue[queue]]


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the value that `percent` of `ordered` (not empty) do not exceed: the nearest rank."""
    return ordered[max(math.ceil(percent / 100 * len(ordered)), 1) - 1]


def by_day(read: Read, *, days: int, today: date) -> list[Day]:
    """Return every day of the period, also those on which nothing happened, oldest first."""
    counts: dict[date, Counter[str]] = defaultdict(Counter)
    for act in read.acts:
        counts[timezone.localtime(act.at).date()][act.outcome] += 1
    wanted = [today - timedelta(days=n) for n in range(days - 1, -1, -1)]
    return [Day(day, read.opened[day], {name: counts[day][name] for name in OUTCOMES.values()}) for day in wanted]


def workers(acts: Iterable[Act]) -> list[Worker]:
    """Return what each moderator did, who did most first: one query for the names."""
    mine: dict[int, list[Act]] = defaultdict(list)
    for act in acts:
        if act.by is not None:
            mine[act.by].append(act)
    people = User.objects.only("username", "name").in_bulk(list(mine))
    found = [_worker(people.get(by), theirs) for by, theirs in mine.items()]
    return sorted(found, key=lambda worker: (-worker.count, worker.username))


def rested(acts: Sequence[Act], language: str) -> list[Rested]:
    """Return what rested on each guideline, in their order: one query for the guidelines."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for act in acts:
        if act.guideline is not None:
            counts[act.guideline][act.outcome] += 1
    texts = GuidelineText.objects.filter(version__in=counts, language__in=[language, "en"])
    # One line a guideline, whatever its versions: the title is that of the newest that was used.
    lines: dict[int, tuple[str, Counter[str]]] = {}
    rows = sorted(
        texts.values_list("version__guideline__number", "version__n", "language", "version", "title"),
        key=lambda row: (row[0], row[1], row[2] == language),
    )
    titles = {version: (number, title) for number, _n, _language, version, title in rows}
    for version, (number, title) in titles.items():
        before = lines.get(number, ("", Counter()))[1]
        lines[number] = (title, before + counts[version])
    return [
        Rested(number, title, {name: count[name] for name in OUTCOMES.values()}, 100 * count.total() / len(acts))
        for number, (title, count) in sorted(lines.items())
    ]


def promises(now: datetime) -> list[Promise]:
    """Return what waits in each queue, and how much of it longer than the queue wants: one query."""
    late = {queue: Q(queue=queue, opened_at__lt=now - target_of(queue)) for queue in Case.Queue}
    counts = Case.objects.waiting().aggregate(
        **{f"{queue}_waiting": Count("pk", filter=Q(queue=queue)) for queue in Case.Queue},
        **{f"{queue}_late": Count("pk", filter=condition) for queue, condition in late.items()},
    )
    return [
        Promise(
            str(Case.Queue(queue).label), counts[f"{queue}_waiting"], counts[f"{queue}_late"],
            target_of(queue).total_seconds(),
        )
        for queue in Case.Queue
    ]  # fmt: skip


def _act(name: str, at: datetime, by: int | None, data: dict[str, object]) -> Act:
    seconds, waited, words, guideline = (data.get(key) for key in ("seconds", "waited", "words", "guideline"))
    return Act(
        at=at, by=by, outcome=OUTCOMES[name], queue=str(data.get("queue", "")),
        waited=float(waited) if isinstance(waited, (int, float)) else 0,
        seconds=float(seconds) if isinstance(seconds, (int, float)) else None,
        words=words if isinstance(words, int) else 0, guideline=guideline if isinstance(guideline, int) else None,
    )  # fmt: skip


def _waits(queue: Case.Queue, ordered: list[float]) -> Waits:
    target = target_of(queue).total_seconds()
    kept = 100 * sum(wait <= target for wait in ordered) / len(ordered)
    p50, p90, p99 = (percentile(ordered, percent) for percent in (50, 90, 99))
    return Waits(queue, str(queue.label), len(ordered), p50, p90, p99, target, kept)


def _worker(user: User | None, acts: list[Act]) -> Worker:
    times = sorted(act.seconds for act in acts if act.seconds is not None)
    return Worker(
        name=user.display_name if user else "", username=user.username if user else "", count=len(acts),
        seconds=percentile(times, 50) if times else None, too_fast=sum(act.is_too_fast for act in acts),
    )  # fmt: skip
