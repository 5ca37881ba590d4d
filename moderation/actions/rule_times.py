"""Adding up how long rules took, away from the comments that they were asked about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from moderation.models import Rule, RuleDay
from moderation.rule_times import step_of

KEPT = timedelta(days=90)


def note_times(times: Mapping[int, float]) -> None:
    """Add the seconds that each rule, by id, took for one comment. Rules that are gone are left out."""
    today = timezone.localdate()
    with transaction.atomic():
        there = set(Rule.objects.filter(pk__in=times).values_list("pk", flat=True))
        made = RuleDay.objects.bulk_create(
            [RuleDay(rule_id=pk, day=today) for pk in sorted(there)], ignore_conflicts=True
        )
        days = RuleDay.objects.select_for_update().filter(rule__in=[row.rule_id for row in made], day=today)
        changed = list(days.order_by("rule"))
        for day in changed:
            step = str(step_of(times[day.rule_id]))
            day.times[step] = day.times.get(step, 0) + 1
        RuleDay.objects.bulk_update(changed, ["times"])
        RuleDay.objects.filter(day__lt=today - KEPT).delete()
