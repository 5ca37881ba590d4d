"""The audit log, a page of it with the names of everybody in it: two queries, whatever is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.models import AuditEntry

PER_PAGE = 50

#: Every act in words, in the order of the filter.
WORDS: Mapping[str, str | Promise] = {
    "case.opened": _("Case opened"),
    "case.escalated": _("Case escalated"),
    "case.skipped": _("Case skipped"),
    "case.voided": _("Case closed: the comment was taken back"),
    "comment.published": _("Comment published"),
    "comment.returned": _("Comment returned for edit"),
    "comment.removed": _("Comment removed"),
    "comment.collapsed": _("Comment collapsed"),
    "decision.undone": _("Decision undone"),
    "comment.held": _("Comment held"),
    "comment.pinned": _("Comment pinned"),
    "comment.unpinned": _("Comment no longer pinned"),
    "branch.locked": _("Branch locked"),
    "branch.unlocked": _("Branch unlocked"),
    "article.locked": _("Discussion locked"),
    "article.unlocked": _("Discussion unlocked"),
    "passage.merged": _("Passage merged into another"),
    "passage.detached": _("Passage detached"),
    "passage.reattached": _("Passage put elsewhere"),
    "branch.slowed": _("Branch slowed down"),
    "branch.cooled": _("Hot branch let go of"),
    "passage.locked": _("Passage locked"),
    "passage.unlocked": _("Passage unlocked"),
    "report.made": _("Comment reported"),
    "notice.made": _("Notice of unlawful content"),
    "note.written": _("Staff note written"),
    "sanction.imposed": _("Sanction imposed"),
    "sanction.lifted": _("Sanction lifted"),
    "sanction.acknowledged": _("Warning read"),
    "appeal.made": _("Appeal made"),
    "appeal.answered": _("Appeal answered"),
    "appeal.upheld": _("Decision upheld on appeal"),
    "appeal.overturned": _("Decision overturned on appeal"),
    "policy.changed": _("Policy changed"),
    "guideline.changed": _("Guideline changed"),
    "role.changed": _("Role changed"),
    "rule.created": _("Rule written"),
    "rule.changed": _("Rule changed"),
    "rule.watched": _("Rule is watched"),
    "rule.signed": _("Rule signed"),
    "rule.went_live": _("Rule went live"),
    "rule.paused": _("Rule paused"),
    "rule.archived": _("Rule archived"),
    "rule.reverted": _("What a rule had done taken back"),
    "screen.trained": _("Plug-in taught"),
    "screen.switched": _("Version of a plug-in chosen"),
    "rule.measure": _("A rule has slowed or closed a branch, or has an author read first"),
    "rule.measure_ended": _("A measure of a rule has ended"),
    "rule.tested": _("Rule tried on the history"),
    "private.read": _("Private data read"),
    "log.exported": _("Decisions exported"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of the log looks for; everything empty is the whole log."""

    name: str = ""
    #: Handle of who did it, or to whom it was done.
    person: str = ""
    comment_id: int | None = None
    since: date | None = None
    until: date | None = None
    #: Lines before this one, for the next page.
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log with names in it."""

    id: int
    at: datetime
    name: str
    words: str | Promise
    #: None: the system, or an account that is gone.
    actor: User | None
    actor_id: int | None
    subject: User | None
    subject_id: int | None
    comment_id: int | None
    article_id: int | None
    facts: tuple[tuple[str, Any], ...]
    hash: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, newest first, and where the next page begins."""

    lines: tuple[Line, ...]
    before: int | None


def log_page(asked: Asked, per_page: int = PER_PAGE) -> Page:
    """Return the lines that were asked for: at most three queries, one of them for a handle."""
    rows = list(_asked_for(asked).order_by("-id")[: per_page + 1])
    shown = rows[:per_page]
    people = User.objects.only("username", "name").in_bulk(
        {pk for row in shown for pk in (row.actor_id, row.subject_id) if pk is not None}
    )
    lines = tuple(_line(row, people) for row in shown)
    return Page(lines, shown[-1].pk if len(rows) > per_page else None)


def _asked_for(asked: Asked) -> Any:
    rows = AuditEntry.objects.all()
    if asked.name:
        rows = rows.filter(name=asked.name)
    if asked.person:
        ids = list(User.objects.with_handle(asked.person.removeprefix("@")).values_list("pk", flat=True))
        rows = rows.filter(Q(actor_id__in=ids) | Q(subject_id__in=ids))
    if asked.comment_id is not None:
        rows = rows.filter(comment_id=asked.comment_id)
    if asked.since is not None:
        rows = rows.filter(at__date__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(at__date__lte=asked.until)
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    return rows


def _line(row: AuditEntry, people: Mapping[int, User]) -> Line:
    return Line(
        id=row.pk, at=row.at, name=row.name, words=WORDS.get(row.name, row.name),
        actor=people.get(row.actor_id or 0), actor_id=row.actor_id,
        subject=people.get(row.subject_id or 0), subject_id=row.subject_id,
        comment_id=row.comment_id, article_id=row.article_id,
        facts=tuple((key, value) for key, value in row.data.items() if value is not None), hash=row.hash,
    )  # fmt: skip
