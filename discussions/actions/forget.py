"""Forgetting what served its time."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.privacy.sweep import UNUSED_GUEST_DAYS
from discussions.models import Delivery, PromptNotice, Submission, Subscription

#: A form that is posted a second time comes from a page that is still open: a week is more than any browser keeps one.
KEEP_SUBMISSIONS = timedelta(days=7)


def old_submissions() -> int:
    """Delete the keys of forms that were posted long ago, and return how many."""
    return Submission.objects.filter(created_at__lt=timezone.now() - KEEP_SUBMISSIONS).delete()[0]


def old_deliveries() -> int:
    """Delete what people were told long ago, read or not, and return how many rows; what is to be mailed waits."""
    before = timezone.now() - timedelta(days=settings.MAIL_DAYS)
    return Delivery.objects.filter(created_at__lt=before).exclude(state=Delivery.State.WAITING).delete()[0]


def old_prompt_notices() -> int:
    """Delete what authors were told about their questions long ago, read or not, and return how many rows."""
    before = timezone.now() - timedelta(days=settings.MAIL_DAYS)
    return PromptNotice.objects.filter(created_at__lt=before).delete()[0]


def old_subscriptions() -> int:
    """Delete subscriptions that ended long ago, and those of an address whose owner never said that they want them."""
    now = timezone.now()
    ended = Q(ended_at__lt=now - timedelta(days=settings.MAIL_DAYS))
    unwanted = Q(confirmed_at=None, created_at__lt=now - timedelta(days=UNUSED_GUEST_DAYS))
    return Subscription.objects.filter(ended | unwanted).delete()[0]
