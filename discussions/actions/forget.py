"""Forgetting what served its time."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from discussions.models import Submission

#: A form that is posted a second time comes from a page that is still open: a week is more than any browser keeps one.
KEEP_SUBMISSIONS = timedelta(days=7)


def old_submissions() -> int:
    """Delete the keys of forms that were posted long ago, and return how many."""
    return Submission.objects.filter(created_at__lt=timezone.now() - KEEP_SUBMISSIONS).delete()[0]
