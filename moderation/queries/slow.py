"""Branches that go slowly for a while, because it is hot there or because a rule says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import DateTimeField, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models.former import name_or_former
from accounts.participants import Participant
from core.kept import kept, param
from discussions.models import Comment
from moderation.models import HotBranch, RuleMeasure

#: Seconds for which a process remembers which branches are slow, for the line above a discussion.
REMEMBERED = 20
MOST_BRANCHES = 200
_KEY = "slow-branches"


class Slow(NamedTuple):
    """A branch in which everybody writes once in so many minutes."""

    root_id: int
    article_id: int
    minutes: int
    until: datetime
    author_name: str

    @property
    def begun_by(self) -> str:
        """Return the name of who began it."""
        return name_or_former(self.author_name)

    @property
    def url(self) -> str:
        """Return the page of the branch."""
        return reverse("discussions:comment", args=[self.root_id])


def slow_branch(parent: Comment) -> Slow | None:
    """Return the branch of `parent` if everybody has to write slowly in it now: one query."""
    return next(iter(_slowest(_slow_in.rows(parent.root_id or parent.pk, timezone.now()))), None)


def slow_branches_of(article_id: int) -> list[Slow]:
    """Return the branches of an article that are slow now.

    Every page of a discussion asks, so one query for the whole site is remembered for some seconds by each process.
    """
    cache = caches["process"]
    rows: list[Slow] | None = cache.get(_KEY)
    if rows is None:
        rows = _slowest(_slow(timezone.now()).union(_slow_by_rules(timezone.now()), all=True)[:MOST_BRANCHES])
        cache.set(_KEY, rows, REMEMBERED)
    return [row for row in rows if row.article_id == article_id and row.until > timezone.now()]


def forget_slow_branches() -> None:
    """Let this process ask again: a branch was slowed or let go of."""
    caches["process"].delete(_KEY)


def next_turn(slow: Slow, by: Participant) -> datetime | None:
    """Return when this person can write in a slow branch again, None for now: one query."""
    wait = timedelta(minutes=slow.minutes)
    branch = Q(pk=slow.root_id) | Q(root=slow.root_id)
    mine = Comment.objects.by(by).filter(branch, created_at__gt=timezone.now() - wait)
    last = mine.aggregate(last=Max("created_at"))["last"]
    return min(last + wait, slow.until) if last else None


def _slow(at: Any, **where: Any) -> QuerySet[Any, Any]:
    rows = HotBranch.objects.active(at).filter(minutes__isnull=False, **where).order_by()
    return rows.values_list("root", "article", "minutes", "until", "root__author_name")


def _slow_by_rules(at: Any, **where: Any) -> QuerySet[Any, Any]:
    rows = RuleMeasure.objects.active(at).filter(kind=RuleMeasure.Kind.SLOW, **where).order_by()
    return rows.values_list("branch", "branch__article", "minutes", "until", "branch__author_name")


@kept
def _slow_in() -> QuerySet[Any, Any]:
    at = param(1, DateTimeField())
    return _slow(at, root=param()).union(_slow_by_rules(at, branch=param()), all=True)


def _slowest(rows: Iterable[Any]) -> list[Slow]:
    """Return each branch once, with the longest wait of all who slow it down, the oldest branch first."""
    found = {row.root_id: row for row in sorted((Slow(*row) for row in rows), key=lambda row: row.minutes)}
    return [found[root] for root in sorted(found)]
