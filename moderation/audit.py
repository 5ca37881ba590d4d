"""The audit log: appending to the chain, and finding the place where somebody has touched it.

Each line is hashed with the hash of the line before it (SHA-256 over canonical JSON, keys sorted), so a line cannot be
changed, taken out or put in without every later hash being wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from discussions.models import Comment
from moderation.models import AuditEntry, AuditHead

GENESIS = "0" * 64

#: Every act that is recorded, in the words of the log page. An act that is not here cannot be recorded.
NAMES = frozenset({
    "case.opened", "case.escalated", "case.skipped", "case.voided",
    "comment.published", "comment.returned", "comment.removed", "comment.collapsed", "decision.undone",
    "comment.held", "comment.pinned", "comment.unpinned",
    "branch.locked", "branch.unlocked", "article.locked", "article.unlocked",
    "report.made", "notice.made", "note.written",
    "sanction.imposed", "sanction.lifted", "sanction.acknowledged",
    "appeal.made", "appeal.answered", "appeal.upheld", "appeal.overturned",
    "policy.changed", "guideline.changed", "role.changed",
    "private.read", "log.exported",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold: the first line that is not what its hash says, and why in a few words."""

    entry_id: int
    why: str


def record(
    name: str, *, by: User | None, comment: Comment | None = None, article_id: int | None = None,
    subject: User | None = None, **data: Any,
) -> AuditEntry:  # fmt: skip
    """Append `name` to the log, inside the caller's transaction, and return the line.

    `by` is None when the system acts. `data` holds ids and short words, never a text that a person has written and
    never a name. The end of the chain stays locked until the transaction ends: the last thing that an action does.
    """
    assert name in NAMES, f"{name} is not in moderation.audit.NAMES"
    with transaction.atomic():
        head = _locked_head()
        entry = AuditEntry(
            at=timezone.now(),
            name=name,
            actor_id=by.pk if by else None,
            comment_id=comment.pk if comment else None,
            article_id=comment.article_id if comment else article_id,
            subject_id=subject.pk if subject else (comment.author_id if comment else None),
            data=data,
            previous=head.hash,
        )
        entry.hash = hash_of(entry)
        entry.save(force_insert=True)
        head.hash, head.count = entry.hash, head.count + 1
        head.save(update_fields=["hash", "count"])
    return entry


def hash_of(entry: AuditEntry) -> str:
    """Return what the hash of the line must be."""
    facts = [
        entry.previous, entry.at.astimezone(UTC).isoformat(), entry.name, entry.actor_id, entry.comment_id,
        entry.article_id, entry.subject_id, entry.data,
    ]  # fmt: skip
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def find_break() -> Break | None:
    """Return the first place where the chain does not hold, or None. Reads the whole log once, in batches."""
    previous, count, last = GENESIS, 0, 0
    for entry in _in_order():
        if entry.previous != previous:
            return Break(entry.pk, "the line before it is missing or was put in")
        if entry.hash != hash_of(entry):
            return Break(entry.pk, "the line was changed")
        previous, count, last = entry.hash, count + 1, entry.pk
    head = AuditHead.objects.filter(pk=1).first()
    if (head.hash if head else GENESIS) != previous or (head.count if head else 0) != count:
        return Break(last, "lines after this one are missing")
    return None


def _in_order() -> Iterator[AuditEntry]:
    return AuditEntry.objects.order_by("id").iterator(chunk_size=1000)


def _locked_head() -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1, defaults={"hash": GENESIS})
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


def since(at: datetime) -> Iterator[AuditEntry]:
    """Return the lines from `at` on, oldest first."""
    return AuditEntry.objects.filter(at__gte=at).order_by("id").iterator(chunk_size=1000)
