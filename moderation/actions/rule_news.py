"""Telling the administrators what a rule has found, without filling their mailboxes."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from moderation.models import Rule, RuleHit
from moderation.rule_states import RuleState

#: Of one rule, so long nothing more.
QUIET = timedelta(hours=1)


def tell_of_hit(hit_id: int) -> RuleHit | None:
    """Return the hit to write about, once it is noted that the administrators are told; None to stay quiet.

    What was noted and not mailed because the process died is in the queue all the same.
    """
    now = timezone.now()
    with transaction.atomic():
        hit = RuleHit.objects.select_related("rule", "comment").filter(pk=hit_id).first()
        if hit is None:
            return None
        rule = Rule.objects.select_for_update(no_key=True).get(pk=hit.rule_id)
        if rule.state != RuleState.LIVE or (rule.told_at and rule.told_at > now - QUIET):
            return None
        rule.told_at = now
        rule.save(update_fields=["told_at"])
    return hit
