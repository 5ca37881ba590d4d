"""The rows of a queue, as a moderator sees them: a fixed number of queries, however many cases wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts.models import User
from discussions.markup import plain_text
from moderation.models import Case, Report, UnlawfulNotice
from moderation.models.case import CaseQuerySet
from moderation.priority import Parts, parts
from moderation.queries.queue import cursor_of

PER_PAGE = 20
EXCERPT = 220

_COLUMNS = (
    "queue", "state", "severity", "reports", "activity", "raised", "order_key", "opened_at", "hold_reason",
    "is_resubmitted", "claimed_by", "claimed_until", "escalation_note", "skip_count", "lock_version", "language",
    "comment__html", "comment__author_name", "comment__revision", "comment__visibility", "comment__language",
    "comment__author__username", "comment__author__name", "comment__guest_id",
    "article__title", "article__slug", "article__language", "claimed_by__username", "claimed_by__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in a list."""

    case: Case
    excerpt: str
    author: str
    handle: str
    age: str
    #: Why it is here, in words, the strongest first.
    why: tuple[str, ...]
    report_count: int
    priority: Parts
    #: Who has it, when that is somebody else.
    holder: str
    is_mine: bool

    @property
    def value(self) -> str:
        """Return what a list sends of it to decide: the case, and what was seen of it."""
        return f"{self.case.pk}:{self.case.lock_version}:{self.case.comment.revision}"


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue."""

    rows: tuple[QueueRow, ...]
    #: Cursor of the next page; empty on the last one.
    after: str = ""


def queue_page(cases: CaseQuerySet, *, moderator: User, size: int = PER_PAGE) -> QueuePage:
    """Return the first `size` of `cases`, which are in order: three queries."""
    found = list(_joined(cases)[: size + 1])
    shown = found[:size]
    return QueuePage(
        rows=queue_rows(shown, moderator=moderator), after=cursor_of(shown[-1]) if len(found) > size else ""
    )


def queue_rows(cases: Sequence[Case], *, moderator: User) -> tuple[QueueRow, ...]:
    """Return the rows of these cases, which have comment, author, article and holder joined: two queries."""
    now = timezone.now()
    ids = [case.pk for case in cases]
    reports, noticed = _reports(ids), set(_noticed(ids))
    return tuple(_row(case, reports[case.pk], case.pk in noticed, moderator, now) for case in cases)


def priority_of(case: Case, now: datetime) -> Parts:
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


def _joined(cases: CaseQuerySet) -> CaseQuerySet:
    return cases.select_related("comment__author", "article", "claimed_by").only(*_COLUMNS)


def _reports(ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Return (guideline number, how many reports) by case."""
    rows = Report.objects.filter(case__in=ids).values_list("case", "guideline__number").annotate(n=Count("pk"))
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for case, number, n in rows.order_by("-n", "guideline__number"):
        found[case].append((number, n))
    return found


def _noticed(ids: Sequence[int]) -> Iterable[int]:
    return UnlawfulNotice.objects.filter(case__in=ids).values_list("case", flat=True)


def _row(case: Case, reports: list[tuple[int, int]], is_noticed: bool, moderator: User, now: datetime) -> QueueRow:
    author = case.comment.author
    return QueueRow(
        case=case,
        excerpt=excerpt_of(case.comment.html),
        author=author.display_name if author else case.comment.shown_name,
        handle=author.username if author else "",
        age=age_of(case.opened_at, now),
        why=tuple(_why(case, reports, is_noticed)),
        report_count=sum(n for _number, n in reports),
        priority=priority_of(case, now),
        holder=holder_of(case, moderator=moderator, now=now),
        is_mine=case.claimed_by_id == moderator.pk and bool(case.claimed_until and case.claimed_until > now),
    )


def _why(case: Case, reports: list[tuple[int, int]], is_noticed: bool) -> Iterable[str]:
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
