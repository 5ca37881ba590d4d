"""What becomes of the house's rows about somebody who is erased.

Cases, decisions and measures stay, about "a former reader": the figures and the audit log, which holds numbers only,
need them. What named the person goes, and with their texts everything that quoted them.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.privacy import Subject
from accounts.privacy.subject import GONE
from moderation.evasion import mark_of
from moderation.models import (
    Appeal,
    AppealMessage,
    Backtest,
    Case,
    Decision,
    Fingerprint,
    NetworkTrace,
    Notification,
    Policy,
    RecordedSignal,
    Report,
    Rule,
    RuleHit,
    Sanction,
    SectionModerator,
    SpamModel,
    StaffNote,
    UnlawfulNotice,
)
from moderation.transitions import WAITING

#: Texts that staff have typed: they may name anybody.
STAFF_TEXTS: dict[type[Model], tuple[str, ...]] = {
    Decision: ("span", "note", "internal_note"),
    Case: ("hold_reason", "escalation_note"),
    Sanction: ("reason", "lift_reason"),
    Appeal: ("text", "reason"),
    AppealMessage: ("text",),
    StaffNote: ("text",),
    Report: ("note",),
    UnlawfulNotice: ("name", "explanation"),
    Rule: ("title", "paused_because"),
}


def why_erasure_waits(subject: Subject) -> str:
    """Return a sentence when an appeal is open that the person made or that is about their comment or measure."""
    theirs = (
        subject.rows() | subject.rows("decision__comment__author", "decision__comment__guest")
        | subject.rows("sanction__user", "sanction__guest")
    )  # fmt: skip
    if Appeal.objects.filter(theirs, state=Appeal.State.OPEN).exists():
        return _("An appeal is open. Nothing that it is about is deleted before it is decided.")
    return ""


def erase_house_rows(subject: Subject, keeps_texts: bool) -> bool:
    """Erase the person from everything that moderation holds. One transaction: what is about one person is not much."""
    with transaction.atomic():
        Notification.objects.filter(subject.rows()).delete()
        StaffNote.objects.filter(subject.rows()).delete()
        if subject.user:
            Policy.objects.filter(author=subject.user).delete()
            SectionModerator.objects.filter(user=subject.user).delete()
        _keep_bans(subject)
        for rows, columns in _about(subject):
            _scrub(rows, columns, subject)
        _scrub_mentions(subject)
        _scrub_hits(subject)
        _forget_signals(subject)
        NetworkTrace.objects.filter(subject.rows("comment__author", "comment__guest")).delete()
        if not keeps_texts:
            _forget_quotes(subject)
        _let_go(subject)
    return True


def _keep_bans(subject: Subject) -> None:
    """Leave a keyed hash of the address with bans in force, which goes when they end: a ban outlives its account."""
    if address := next(iter(sorted(subject.proven)), ""):
        Sanction.objects.filter(subject.rows()).active().filter(kind=Sanction.Kind.BAN, address_hash="").update(
            address_hash=mark_of(address)
        )


def _about(subject: Subject) -> list[tuple[QuerySet[Any], tuple[str, ...]]]:
    on_comments = subject.rows("comment__author", "comment__guest")
    on_decisions = subject.rows("decision__comment__author", "decision__comment__guest")
    appeals = Appeal.objects.filter(subject.rows() | on_decisions | subject.rows("sanction__user", "sanction__guest"))
    rows: dict[type[Model], QuerySet[Any]] = {
        Decision: Decision.objects.filter(on_comments),
        Case: Case.objects.filter(on_comments),
        StaffNote: StaffNote.objects.filter(on_comments),
        Report: Report.objects.filter(subject.rows() | on_comments),
        UnlawfulNotice: UnlawfulNotice.objects.filter(Q(email__in=subject.proven) | on_comments),
        Sanction: Sanction.objects.filter(subject.rows()),
        Appeal: appeals,
        AppealMessage: AppealMessage.objects.filter(appeal__in=appeals),
    }
    return [(found, STAFF_TEXTS[model]) for model, found in rows.items()]


def _scrub_mentions(subject: Subject) -> None:
    """Look for the address and the @handle in what staff wrote about others, too."""
    marks = [*subject.addresses, *([f"@{subject.handle}"] if subject.handle else [])]
    for model, columns in STAFF_TEXTS.items():
        named = Q()
        for column in columns:
            for mark in marks:
                named |= Q(**{f"{column}__icontains": mark})
        if named:
            _scrub(_rows_of(model).filter(named), columns, subject)


def _scrub_hits(subject: Subject) -> None:
    """Take the person out of what rules have marked in their texts."""
    for hit in RuleHit.objects.filter(subject.rows("comment__author", "comment__guest")).iterator(chunk_size=500):
        marks = [[*place, subject.scrub(words)] for *place, words in hit.marks]
        if marks != hit.marks:
            RuleHit.objects.filter(pk=hit.pk).update(marks=marks)


def _forget_signals(subject: Subject) -> None:
    """Take away what recognises the person's texts, and the words that plug-ins quote; the numbers stay."""
    theirs = subject.rows("comment__author", "comment__guest")
    Fingerprint.objects.filter(theirs).delete()
    RecordedSignal.objects.filter(theirs).update(reasons=[], spans=[])
    if subject.user:
        SpamModel.objects.filter(by=subject.user).update(by=None)


def _rows_of(model: type[Model]) -> QuerySet[Any]:
    return QuerySet(model)


def _scrub(rows: QuerySet[Any], columns: tuple[str, ...], subject: Subject) -> None:
    for row in rows.only("pk", *columns).iterator(chunk_size=500):
        if any(subject.is_in(getattr(row, column)) for column in columns):
            _rows_of(rows.model).filter(pk=row.pk).update(
                **{column: subject.scrub(getattr(row, column)) for column in columns}
            )


def _forget_quotes(subject: Subject) -> None:
    """Delete what quotes the texts that go, and what the person wrote to the house; a text that must be is a dash."""
    on_comments = subject.rows("comment__author", "comment__guest")
    Decision.objects.filter(on_comments).update(span="")
    Case.objects.filter(on_comments).update(hold_reason="")
    RuleHit.objects.filter(on_comments).update(marks=[])
    Appeal.objects.filter(subject.rows()).update(text=GONE)
    AppealMessage.objects.filter(subject.rows("appeal__user", "appeal__guest"), staff=None).update(text=GONE)
    decided = UnlawfulNotice.objects.filter(email__in=subject.proven).exclude(case__state__in=WAITING)
    decided.update(explanation=GONE)


def _let_go(subject: Subject) -> None:
    """Leave reports, appeals, notices and rules to nobody. Who gave notice follows it by its receipt number."""
    reports = Report.objects.filter(subject.rows())
    # The note of a case that waits is what its moderator needs; it goes with the decision's by `forget_notes`.
    reports.exclude(case__state__in=WAITING).update(note="")
    reports.update(user=None, guest=None, network="")
    Appeal.objects.filter(subject.rows()).update(user=None, guest=None)
    UnlawfulNotice.objects.filter(email__in=subject.proven).update(name="", email="")
    if subject.user:
        # Who wrote and who signed a version stays as a number, like who decided: it shows that they were two.
        Rule.objects.filter(owner=subject.user).update(owner=None)
        Backtest.objects.filter(by=subject.user).update(by=None)
