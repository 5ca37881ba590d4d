"""Which cases wait where: tabs, filters, and the order in which they are worked on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import BadRequest
from core.kept import kept, params
from moderation import access
from moderation.access import Standing
from moderation.models import Case, Decision, Report
from moderation.models.case import CaseQuerySet
from moderation.transitions import State


class Tab(models.TextChoices):
    """The views of the desk."""

    HELD = "held", gettext_lazy("Waiting")
    REPORTED = "reported", gettext_lazy("Reported")
    SAMPLED = "sampled", gettext_lazy("Sampled")
    ESCALATED = "escalated", gettext_lazy("Escalated")
    APPEALS = "appeals", gettext_lazy("Appeals")
    DECIDED = "decided", gettext_lazy("Decided")


#: Tabs whose cases are worked on one after the other.
WORKED = (Tab.HELD, Tab.REPORTED, Tab.SAMPLED, Tab.ESCALATED)

ORDER = ("-order_key", "id")
BACKWARDS = ("order_key", "-id")


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a queue is shown; the fields of the filter form."""

    section: int | None = None
    #: Slug, or words of the title.
    article: str = ""
    #: Number of a guideline that was named by a report or by the decision.
    guideline: int | None = None
    #: At least so many hours old.
    age: int | None = None
    #: Handle.
    author: str = ""
    language: str = ""

    def __bool__(self) -> bool:
        """Return whether anything is left out."""
        return any(self.as_query().values())

    def as_query(self) -> dict[str, str]:
        """Return the fields that are set, as they stand in an address."""
        return {each.name: str(value) for each in fields(self) if (value := getattr(self, each.name))}

    def narrow(self, cases: CaseQuerySet) -> CaseQuerySet:
        """Return those of `cases` that are shown."""
        if self.section:
            cases = cases.filter(section=self.section)
        if self.article:
            cases = cases.filter(Q(article__slug=self.article) | Q(article__title__icontains=self.article))
        if self.guideline:
            cases = cases.filter(_names_guideline(self.guideline))
        if self.age:
            cases = cases.filter(opened_at__lte=timezone.now() - timedelta(hours=self.age))
        if self.author:
            cases = cases.filter(comment__author__in=User.objects.with_handle(self.author.removeprefix("@")))
        if self.language:
            cases = cases.filter(language=self.language)
        return cases


@dataclass(frozen=True, slots=True)
class Place:
    """Where a moderator works: a tab and its filters. Every address of the desk carries it along."""

    tab: str = Tab.HELD
    filters: Filters = field(default_factory=Filters)

    @property
    def query(self) -> str:
        """Return it as the query of an address."""
        return urlencode({"queue": self.tab, **self.filters.as_query()})

    @property
    def is_worked(self) -> bool:
        """Return whether its cases are worked on one after the other."""
        return self.tab in WORKED

    def at(self, tab: str) -> Place:
        """Return the same filters in another tab."""
        return replace(self, tab=tab)


def cases_in(place: Place, *, moderator: User, standing: Standing) -> CaseQuerySet:
    """Return the cases that wait at `place` and that this moderator may work on, the first to be read first."""
    return cases_within(place, access.reach_of(moderator, standing))


def cases_within(place: Place, reach: Sequence[Any]) -> CaseQuerySet:
    """Return the same for a reach as `access.within` knows it."""
    cases = place.filters.narrow(access.within(Case.objects.all(), *reach))
    if place.tab == Tab.ESCALATED:
        cases = cases.filter(state=State.ESCALATED)
    else:
        # The condition of the index `queue_in_order`.
        cases = cases.filter(queue=place.tab, state__in=[State.OPEN, State.CLAIMED])
    return cases.order_by(*ORDER)


def after(cases: CaseQuerySet, cursor: Sequence[Any]) -> CaseQuerySet:
    """Return those of `cases` that come after the case with this order key and id."""
    key, pk = cursor
    # The first half bounds the walk along the index, the second tells ties apart.
    return cases.filter(Q(order_key__lt=key) | Q(id__gt=pk), order_key__lte=key).order_by(*ORDER)


def before(cases: CaseQuerySet, cursor: tuple[float, int]) -> CaseQuerySet:
    """Return those of `cases` that come before it, the nearest first."""
    key, pk = cursor
    return cases.filter(Q(order_key__gt=key) | Q(id__lt=pk), order_key__gte=key).order_by(*BACKWARDS)


def cursor_of(order_key: float, case_id: int) -> str:
    """Return the cursor after a case."""
    return f"{order_key!r}_{case_id}"


def parse_cursor(cursor: str) -> tuple[float, int]:
    """Return order key and id. Raises `BadRequest` for what `cursor_of` cannot have made."""
    key, _sep, pk = cursor.partition("_")
    try:
        place = float(key), int(pk)
    except ValueError:
        place = math.nan, 0
    if not math.isfinite(place[0]) or place[1] not in range(1, 2**62):
        raise BadRequest(_("This link to a later page is not complete. Please start from the first page."))
    return place


def counts(*, moderator: User, standing: Standing) -> Mapping[str, int]:
    """Return how many cases wait in each tab: one query."""
    reach = access.reach_of(moderator, standing)
    result = dict.fromkeys(WORKED, 0)
    for queue, there, up in _counts.rows(*reach, shape=(len(reach),)):
        result[Tab(queue)] += there
        result[Tab.ESCALATED] += up
    return {tab.value: n for tab, n in result.items()}


@kept
def _counts(known: int) -> QuerySet[Case, Any]:
    cases, escalated = access.within(Case.objects.waiting(), *params(known)), Q(state=State.ESCALATED)
    counted = cases.order_by().values_list("queue").annotate(there=Count("pk", filter=~escalated))
    return counted.annotate(up=Count("pk", escalated))


def _names_guideline(number: int) -> Q:
    named = {"guideline__number": number, "guideline__retired_at": None}
    reported = Report.objects.filter(case=OuterRef("pk"), **named)
    decided = Decision.objects.filter(case=OuterRef("pk"), undone_at=None)
    rested = decided.filter(**{f"guideline_version__{name}": value for name, value in named.items()})
    return Q(Exists(reported)) | Q(Exists(rested))
