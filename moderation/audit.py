"""The audit log: appending to the chain, and finding the place where somebody has touched it.

Each line is hashed with the hash of the line before it (SHA-256 over canonical JSON, keys sorted), so a line cannot be
changed, taken out or put in without every later hash being wrong. The lines are numbered without gaps.
Who can write the whole table can write a whole new chain: only a head that is kept somewhere else shows that
(`verify_audit_log --head`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from discussions.models import Comment
from moderation.models import AuditEntry, AuditHead

GENESIS = "0" * 64
#: A column does not hold what its type says: SQLite lets that be written.
UNREADABLE = (DatabaseError, ValueError, TypeError, AttributeError)

#: Every act that is recorded, in the words of the log page. An act that is not here cannot be recorded.
NAMES = frozenset({
    "case.opened", "case.escalated", "case.skipped", "case.voided",
    "comment.published", "comment.returned", "comment.removed", "comment.collapsed", "decision.undone",
    "comment.held", "comment.pinned", "comment.unpinned",
    "branch.locked", "branch.unlocked", "branch.slowed", "branch.cooled", "article.locked", "article.unlocked",
    "passage.merged", "passage.detached", "passage.reattached", "passage.locked", "passage.unlocked",
    "report.made", "notice.made", "note.written",
    "sanction.imposed", "sanction.lifted", "sanction.acknowledged",
    "appeal.made", "appeal.answered", "appeal.upheld", "appeal.overturned",
    "policy.changed", "guideline.changed", "role.changed",
    "rule.created", "rule.changed", "rule.watched", "rule.signed", "rule.went_live", "rule.paused", "rule.archived",
    "rule.reverted", "rule.tested", "rule.measure", "rule.measure_ended",
    "screen.trained", "screen.switched",
    "private.read", "log.exported",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many lines there are, and the hash of the last."""

    count: int = 0
    hash: str = GENESIS


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
    entry = AuditEntry(
        at=timezone.now(),
        name=name,
        actor_id=by.pk if by else None,
        comment_id=comment.pk if comment else None,
        article_id=comment.article_id if comment else article_id,
        subject_id=subject.pk if subject else (comment.author_id if comment else None),
        data=data,
    )
    append([entry])
    return entry


def append(entries: Sequence[AuditEntry]) -> None:
    """Append lines that are filled in but for their number and hashes, in this order; `record` is what actions call.

    The demo, which tells of days before it was there, calls it itself.
    """
    for entry in entries:
        assert entry.name in NAMES, f"{entry.name} is not in moderation.audit.NAMES"
    with transaction.atomic():
        end = _locked_head()
        for entry in entries:
            # Not the database's sequence, which has gaps: a line that is missing shows.
            entry.pk, entry.previous = end.count + 1, end.hash
            entry.hash = hash_of(entry)
            end.hash, end.count = entry.hash, entry.pk
        AuditEntry.objects.bulk_create(entries)
        end.save(update_fields=["hash", "count"])


def hash_of(entry: AuditEntry) -> str:
    """Return what the hash of the line must be."""
    facts = [
        entry.previous, entry.at.astimezone(UTC).isoformat(), entry.name, entry.actor_id, entry.comment_id,
        entry.article_id, entry.subject_id, _plain(entry.data),
    ]  # fmt: skip
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return 3.0 as 3: databases do not agree on which of them a number of a document is."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def head() -> Head:
    """Return the end of the chain as it is stored."""
    row = AuditHead.objects.filter(pk=1).first()
    return Head(row.count, row.hash) if row else Head()


def find_break(kept: Head | None = None) -> Break | None:
    """Return the first place where the chain does not hold, or None. Reads the whole log once, in batches.

    `kept` is a head that somebody wrote down before: the chain must go through it. Lines may be appended meanwhile.
    """
    before, at = head(), Head()
    passes = [mark for mark in (kept, before) if mark]
    try:
        for entry in _in_order():
            if why := _wrong(entry, at, passes):
                return Break(entry.pk, why)
            at = Head(entry.pk, entry.hash)
    except UNREADABLE:
        return Break(at.count + 1, "the line cannot be read")
    if at.count < max(mark.count for mark in passes):
        return Break(at.count, "lines after this one are missing")
    if at.count > head().count:
        return Break(head().count + 1, "the line was put in")
    return None


def _wrong(entry: AuditEntry, last: Head, passes: list[Head]) -> str:
    if entry.pk != last.count + 1 or entry.previous != last.hash:
        return "the line before it is missing or was put in"
    if entry.hash != hash_of(entry):
        return "the line was changed"
    if any(mark.count == entry.pk and mark.hash != entry.hash for mark in passes):
        return "the log was written anew"
    return ""


def _in_order() -> Iterator[AuditEntry]:
    rows, last = AuditEntry.objects.order_by("id"), 0
    try:
        for entry in rows.iterator(chunk_size=1000):
            last = entry.pk
            yield entry
    except UNREADABLE:  # somewhere in a batch: once more, line by line, to say in which
        yield from rows.filter(pk__gt=last).iterator(chunk_size=1)


def _locked_head() -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1, defaults={"hash": GENESIS})
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head
