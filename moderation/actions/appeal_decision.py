"""Deciding appeals, by somebody who did not decide first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import NotAllowed, Refused
from discussions.actions import rows
from discussions.markup import normalise_text
from discussions.models import Comment, Visibility
from moderation import access, audit
from moderation.actions.appeal import check_second_person, comment_of, locked_open
from moderation.actions.decide import Overtaken, Verdict, apply, checked, move
from moderation.actions.notify import Kind as News
from moderation.actions.notify import tell
from moderation.actions.sanction import lift_locked
from moderation.models import Appeal, Case, Decision, Outcome, Sanction
from moderation.transitions import Event, State

REASON_AT_MOST = 1000


@dataclass(slots=True)
class _Held:
    """Everything an appeal touches, locked in the order of the house; the upper four are None for a sanction's."""

    line: list[Comment] | None
    case: Case | None
    decision: Decision | None
    sanction: Sanction | None
    appeal: Appeal


def lean(appeal: Appeal, *, by: User, leaning: str) -> Appeal:
    """Note what `by` thinks before they see the first person's reasons; from then on they may see them and decide.

    The first thought stays: asking again changes nothing. Somebody else may take over with a thought of their own.
    Raises `NotAllowed` by role and by `check_second_person`, `Conflict` when it is decided, `Refused` for no choice.
    """
    access.check(by, "decide_appeal")
    if leaning not in (Appeal.State.UPHELD, Appeal.State.OVERTURNED):
        raise Refused(_("Please choose what you think now."), code="leaning")
    with transaction.atomic():
        appeal = locked_open(appeal)
        check_second_person(appeal, by)
        if appeal.leaning_by_id != by.pk:
            appeal.leaning, appeal.leaning_by = leaning, by
            appeal.save(update_fields=["leaning", "leaning_by"])
    return appeal


def may_see_reasons(appeal: Appeal, by: User) -> bool:
    """Return whether the first person's reasons, notes and name are shown: after one's own thought, or afterwards."""
    return appeal.state != Appeal.State.OPEN or appeal.leaning_by_id == by.pk


def uphold(appeal: Appeal, *, by: User, reason: str) -> Appeal:
    """Leave things as they are, tell who appealed why, and return the appeal. Raises what `overturn` raises."""
    reason = _start(by, reason)
    with transaction.atomic():
        held = _locked(appeal)
        _check(held.appeal, by)
        return _close(held, Event.UPHOLD, by=by, reason=reason)


def overturn(
    appeal: Appeal, *, by: User, reason: str, cause: str, verdict: Verdict | None = None, revision: int | None = None
) -> Appeal:
    """Take back the first decision, do the opposite, tell everybody who was told before, and return the appeal.

    `cause` is one of `Appeal.Cause`. A restriction becomes a publication; a comment that was kept needs a `verdict`
    that restricts it; a sanction is lifted. `revision` is the text that the page showed. Where `is_overtaken`, the
    appeal is decided and the comment stays as it is. Raises `NotAllowed` by role, by `check_second_person` and before
    a leaning, `Refused` without reason, cause or verdict, `Conflict` when it is decided, `Overtaken` after an edit.
    """
    reason = _start(by, reason)
    if cause not in Appeal.Cause:
        raise Refused(_("Please choose why the first decision did not hold."), code="cause")
    with transaction.atomic():
        held = _locked(appeal)
        _check(held.appeal, by)
        held.appeal.cause = cause
        if held.sanction is not None:
            lift_locked(held.sanction, by=by, reason=reason)
        else:
            _reverse(held, verdict, by, revision)
        return _close(held, Event.OVERTURN, by=by, reason=reason)


def is_overtaken(decision: Decision) -> bool:
    """Return whether the decision says nothing any more about what readers see.

    Its comment is withdrawn, or another case about it waits or was decided later: that one decides.
    """
    if Comment.objects.filter(pk=decision.comment_id, visibility=Visibility.WITHDRAWN).exists():
        return True
    others = Case.objects.filter(comment=decision.comment_id).exclude(pk=decision.case_id)
    return others.waiting().exists() or others.filter(decided_at__gt=decision.created_at).exists()


def _start(by: User, reason: str) -> str:
    access.check(by, "decide_appeal")
    reason = normalise_text(reason).strip()
    if not reason:
        raise Refused(_("Please give the reason in words: who appealed reads it."), code="reason")
    if len(reason) > REASON_AT_MOST:
        raise Refused(_("The reason has at most %(n)d characters.") % {"n": REASON_AT_MOST}, code="reason")
    return reason


def _locked(appeal: Appeal) -> _Held:
    line = case = decision = sanction = None
    if appeal.decision is not None:
        line = rows.locked_line(appeal.decision.comment)
        case = Case.objects.select_for_update().get(pk=appeal.decision.case_id)
        decision = Decision.objects.select_for_update().get(pk=appeal.decision.pk)
    elif appeal.sanction_id is not None:
        sanction = Sanction.objects.select_for_update().get(pk=appeal.sanction_id)
    return _Held(line, case, decision, sanction, locked_open(appeal))


def _check(appeal: Appeal, by: User) -> None:
    check_second_person(appeal, by)
    if appeal.leaning_by_id != by.pk:
        raise NotAllowed(_("Please say first what you think, before you read the first reasons."), code="leaning")


def _reverse(held: _Held, verdict: Verdict | None, by: User, revision: int | None) -> None:
    """Put a decision with the opposite outcome in the place of the first one."""
    assert held.line is not None
    assert held.case is not None
    assert held.decision is not None
    if revision is not None and held.line[-1].revision != revision:
        raise Overtaken(
            _("The author has changed the comment since you opened it. Please read it again."), code="edited"
        )
    if held.decision.is_restrictive:
        verdict = Verdict(Outcome.PUBLISH)
    elif verdict is None or verdict.outcome == Outcome.PUBLISH:
        raise Refused(_("Please choose what becomes of the comment."), code="outcome")
    verdict = checked(verdict)
    if not is_overtaken(held.decision):
        apply(held.case, held.line, verdict, by=by, key=uuid.uuid4(), supersedes=held.decision)


def _close(held: _Held, event: Event, *, by: User, reason: str) -> Appeal:
    appeal = held.appeal
    if held.case is not None and held.case.state == State.APPEALED:
        move(held.case, event)
    is_upheld = event == Event.UPHOLD
    appeal.state = Appeal.State.UPHELD if is_upheld else Appeal.State.OVERTURNED
    appeal.decided_by, appeal.decided_at, appeal.reason = by, timezone.now(), reason
    appeal.save(update_fields=["state", "decided_by", "decided_at", "reason", "cause"])
    tell(News.APPEAL, user=appeal.user, guest=appeal.guest, at=appeal.decided_at, appeal=appeal)
    audit.record(
        "appeal.upheld" if is_upheld else "appeal.overturned", by=by, comment=comment_of(appeal),
        subject=appeal.sanction.user if appeal.sanction else None, appeal=appeal.pk, decision=appeal.decision_id,
        sanction=appeal.sanction_id, cause=appeal.cause, leaning=appeal.leaning,
    )  # fmt: skip
    return appeal
