"""Noting that somebody has read what they were told."""

from __future__ import annotations

from django.utils import timezone

from accounts.participants import Participant
from moderation import access
from moderation.models import Notification


def mark_read(participant: Participant | None) -> int:
    """Mark everything as read that this person was told until now, and return how much was new."""
    access.check(participant, "read_notifications")
    assert participant is not None
    return Notification.objects.to(participant).filter(read_at=None).update(read_at=timezone.now())
