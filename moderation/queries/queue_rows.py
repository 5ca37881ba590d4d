"""The rows of a queue, as a moderator sees them: a fixed number of queries, however many cases wait."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts.models import User
from core.kept import kept, padded, params
from discussions.markup import plain_text
from moderation import access
from moderation.access import Standing
from moderation.models import Case, Report, UnlawfulNotice
from moderation.priority import Parts, parts
from moderation.queries import queue
from moderation.queries.queue import Place, cursor_of, parse_cursor
from moderation.queries.queue_columns import COLUMNS, Waiting

PER_PAGE = 20
EXCERPT = 220
#: Cases whose address one process remembers.
ADDRESSES = 5000


class Points(NamedTuple):
    """The priority in its parts, as a list writes them: whole numbers."""

    total: int
    severity: int
    reports: int
    activity: int
    age: int
    rules: int


class QueueRow(NamedTuple):
    """One case in a list."""

    case: Waiting
    url: str
    excerpt: str
    author: str
    age: str
    #: Why it is here, in words, the strongest first.
    why: tuple[str, ...]
    points: Points
    #: Who has it, when that is somebody else.
    holder: str
    is_mine: bool
    #: Somebody has chosen it in this list.
    is_chosen: bool

    @property
    def value(self) -> str:
        """Return what a list sends of it to decide: the case, and what was seen of it."""
        return _value(self.case)


class SideRow(NamedTuple):
    """One case in the list beside a card."""

    id: int
    url: str
    excerpt: str
    author: str
    age: str
    points: Points
    holder: str


class QueuePage(NamedTuple):
    """One page of a queue."""

    rows: tuple[QueueRow, ...]
    #: Cursor of the next page; empty on the last one.
    after: str = ""


def queue_page(
    place: Place, *, moderator: User, standing: Standing, after: str = "", chosen: Collection[str] = ()
) -> QueuePage:
    """Return the first cases of `place`, or those that follow cursor `after`: three queries.

    `chosen` are the values of rows that somebody has chosen. Raises `BadRequest` for a cursor that no page contains.
    """
    found = _found(place, access.reach_of(moderator, standing), parse_cursor(after) if after else (), PER_PAGE + 1)
    shown, now = found[:PER_PAGE], timezone.now()
    ids = padded([case.id for case in shown])
    reports, noticed = _reports_by_case(ids), _noticed_among(ids)
    return QueuePage(
        rows=tuple(
            _row(case, tuple(_why(case, reports[case.id], case.id in noticed)), chosen, moderator, now)
            for case in shown
        ),
        after=cursor_of(shown[-1].order_key, shown[-1].id) if len(found) > PER_PAGE else "",
    )  # fmt: skip


def side_rows(place: Place, *, moderator: User, standing: Standing, size: int) -> tuple[SideRow, ...]:
    """Return the first `size` cases of `place`, for the list beside a card: one query."""
    found, now = _found(place, access.reach_of(moderator, standing), (), size), timezone.now()
    return tuple(
        SideRow(
            case.id, case_url(case.id), excerpt_of(case.html), case.author, age_of(case.opened_at, now),
            _points(case, now), case.holder(moderator, now),
        )
        for case in found
    )  # fmt: skip


def priority_of(case: Case | Waiting, now: datetime) -> Parts:
    """Return the priority of a case in its parts."""
    return parts(
        severity=case.severity, reports=case.reports, activity=case.activity, opened_at=case.opened_at,
        target=timedelta(minutes=settings.QUEUE_TARGET_MINUTES[case.queue]), now=now, raised=case.raised,
    )  # fmt: skip


def holder_of(case: Case, *, moderator: User, now: datetime) -> str:
    """Return the name of who has the case at the moment; empty for nobody and for oneself."""
    is_held = case.claimed_until is not None and case.claimed_until > now and case.claimed_by_id != moderator.pk
    return case.claimed_by.display_name if is_held and case.claimed_by else ""


def excerpt_of(html: str) -> str:
    """Return the beginning of a comment in one line."""
    return Truncator(" ".join(plain_text(html).split())).chars(EXCERPT)


def age_of(moment: datetime, now: datetime) -> str:
    """Return how long ago it was, in one word and a number."""
    return timesince(moment, now, depth=1)


@lru_cache(ADDRESSES)
def case_url(case_id: int) -> str:
    """Return the address of a case's card."""
    return reverse("moderation:case", args=[case_id])


def _found(place: Place, reach: Sequence[int], cursor: Sequence[Any], size: int) -> list[Waiting]:
    if place.filters:
        rows: Iterable[Any] = _asked(place, reach, cursor, size)
    else:
        rows = _in_tab.rows(*reach, *cursor, shape=(place.tab, len(reach), bool(cursor), size))
    return [Waiting(*row) for row in rows]


@kept
def _in_tab(tab: str, known: int, is_later: bool, size: int) -> QuerySet[Case, Any]:
    return _asked(Place(tab), params(known), params(2, start=known) if is_later else (), size)


def _asked(place: Place, reach: Sequence[Any], cursor: Sequence[Any], size: int) -> QuerySet[Case, Any]:
    cases = queue.cases_within(place, reach)
    if cursor:
        cases = queue.after(cases, cursor)
    return cases.values_list(*COLUMNS)[:size]


def _reports_by_case(ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Return (guideline number, how many reports) by case."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for case, number, n in _reports.rows(*ids, shape=(len(ids),)) if ids else ():
        found[case].append((number, n))
    return found


@kept
def _reports(count: int) -> QuerySet[Report, Any]:
    rows = Report.objects.filter(case__id__in=params(count)).values_list("case", "guideline__number")
    return rows.annotate(n=Count("pk")).order_by("-n", "guideline__number")


def _noticed_among(ids: Sequence[int]) -> set[int]:
    return {case for (case,) in _notices.rows(*ids, shape=(len(ids),))} if ids else set()


@kept
def _notices(count: int) -> QuerySet[UnlawfulNotice, Any]:
    return UnlawfulNotice.objects.filter(case__id__in=params(count)).values_list("case")


def _row(case: Waiting, why: tuple[str, ...], chosen: Collection[str], moderator: User, now: datetime) -> QueueRow:
    return QueueRow(
        case=case,
        url=case_url(case.id),
        excerpt=excerpt_of(case.html),
        author=case.author,
        age=age_of(case.opened_at, now),
        why=why,
        points=_points(case, now),
        holder=case.holder(moderator, now),
        is_mine=case.is_with(moderator, now),
        is_chosen=_value(case) in chosen,
    )


def _value(case: Waiting) -> str:
    return f"{case.id}:{case.lock_version}:{case.revision}"


def _points(case: Waiting, now: datetime) -> Points:
    of = priority_of(case, now)
    # Halves go up, as on the card, which shows them by `floatformat`.
    return Points(*(
        math.floor(part + 0.5) for part in (of.total, of.severity, of.reports, of.activity, of.age, of.rules)
    ))  # fmt: skip


def _why(case: Waiting, reports: list[tuple[int, int]], is_noticed: bool) -> Iterator[str]:
    if is_noticed:
        yield _("Notice of unlawful content")
    if case.escalation_note:
        yield case.escalation_note
    if case.is_resubmitted:
        yield _("Changed as a moderator had asked")
    elif case.hold_reason:
        yield case.hold_reason
    for number, n in reports:
        yield _("Guideline %(number)d × %(n)d") % {"number": number, "n": n}
    if case.queue == Case.Queue.SAMPLED and not reports:
        yield _("Taken at random, or opened by a moderator")
