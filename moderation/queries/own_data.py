"""What the house holds about a person, for the copy of their data.

Without the names of staff and without their notes among themselves: those are about other people's work, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.privacy import Subject
from core.addresses import absolute
from moderation.models import (
    Appeal,
    Decision,
    Notification,
    Policy,
    RecordedSignal,
    Report,
    RuleHit,
    RuleVersion,
    Sanction,
    UnlawfulNotice,
)
from moderation.scores.protocol import said

BATCH = 500


def reports(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the reports that the person made."""
    rows = Report.objects.filter(subject.rows()).select_related("guideline").order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        yield {
            "comment": _comment(row.comment_id), "guideline": row.guideline.slug, "note": row.note,
            "reported_at": row.created_at, "weight": row.weight, "decision_agreed": row.agreed,
            "hash_of_your_network": row.network,
        }  # fmt: skip


def notices(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the notices of unlawful content that came from the person's confirmed addresses."""
    columns = ("receipt", "comment", "name", "email", "language", "explanation", "created_at", "told_at")
    yield from UnlawfulNotice.objects.filter(email__in=subject.proven).order_by("pk").values(*columns)


def notifications(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what the person was told."""
    columns = ("kind", "decision", "sanction", "appeal", "due_at", "mailed_at", "read_at", "cancelled_at")
    yield from Notification.objects.filter(subject.rows()).order_by("pk").values(*columns).iterator(chunk_size=BATCH)


def decisions(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what was decided about the person's comments."""
    theirs = subject.rows("comment__author", "comment__guest")
    rows = Decision.objects.filter(theirs).select_related("guideline_version__guideline").order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        version = row.guideline_version
        yield {
            "id": row.pk, "comment": _comment(row.comment_id), "revision": row.revision, "outcome": row.outcome,
            "guideline": version.guideline.slug if version else None, "words": row.span, "reason": row.note,
            "decided_at": row.created_at, "undone_at": row.undone_at,
        }  # fmt: skip


def rule_hits(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what the site's rules found in the person's comments, without the rules themselves."""
    rows = RuleHit.objects.filter(subject.rows("comment__author", "comment__guest")).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        yield {
            "comment": _comment(row.comment_id), "revision": row.revision, "found_at": row.at, "effect": row.effect,
            "has_held": row.has_held, "words": [words for *_place, words in row.marks],
        }  # fmt: skip


def signals(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what plug-ins said of the person's comments."""
    rows = RecordedSignal.objects.filter(subject.rows("comment__author", "comment__guest")).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        yield {
            "comment": _comment(row.comment_id), "revision": row.revision, "plug_in": row.name, "value": row.value,
            "version": row.version, "reasons": [said(*reason) for reason in row.reasons], "said_at": row.at,
        }  # fmt: skip


def rules(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the versions of rules that the person wrote or signed."""
    if subject.user:
        theirs = RuleVersion.objects.filter(Q(by=subject.user) | Q(signed_by=subject.user)).select_related("rule")
        for row in theirs.order_by("pk").iterator(chunk_size=BATCH):
            yield {
                "rule": row.rule.title, "version": row.n, "written_by_you": row.by_id == subject.user.pk,
                "definition": row.definition, "written_at": row.created_at, "signed_at": row.signed_at,
            }  # fmt: skip


def measures(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the measures about the person, and how their new comments are treated."""
    columns = ("id", "kind", "reason", "created_at", "until", "acknowledged_at", "lifted_at", "lift_reason")
    yield from Sanction.objects.filter(subject.rows()).order_by("pk").values(*columns)
    for policy in Policy.objects.filter(author=subject.user, author__isnull=False):
        yield {"kind": "policy", "new_comments": policy.mode, "created_at": policy.created_at}


def appeals(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the person's appeals with what was written in them."""
    for row in Appeal.objects.filter(subject.rows()).prefetch_related("messages").order_by("pk"):
        yield {
            "id": row.pk, "decision": row.decision_id, "sanction": row.sanction_id, "text": row.text,
            "appealed_at": row.created_at, "state": row.state, "reason": row.reason, "cause": row.cause,
            "decided_at": row.decided_at,
            "messages": [
                {"from_staff": line.staff_id is not None, "text": line.text, "written_at": line.created_at}
                for line in row.messages.all()
            ],
        }  # fmt: skip


def _comment(comment_id: int) -> str:
    return absolute(reverse("discussions:comment", args=[comment_id]))
