"""Where it is hot, for the clock, the desk, the composer and the screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from discussions.models import Comment, Visibility
from moderation.access import Standing
from moderation.heat import WINDOW, Heat, heat_of
from moderation.models import HotBranch, Policy, Report
from moderation.queries.queue_rows import excerpt_of
from moderation.transitions import WAITING

#: Fewer comments in an hour are not looked at, unless somebody has reported one.
FEWEST = 4
MOST_BRANCHES = 200
SHOWN = 50
_WRITTEN = [Visibility.PUBLIC, Visibility.COLLAPSED, Visibility.HELD]


@dataclass(frozen=True, slots=True)
class HotRow:
    """A hot branch in the list."""

    branch: HotBranch
    excerpt: str


def busy_branches(now: datetime) -> list[int]:
    """Return the branches that may be hot: those with some comments in the last hour, or with a report. Two queries."""
    recent = Comment.objects.filter(visibility__in=_WRITTEN, created_at__gt=now - WINDOW, root__isnull=False)
    busy = recent.order_by().values("root").annotate(n=Count("pk")).filter(n__gte=FEWEST).order_by("-n", "root")
    reported = Report.objects.filter(created_at__gt=now - WINDOW, case__state__in=WAITING).order_by()
    roots = {root or comment for comment, root in reported.values_list("comment", "comment__root")[:MOST_BRANCHES]}
    return sorted(roots | {root for root in busy.values_list("root", flat=True)[:MOST_BRANCHES] if root})


def heats(roots: Collection[int], now: datetime) -> dict[int, Heat]:
    """Return how hot these branches are: two queries."""
    answers: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Comment.objects.filter(root__in=roots, visibility__in=_WRITTEN, created_at__gt=now - WINDOW)
    columns = ("root", "author", "guest", "parent__author", "parent__guest")
    for root, author, guest, other_author, other_guest in rows.values_list(*columns):
        answers[root].append((author or -(guest or 0), other_author or -(other_guest or 0)))
    reports: dict[int, int] = defaultdict(int)
    made = Report.objects.filter(created_at__gt=now - WINDOW, case__state__in=WAITING)
    waiting = made.filter(Q(comment__in=roots) | Q(comment__root__in=roots))
    for comment, root in waiting.values_list("comment", "comment__root"):
        reports[root or comment] += 1
    return {root: heat_of(answers[root], reports[root]) for root in roots}


def slow_minutes(roots: Collection[Comment]) -> dict[int, int | None]:
    """Return, by branch, the minutes that the closest policy of its place sets; its `article` is joined. One query."""
    rows = list(Policy.objects.filter(author=None))
    by_article = {row.article_id: row for row in rows if row.article_id}
    by_section = {row.section_id: row for row in rows if row.section_id}
    site = next((row for row in rows if not row.article_id and not row.section_id), None)
    found = {
        root.pk: by_article.get(root.article_id) or by_section.get(root.article.section_id or 0) or site
        for root in roots
    }  # fmt: skip
    return {pk: policy.slow_minutes if policy else None for pk, policy in found.items()}


def hot_rows(standing: Standing) -> list[HotRow]:
    """Return the hot branches that this moderator may see, the hottest first: one query."""
    rows = HotBranch.objects.active().select_related("root", "article").defer("article__body", "article__body_html")
    if standing.sections is not None:
        rows = rows.filter(article__section__in=standing.sections)
    return [HotRow(row, excerpt_of(row.root.html)) for row in rows[:SHOWN]]
