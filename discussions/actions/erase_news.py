"""What becomes of what somebody follows, mutes, was told and has marked when they are erased."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.privacy import Subject
from discussions.models import Delivery, Mute, Passage, PassageHistory, PromptNotice, Subscription


def erase_news(subject: Subject, keeps_texts: bool) -> bool:
    """Delete it, with what somebody else has asked for at the person's addresses; cut passages loose.

    A passage's words are the article's, and others may have answered there: it stays, and nobody has marked it.
    """
    theirs = subject.rows("member")
    with transaction.atomic():
        Delivery.objects.filter(theirs).delete()
        Mute.objects.filter(theirs | subject.rows("writer", "guest_writer")).delete()
        never_confirmed = Q(guest__email__in=subject.proven, confirmed_at=None)
        Subscription.objects.filter(theirs | never_confirmed).delete()
        PromptNotice.objects.filter(member=subject.user, member__isnull=False).delete()
        Passage.objects.filter(theirs).update(member=None, guest=None)
        PassageHistory.objects.filter(by=subject.user, by__isnull=False).update(by=None)
    return True
