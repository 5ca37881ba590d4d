"""Seeing that a branch is hot, slowing it where a policy says so, and letting go of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from discussions.models import Comment
from moderation import access, audit
from moderation.heat import Heat
from moderation.models import HotBranch
from moderation.queries.heat import busy_branches, heats, slow_minutes
from moderation.queries.slow import forget_slow_branches


def look_for_heat() -> int:
    """Note the branches that are hot, prolong those that still are, and end those whose time is over.

    Return how many are hot. The clock asks once a minute; asked twice at once, nothing happens twice.
    """
    now = timezone.now()
    found = {root: heat for root, heat in heats(busy_branches(now), now).items() if heat.is_hot}
    with transaction.atomic():
        HotBranch.objects.filter(ended_at=None, until__lte=now).update(ended_at=now)
        known = {row.root_id: row for row in HotBranch.objects.filter(ended_at=None).select_for_update()}
        until = now + timedelta(minutes=settings.HEAT_MINUTES)
        _prolong([known[root] for root in found if root in known], found, until)
        _begin(found.keys() - known.keys() - _let_go(found, now), found, until)
    forget_slow_branches()
    return len(found)


def cool_branch(branch: HotBranch, *, by: User) -> bool:
    """End the slowness of a branch, and return whether it was hot still. It stays so for as long as it would have been.

    Raises `NotAllowed`.
    """
    access.check(by, "cool_branch")
    with transaction.atomic():
        row = HotBranch.objects.select_for_update().get(pk=branch.pk)
        if row.ended_at is not None:
            return False
        row.ended_at, row.ended_by = timezone.now(), by
        row.save(update_fields=["ended_at", "ended_by"])
        audit.record("branch.cooled", by=by, comment=Comment.objects.get(pk=row.root_id))
    forget_slow_branches()
    return True


def _let_go(roots: Collection[int], now: datetime) -> set[int]:
    """Return the branches that a moderator has let go of: they know what they saw, so it stays so for a while."""
    since = now - timedelta(minutes=settings.HEAT_MINUTES)
    ended = HotBranch.objects.filter(root__in=roots, ended_by__isnull=False, ended_at__gt=since)
    return {root for root in ended.values_list("root", flat=True) if root is not None}


def _prolong(rows: Collection[HotBranch], found: dict[int, Heat], until: datetime) -> None:
    for row in rows:
        row.until = until
        for name, value in _facts(found[row.root_id]).items():
            setattr(row, name, value)
    HotBranch.objects.bulk_update(rows, ["until", *_facts(Heat())])


def _begin(roots: Collection[int], found: dict[int, Heat], until: datetime) -> None:
    rows = list(Comment.objects.filter(pk__in=roots).select_related("article").defer("body", "html").order_by("pk"))
    minutes = slow_minutes(rows) if rows else {}
    made = [
        HotBranch(root=row, article_id=row.article_id, minutes=minutes[row.pk], until=until, **_facts(found[row.pk]))
        for row in rows
    ]
    # Another process may have looked at the same moment.
    HotBranch.objects.bulk_create(made, ignore_conflicts=True)
    for row in rows:
        if minutes[row.pk]:
            audit.record("branch.slowed", by=None, comment=row, minutes=minutes[row.pk])


def _facts(heat: Heat) -> dict[str, float]:
    return {
        "heat": round(heat.value, 2), "comments": heat.comments, "people": heat.people, "reports": heat.reports,
        "returns": heat.returns,
    }  # fmt: skip
