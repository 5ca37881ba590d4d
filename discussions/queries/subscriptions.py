"""What somebody follows and mutes: three queries, however much it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.participants import Participant
from discussions.models import Mute, Subscription

#: So long what was ended can be begun again on the page.
UNDO_FOR = timedelta(days=7)
AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Followed:
    """The page of one person."""

    subscriptions: list[Subscription]
    mutes: list[Mute]


def followed_by(person: Participant) -> Followed:
    """Return what `person` follows, the newest first, with what was ended lately, and what is muted."""
    lately = Q(ended_at=None) | Q(ended_at__gt=timezone.now() - UNDO_FOR)
    rows = Subscription.objects.of(person).filter(lately).select_related("article", "comment")
    mutes = Mute.objects.of(person).select_related("article", "comment__article", "writer", "guest_writer")
    return Followed(list(rows[:AT_MOST]), list(mutes[:AT_MOST]))
