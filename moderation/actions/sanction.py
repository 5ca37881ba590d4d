"""Sanctions: imposing, acknowledging, lifting. Each says to its person what it is and why; none happens by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mailing import address_of
from accounts.models import Guest, User
from accounts.participants import Participant
from core.errors import Conflict, NotAllowed, Refused
from discussions.actions import rows
from discussions.markup import normalise_text
from discussions.models import Comment
from moderation import access, audit
from moderation.actions.notify import Kind as News
from moderation.actions.notify import tell
from moderation.evasion import mark_of
from moderation.ladder import ACTS, FORGOTTEN_AFTER_DAYS, LONGEST_DAYS, Kind, Suggestion, next_step
from moderation.models import Decision, GuidelineVersion, Outcome, Sanction
from moderation.queries.person import has_written_in

WORDS_AT_MOST = 1000


def impose(
    person: User | Guest, *, kind: str, guideline_version: GuidelineVersion, reason: str, by: User, key: UUID,
    until: datetime | None = None, decision: Decision | None = None,
) -> Sanction:  # fmt: skip
    """Take a step of the ladder and return it; the same `key` returns the same step.

    `until` is the end: none for a warning, required for reading first and for muting, free for a ban. `decision` is
    the one that was the last straw. A guest who has become a member is sanctioned as that member. Raises `NotAllowed`
    to who may not (by role, for oneself, for staff of the same or a higher role, out of one's sections), `Refused`
    without reason or with an impossible end, `Conflict` when such a sanction is in force that lasts as long.
    """
    if kind not in ACTS:
        raise Refused(_("Please choose what should follow."), code="kind")
    standing = access.check(by, ACTS[kind])
    reason = _words(reason, _("Please give the reason in words: the person reads it."))
    until = _checked_end(kind, until)
    with transaction.atomic():
        person = _locked(person)
        if made := Sanction.objects.filter(key=key).first():
            return _same(made, person, by)
        check_target(person, by, standing)
        _check_decision(decision, person)
        _check_news(person, kind, until)
        sanction = Sanction(
            kind=kind, guideline_version=guideline_version, reason=reason, decision=decision, by=by, key=key,
            until=until,
        )  # fmt: skip
        sanction.user, sanction.guest = _columns(person)
        if kind == Kind.BAN:
            sanction.address_hash = mark_of(address_of(person))
        try:
            with transaction.atomic():
                sanction.save(force_insert=True)
        except IntegrityError as error:  # the key has just made a sanction of somebody else
            raise _form_used() from error
        tell(News.SANCTION, user=sanction.user, guest=sanction.guest, at=sanction.created_at, sanction=sanction)
        _record("sanction.imposed", sanction, by=by, until=until.isoformat() if until else None)
    return sanction


def have_read_first(
    person: User | Guest, *, until: datetime, guideline_version: GuidelineVersion, reason: str, by: User, key: UUID
) -> Sanction | None:
    """Have what somebody writes read first because of a rule; None where that is so already, or it is staff.

    `by` is the administrator who answers for the rule: what they may do was checked when it went live. The same `key`
    returns the same sanction. No rule can do more than this to a person.
    """
    with transaction.atomic():
        person = _locked(person)
        if made := Sanction.objects.filter(key=key).first():
            return made
        kind = Kind.PREMODERATION
        is_so = Sanction.objects.against(person).active().filter(kind=kind).exists()
        if is_so or person == by or access.rank_of(person) > access.Role.READER:
            return None
        sanction = Sanction(
            kind=kind, guideline_version=guideline_version, reason=reason, by=by, key=key, until=until
        )  # fmt: skip
        sanction.user, sanction.guest = _columns(person)
        sanction.save(force_insert=True)
        tell(News.SANCTION, user=sanction.user, guest=sanction.guest, at=sanction.created_at, sanction=sanction)
        _record("sanction.imposed", sanction, by=None, until=until.isoformat())
    return sanction


def suggest(person: Participant) -> Suggestion | None:
    """Return the step that the record of this person suggests next, or None. Two queries; nothing is written."""
    since = timezone.now() - timedelta(days=FORGOTTEN_AFTER_DAYS)
    earlier = list(
        Sanction.objects.against(person)
        .filter(created_at__gte=since, lifted_at=None)
        .order_by("created_at")
        .values_list("kind", "created_at")
    )
    after = earlier[-1][1] if earlier else since
    restrictions = Decision.objects.filter(
        comment__in=Comment.objects.by(person), created_at__gt=after, undone_at=None, superseded_by=None,
        outcome__in=(Outcome.REMOVE, Outcome.COLLAPSE),
    ).count()  # fmt: skip
    return next_step([kind for kind, _at in earlier], restrictions)


def acknowledge(sanction: Sanction, *, by: Participant) -> Sanction:
    """Note that its person has read it; a warning is over then. Doing it again changes nothing.

    Raises `NotAllowed` to everybody else.
    """
    with transaction.atomic():
        sanction = _locked_sanction(sanction)
        if not is_about(sanction, by):
            raise NotAllowed(_("Only the person whom it is about can acknowledge it."), code="not_yours")
        if sanction.acknowledged_at is None:
            sanction.acknowledged_at = timezone.now()
            sanction.save(update_fields=["acknowledged_at"])
            _record("sanction.acknowledged", sanction, by=by if isinstance(by, User) else None)
    return sanction


def lift(sanction: Sanction, *, by: User, reason: str) -> Sanction:
    """End a sanction before its time and return it; its person is told. Lifting again changes nothing.

    Raises `NotAllowed` to who may not, and to its own person; `Refused` without a reason; `Conflict` when it is over.
    """
    access.check(by, "lift")
    reason = _words(reason, _("Please say why it ends: the person reads it."))
    with transaction.atomic():
        sanction = _locked_sanction(sanction)
        if is_about(sanction, by):
            raise NotAllowed(_("It is about you, so somebody else decides. You can appeal."), code="own")
        if sanction.lifted_at is None and sanction.until is not None and sanction.until <= timezone.now():
            raise Conflict(_("This has ended by itself already."), code="over")
        lift_locked(sanction, by=by, reason=reason)
    return sanction


def lift_locked(sanction: Sanction, *, by: User, reason: str) -> None:
    """End a sanction whose row the caller holds, over or not, and tell its person; nothing for one that is lifted."""
    if sanction.lifted_at is not None:
        return
    sanction.lifted_at, sanction.lifted_by, sanction.lift_reason = timezone.now(), by, reason
    sanction.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    tell(News.LIFTED, user=sanction.user, guest=sanction.guest, at=sanction.lifted_at, sanction=sanction)
    _record("sanction.lifted", sanction, by=by)


def is_about(sanction: Sanction, participant: Participant | None) -> bool:
    """Return whether this member or guest is the one who is sanctioned."""
    if isinstance(participant, Guest):
        return sanction.guest_id is not None and sanction.guest_id == participant.pk
    return participant is not None and sanction.user_id is not None and sanction.user_id == participant.pk


def _locked(person: User | Guest) -> User | Guest:
    """Return the person with the row locked, so that two moderators at once take steps one after the other."""
    if isinstance(person, Guest):
        person = rows.locked_guest(person)
        if person.claimed_by is None:
            return person
        person = person.claimed_by
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _locked_sanction(sanction: Sanction) -> Sanction:
    return Sanction.objects.select_for_update().get(pk=sanction.pk)


def _columns(person: User | Guest) -> tuple[User | None, Guest | None]:
    return (None, person) if isinstance(person, Guest) else (person, None)


def _same(made: Sanction, person: User | Guest, by: User) -> Sanction:
    if made.by_id != by.pk or not is_about(made, person):
        raise _form_used()
    return made


def _form_used() -> Conflict:
    return Conflict(_("This form was used already. Please reload the page."), code="form_used")


def check_target(person: User | Guest, by: User, standing: access.Standing) -> None:
    """Raise `NotAllowed` for oneself, for staff of the same or a higher role, and for people of other sections."""
    if person == by:
        raise NotAllowed(_("Nobody decides about themselves."), code="own")
    rank = access.rank_of(person)
    if rank > access.Role.READER and rank >= standing.role:
        raise NotAllowed(_("This is one of the staff: only somebody of a higher role can do this."), code="rank")
    if not has_written_in(person, standing):
        raise NotAllowed(_("This person has written nothing in your sections."), code="section")


def _check_decision(decision: Decision | None, person: User | Guest) -> None:
    if decision is not None and not decision.comment.is_by(person):
        raise Refused(_("This decision is about somebody else's comment."), code="decision")


def _check_news(person: User | Guest, kind: str, until: datetime | None) -> None:
    """Refuse what would change nothing: the same kind is in force and ends no earlier."""
    ends = Sanction.objects.against(person).active().filter(kind=kind).values_list("until", flat=True)
    if any(end is None or (until is not None and end >= until) for end in ends):
        raise Conflict(
            _("Such a measure is in force already, perhaps since a moment ago. It is listed below."), code="in_force"
        )


def _checked_end(kind: str, until: datetime | None) -> datetime | None:
    if kind == Kind.WARNING:
        return None
    now = timezone.now()
    if until is None:
        if kind == Kind.BAN:
            return None
        raise Refused(_("Please say for how many days."), code="until")
    if until <= now:
        raise Refused(_("The end must be in the future."), code="until")
    if kind != Kind.BAN and until > now + timedelta(days=LONGEST_DAYS, hours=1):
        raise Refused(_("This lasts a year at most."), code="until")
    return until


def _words(text: str, missing: str) -> str:
    text = normalise_text(text).strip()
    if not text:
        raise Refused(missing, code="reason")
    if len(text) > WORDS_AT_MOST:
        raise Refused(_("The reason has at most %(n)d characters.") % {"n": WORDS_AT_MOST}, code="reason")
    return text


def _record(name: str, sanction: Sanction, *, by: User | None, **data: Any) -> None:
    if sanction.guest_id:
        data["guest"] = sanction.guest_id
    audit.record(
        name, by=by, subject=sanction.user, sanction=sanction.pk, kind=sanction.kind,
        guideline=sanction.guideline_version_id, **data,
    )  # fmt: skip
