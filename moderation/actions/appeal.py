"""Appeals: asking that somebody else looks again, and talking about it with staff."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Guest, User
from accounts.participants import Participant
from core.errors import Conflict, NotAllowed, Refused
from core.limits import check_limit
from discussions.markup import normalise_text
from discussions.models import Comment, Visibility
from moderation import access, audit
from moderation.actions.decide import move
from moderation.actions.notify import Kind as News
from moderation.actions.notify import tell
from moderation.actions.sanction import is_about
from moderation.models import Appeal, AppealMessage, Case, Decision, Report, Sanction
from moderation.transitions import Event, State

TEXT_AT_MOST = 2000
#: Lines that who appeals may add; after that the staff has heard it.
ANSWERS_AT_MOST = 20


def appeal(against: Decision | Sanction, *, by: Participant, text: str) -> Appeal:
    """Appeal against a decision or a sanction, and return the appeal; the same person asking again gets the first one.

    Raises what `check_can_appeal` raises, `Refused` for no text or one that is too long, `TooMany`.
    """
    text = checked_text(text)
    if mine := appeal_by(against, by):
        return mine
    check_can_appeal(against, by)
    check_limit("appeal", by.identity)
    if isinstance(against, Decision):
        return _against_decision(against, by, text)
    return _against_sanction(against, by, text)


def check_can_appeal(against: Decision | Sanction, by: Participant) -> None:
    """Raise `NotAllowed` unless this person may appeal, `Conflict` when it is too early, too late or done already."""
    if isinstance(against, Sanction):
        _check_sanction(against, by)
        made_at = against.created_at
    else:
        _check_decision(against, by)
        made_at = against.final_at
    if timezone.now() > made_at + timedelta(days=settings.APPEAL_WITHIN_DAYS):
        raise Conflict(_("This was too long ago to appeal against."), code="too_late")
    if Appeal.objects.filter(**_column(against)).exists():
        raise Conflict(_("Somebody has appealed against this already; there is one appeal each."), code="appealed")


def appeal_by(against: Decision | Sanction, by: Participant) -> Appeal | None:
    """Return the appeal that this person has made against it."""
    found = Appeal.objects.filter(**_column(against)).first()
    return found if found is not None and is_appellant(found, by) else None


def is_appellant(appeal: Appeal, by: Participant | None) -> bool:
    """Return whether this member or guest has made the appeal."""
    if isinstance(by, Guest):
        return appeal.guest_id is not None and appeal.guest_id == by.pk
    return by is not None and appeal.user_id is not None and appeal.user_id == by.pk


def answer(appeal: Appeal, *, by: Participant, text: str) -> AppealMessage:
    """Add a line to the conversation, as who appeals, while it is open. Raises `NotAllowed`, `Conflict`, `TooMany`."""
    text = checked_text(text)
    if not is_appellant(appeal, by):
        raise NotAllowed(_("This is somebody else's appeal."), code="not_yours")
    check_limit("appeal_message", by.identity)
    with transaction.atomic():
        appeal = locked_open(appeal)
        if appeal.messages.filter(staff=None).count() >= ANSWERS_AT_MOST:
            raise Conflict(_("You have written a lot already. Please wait for the decision."), code="enough")
        return AppealMessage.objects.create(appeal=appeal, staff=None, text=text)


def write(appeal: Appeal, *, by: User, text: str) -> AppealMessage:
    """Write to who appeals, as staff, and tell them. Raises `NotAllowed` by `check_second_person`, `Conflict`."""
    access.check(by, "decide_appeal")
    text = checked_text(text)
    with transaction.atomic():
        appeal = locked_open(appeal)
        check_second_person(appeal, by)
        message = AppealMessage.objects.create(appeal=appeal, staff=by, text=text)
        tell(News.MESSAGE, user=appeal.user, guest=appeal.guest, at=message.created_at, appeal=appeal)
        audit.record("appeal.answered", by=by, comment=comment_of(appeal), appeal=appeal.pk, message=message.pk)
    return message


def check_second_person(appeal: Appeal, by: User) -> None:
    """Raise `NotAllowed` to who decided first, and to who has a part in it: somebody else looks again."""
    if appeal.first_decider_id == by.pk:
        raise NotAllowed(_("You decided this first, so somebody else looks at it again."), code="first_decider")
    comment = comment_of(appeal)
    is_involved = is_appellant(appeal, by) or (appeal.sanction is not None and is_about(appeal.sanction, by))
    if is_involved or (comment is not None and access.has_part_in(by, comment)):
        raise NotAllowed(_("You have a part in this, so somebody else decides it."), code="recused")


def comment_of(appeal: Appeal) -> Comment | None:
    """Return the comment that it is about, if there is one."""
    decision = appeal.decision or (appeal.sanction.decision if appeal.sanction else None)
    return decision.comment if decision else None


def locked_open(appeal: Appeal) -> Appeal:
    """Return the appeal, locked. Raises `Conflict` when it has been decided."""
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if appeal.state != Appeal.State.OPEN:
        raise Conflict(_("This appeal has been decided."), code="decided")
    return appeal


def checked_text(text: str) -> str:
    """Return the text normalised. Raises `Refused` for an empty one, and for one that is too long: nothing is cut."""
    text = normalise_text(text).strip()
    if not text:
        raise Refused(_("Please write something first."), code="required")
    if len(text) > TEXT_AT_MOST:
        raise Refused(_("This has at most %(n)d characters. Nothing was cut off.") % {"n": TEXT_AT_MOST}, code="long")
    return text


def _against_decision(decision: Decision, by: Participant, text: str) -> Appeal:
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=decision.case_id)
        decision = Decision.objects.select_for_update().get(pk=decision.pk)
        if mine := appeal_by(decision, by):  # the second of two clicks
            return mine
        check_can_appeal(decision, by)
        # What an appeal has brought about is appealed against without opening the case once more: it is overturned.
        if case.state == State.DECIDED:
            move(case, Event.APPEAL)
        elif decision.supersedes_id is None:
            raise Conflict(_("This decision no longer stands."), code="gone")
        made = _made(by, text, decision=decision, first_decider=decision.by)
        audit.record("appeal.made", by=None, comment=decision.comment, appeal=made.pk, decision=decision.pk)
    return made


def _against_sanction(sanction: Sanction, by: Participant, text: str) -> Appeal:
    with transaction.atomic():
        sanction = Sanction.objects.select_for_update().get(pk=sanction.pk)
        if mine := appeal_by(sanction, by):
            return mine
        check_can_appeal(sanction, by)
        made = _made(by, text, sanction=sanction, first_decider=sanction.by)
        audit.record("appeal.made", by=None, subject=sanction.user, appeal=made.pk, sanction=sanction.pk)
    return made


def _made(by: Participant, text: str, **fields: object) -> Appeal:
    made = Appeal(text=text, **fields)
    made.user, made.guest = (None, by) if isinstance(by, Guest) else (by, None)
    made.save(force_insert=True)
    return made


def _check_sanction(sanction: Sanction, by: Participant) -> None:
    if not is_about(sanction, by):
        raise NotAllowed(_("Only the person whom it is about can appeal."), code="not_yours")
    if sanction.lifted_at is not None:
        raise Conflict(_("This has been lifted already."), code="lifted")


def _check_decision(decision: Decision, by: Participant) -> None:
    comment = decision.comment
    if decision.undone_at is not None:
        raise Conflict(_("This decision no longer stands."), code="gone")
    if timezone.now() < decision.final_at:
        raise Conflict(_("This can still change: please come back in a minute."), code="not_final")
    if decision.is_restrictive and not comment.is_by(by):
        raise NotAllowed(_("Only the author of the comment can appeal against this."), code="not_yours")
    if not decision.is_restrictive:
        _check_reporter(decision, by)
    if comment.visibility == Visibility.WITHDRAWN:
        raise Conflict(_("Its author has withdrawn this comment, so there is nothing to decide."), code="withdrawn")
    if comment.revision != decision.revision:
        raise Conflict(_("The comment has been changed since; this decision is about the text before."), code="edited")


def _check_reporter(decision: Decision, by: Participant) -> None:
    column = {"guest": by} if isinstance(by, Guest) else {"user": by}
    if not Report.objects.filter(case=decision.case_id, **column).exists():
        raise NotAllowed(_("Only who reported the comment can appeal against this."), code="not_yours")
    if decision.supersedes_id is not None:
        raise Conflict(_("This was decided on appeal, by a second person."), code="second")


def _column(against: Decision | Sanction) -> dict[str, Decision | Sanction]:
    return {"decision" if isinstance(against, Decision) else "sanction": against}
