"""What rules have slowed down, for whoever wants to write there."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from discussions.models import Comment
from discussions.screening import Draft
from moderation.models import RuleMeasure


def may_write_again_at(draft: Draft) -> datetime | None:
    """Return when its author may write in this branch again, None for now. One query, two in a slow branch."""
    if draft.parent is None or draft.editing is not None:
        return None
    branch = draft.parent.root_id or draft.parent.pk
    slow = RuleMeasure.objects.active().filter(branch=branch, kind=RuleMeasure.Kind.SLOW)
    minutes = slow.aggregate(most=Max("minutes"))["most"]
    if not minutes:
        return None
    said = Comment.objects.by(draft.by).filter(Q(pk=branch) | Q(root=branch)).aggregate(last=Max("created_at"))["last"]
    again = said + timedelta(minutes=minutes) if said else None
    return again if again and again > timezone.now() else None
