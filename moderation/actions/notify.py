"""Writing down who is to be told what; the rows go out by page and by mail when they are due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Guest, User
from core.outbox import put
from moderation.models import Appeal, Decision, Notification, Report, Sanction, UnlawfulNotice

Kind = Notification.Kind


def tell_of_decision(decision: Decision) -> None:
    """Tell the author, unless a comment of theirs stays as it was, and everybody who reported it, once it is final."""
    comment = decision.comment
    rows: list[Notification] = []
    is_news = decision.is_restrictive or decision.visibility_before != "public" or decision.supersedes_id is not None
    if is_news and (comment.author_id or comment.guest_id):
        rows.append(_row(Kind.DECISION, decision.final_at, comment.author_id, comment.guest_id, decision=decision))
    reporters = Report.objects.filter(case_id=decision.case_id).values_list("user", "guest").distinct()
    rows += [
        _row(Kind.REPORT, decision.final_at, user, guest, decision=decision)
        for user, guest in reporters
        if user or guest
    ]
    wait = decision.final_at - timezone.now()
    for row in Notification.objects.bulk_create(rows):
        put("moderation.tell", wait=wait, notification=row.pk)
    for notice in UnlawfulNotice.objects.filter(case=decision.case_id, told_at=None).exclude(email=""):
        put("moderation.outcome", wait=wait, notice=notice.pk, decision=decision.pk)


def tell(kind: str, *, user: User | None, guest: Guest | None, at: datetime, **about: Sanction | Appeal | None) -> None:
    """Tell a member or a guest of a sanction or an appeal, from `at` on; nobody, when the account is gone."""
    if user or guest:
        row = _row(kind, at, user.pk if user else None, guest.pk if guest else None, **about)
        row.save()
        put("moderation.tell", wait=at - timezone.now(), notification=row.pk)


def _row(kind: str, at: datetime, user_id: int | None, guest_id: int | None, **about: Any) -> Notification:
    return Notification(kind=kind, due_at=at, user_id=user_id, guest_id=None if user_id else guest_id, **about)
