"""Deciding a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, NotAllowed, Refused
from discussions.actions import rows
from discussions.actions.visibility import change_line
from discussions.markup import normalise_line, normalise_text
from discussions.models import Comment, Visibility
from moderation import access, audit
from moderation.actions.notify import tell_of_decision
from moderation.models import VISIBILITY, Case, Decision, GuidelineVersion, Outcome, Report
from moderation.reading import words_in
from moderation.transitions import Event, IllegalTransition, State, after

ACTS = {
    Outcome.PUBLISH: "comment.published",
    Outcome.RETURN: "comment.returned",
    Outcome.REMOVE: "comment.removed",
    Outcome.COLLAPSE: "comment.collapsed",
}


class Overtaken(Conflict):
    """Somebody else was faster, or the comment has changed: the card is shown anew, with what was typed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator has chosen. Everything but publishing names a guideline and gives a reason."""

    outcome: str
    guideline: GuidelineVersion | None = None
    #: Told to the author.
    note: str = ""
    #: The words in question, as they stand in the comment; empty for the whole of it.
    span: str = ""
    internal_note: str = ""


def decide(
    case: Case, verdict: Verdict, *, by: User, key: UUID, lock_version: int, revision: int, seconds: float | None = None
) -> Decision:
    """Decide a case that `access.get_case` gave, and return the decision; the same `key` returns the same decision.

    `lock_version` and `revision` are those that the card showed, `seconds` how long it was looked at. Raises
    `Overtaken` when either has changed or the case is decided, `NotAllowed` to who may not decide it, and `Refused`
    for a restriction without guideline or reason.
    """
    standing = access.check(by, "decide")
    verdict = checked(verdict)
    with transaction.atomic():
        line = rows.locked_line(case.comment)
        case = Case.objects.select_for_update().get(pk=case.pk)
        if made := Decision.objects.filter(key=key, by=by).first():
            return made
        comment = line[-1]
        _check_still(case, comment, by, lock_version, revision)
        if case.state == State.ESCALATED and standing.role < access.TABLE["decide_escalated"]:
            raise NotAllowed(_("This case was escalated: a senior moderator decides it."), code="escalated")
        if access.has_part_in(by, comment):
            raise NotAllowed(_("You have a part in this, so somebody else decides it."), code="recused")
        decision = apply(case, line, verdict, by=by, key=key, seconds=seconds)
        move(case, Event.DECIDE)
    return decision


def apply(
    case: Case, line: list[Comment], verdict: Verdict, *, by: User, key: UUID,
    seconds: float | None = None, supersedes: Decision | None = None,
) -> Decision:  # fmt: skip
    """Write the decision, do what it says to the last comment of `line`, and everything that follows from it.

    The caller holds the line and the case. Notices wait until the decision can no longer be undone; one that an appeal
    has brought cannot be.
    """
    comment, now = line[-1], timezone.now()
    decision = Decision.objects.create(
        case=case, comment=comment, revision=comment.revision, outcome=verdict.outcome,
        guideline_version=verdict.guideline, span=verdict.span, note=verdict.note,
        internal_note=verdict.internal_note, by=by, key=key, seconds=seconds, visibility_before=comment.visibility,
        final_at=now if supersedes else now + timedelta(seconds=settings.UNDO_SECONDS), supersedes=supersedes,
    )  # fmt: skip
    show(
        line, VISIBILITY[verdict.outcome], by=by, reason=decision.note if decision.is_restrictive else "",
        is_returned=decision.outcome == Outcome.RETURN, is_reviewed=decision.outcome != Outcome.RETURN,
    )  # fmt: skip
    Report.objects.filter(case=case).update(agreed=decision.is_restrictive)
    tell_of_decision(decision)
    audit.record(
        ACTS[Outcome(verdict.outcome)], by=by, comment=comment, case=case.pk, decision=decision.pk,
        revision=comment.revision, guideline=verdict.guideline.pk if verdict.guideline else None,
        waited=round((now - case.opened_at).total_seconds()), queue=case.queue, seconds=seconds,
        words=words_in(comment.body), supersedes=supersedes.pk if supersedes else None,
    )  # fmt: skip
    return decision


def show(line: list[Comment], to: Visibility, *, by: User, reason: str, is_returned: bool, is_reviewed: bool) -> None:
    """Show readers the last comment of `line` as `to`, and note if it is its author's turn, or was read by staff."""
    comment = line[-1]
    change_line(line, to, by=by, reason=reason)
    comment.returned_at = timezone.now() if is_returned else None
    comment.reviewed_revision = comment.revision if is_reviewed else None
    comment.visibility_reason = normalise_line(reason, 500)
    comment.save(update_fields=["returned_at", "reviewed_revision", "visibility_reason"])


def move(case: Case, event: Event) -> None:
    """Take a locked case along the table and save it. Raises `Overtaken` where the table has no way."""
    try:
        case.state = after(case.state, event)
    except IllegalTransition as error:
        raise Overtaken(_("Somebody else was faster: this case has been decided."), code="decided") from error
    case.lock_version += 1
    case.claimed_by = case.claimed_until = None
    if event == Event.DECIDE:
        case.decided_at = timezone.now()
    case.save()


def checked(verdict: Verdict) -> Verdict:
    """Return the verdict with its texts normalised; raises `Refused` for a restriction without guideline or reason."""
    if verdict.outcome not in Outcome:
        raise Refused(_("Please choose a decision."), code="outcome")
    is_publish = verdict.outcome == Outcome.PUBLISH
    guideline = None if is_publish else verdict.guideline
    note = normalise_text(verdict.note).strip()[:1000]
    if not is_publish and guideline is None:
        raise Refused(_("Please choose the guideline that this rests on."), code="guideline")
    if not is_publish and not note:
        raise Refused(_("Please give the reason in words: the author reads it."), code="note")
    return Verdict(
        outcome=verdict.outcome, guideline=guideline, note=note, span=normalise_line(verdict.span, 600),
        internal_note=normalise_text(verdict.internal_note).strip()[:1000],
    )  # fmt: skip


def _check_still(case: Case, comment: Comment, by: User, lock_version: int, revision: int) -> None:
    if not case.is_waiting:
        raise Overtaken(_("Somebody else was faster: this case has been decided."), code="decided")
    if comment.revision != revision:
        raise Overtaken(
            _("The author has changed the comment since you opened it. Please read it again."), code="edited"
        )
    is_theirs = case.claimed_by_id not in (None, by.pk) and case.claimed_until and case.claimed_until > timezone.now()
    if case.lock_version != lock_version or is_theirs:
        raise Overtaken(_("Somebody else has taken this case since you opened it."), code="taken")
