"""The demo is written, or goes: the house goes along, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.dispatch import receiver

from accounts.models import User
from discussions.models import Comment
from discussions.signals import demo_goes, demo_seeded
from moderation.demo.house import House
from moderation.models import (
    Appeal,
    Case,
    Decision,
    Notification,
    Report,
    RuleHit,
    Sanction,
    StaffNote,
    UnlawfulNotice,
)


@receiver(demo_seeded, dispatch_uid="moderation.furnish_demo")
def furnish_demo(
    articles: Sequence[int], seed: int, now: datetime, staff: Mapping[str, User], members: Sequence[User],
    **kwargs: object,
) -> None:  # fmt: skip
    """Give the moderators of the demo a past and something to do."""
    House(seed=seed, now=now, articles=articles, staff=staff, members=members).furnish()


@receiver(demo_goes, dispatch_uid="moderation.clear_demo")
def clear_demo(articles: Sequence[int], **kwargs: object) -> None:
    """Delete what is about the demo's comments; the audit log keeps its lines, as it does with everything."""
    comments = Comment.objects.filter(article__in=articles)
    decisions = Decision.objects.filter(comment__in=comments)
    appeals = Appeal.objects.filter(decision__in=decisions)
    Notification.objects.filter(Q(decision__in=decisions) | Q(appeal__in=appeals)).delete()
    appeals.delete()
    Sanction.objects.filter(decision__in=decisions).update(decision=None)
    # What an appeal has brought protects the decision before it.
    while (last := decisions.filter(superseded_by=None)).exists():
        last.delete()
    for model in (Report, RuleHit, UnlawfulNotice, StaffNote):
        model.objects.filter(comment__in=comments).delete()
    Case.objects.filter(comment__in=comments).delete()
