"""A reader reports a comment."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Guest
from accounts.participants import Participant
from core.errors import NotAllowed, Refused
from core.kept import kept, param
from core.limits import check_limit
from core.models import Outbox
from core.outbox import put
from discussions.markup import normalise_text
from discussions.models import Comment
from moderation import audit
from moderation.actions.cases import Queue, Severity, open_case, put_in_order
from moderation.models import Decision, Guideline, Report, Sanction
from moderation.priority import reporter_weight
from moderation.queries.ruleset import rules_in_use
from moderation.transitions import WAITING


def report_comment(
    comment: Comment, *, by: Participant, guideline: Guideline, note: str = "", network: str = ""
) -> Report:
    """Report the comment as it stands, and return the report; reporting the same text again returns the first one.

    `network` is the reporter's, as `core.requests.client_network` gives it; only a keyed hash is kept. Raises
    `NotAllowed` for one's own comment, one that is not public, one whose text a moderator has read and kept, one that
    the reporter has answered, and to who is banned; `Refused` for a retired guideline; `TooMany`.
    """
    if mine := _reports_by(by).filter(comment=comment, revision=comment.revision).first():
        return mine
    check_can_report(comment, by)
    if guideline.retired_at is not None:
        raise Refused(_("This guideline no longer applies. Please choose another."), code="guideline")
    check_limit("report", by.identity)
    with transaction.atomic():
        case = open_case(comment, queue=Queue.REPORTED, severity=Severity.REPORTED)
        report = Report(
            case=case, comment=comment, revision=comment.revision, guideline=guideline, weight=_weight(by),
            note=normalise_text(note).strip()[:500], network=_hashed(network),
        )  # fmt: skip
        report.user, report.guest = (None, by) if isinstance(by, Guest) else (by, None)
        try:
            with transaction.atomic():
                report.save(force_insert=True)
        except IntegrityError:  # the second of two clicks
            return _reports_by(by).get(comment=comment, revision=comment.revision)
        put_in_order(case, comment)
        if rules_in_use().are_asked("report"):
            # A moment later: a report does not wait for the rules, and is there when they are asked.
            put("moderation.rule_reported", urgency=Outbox.Urgency.NOW, comment=comment.pk)
        audit.record("report.made", by=None, comment=comment, case=case.pk, report=report.pk, guideline=guideline.pk)
    return report


def has_open_report(by: Participant, comment: Comment) -> bool:
    """Return whether this person has reported the comment and nobody has decided yet."""
    return _open_reports.row(by.pk, comment.pk, shape=(by.is_guest,)) is not None


@kept
def _open_reports(is_guest: bool) -> QuerySet[Report, Any]:
    whose = {"guest" if is_guest else "user": param()}
    return Report.objects.filter(comment=param(1), case__state__in=WAITING, **whose).order_by().values_list("pk")[:1]


def check_can_report(comment: Comment, by: Participant) -> None:
    """Raise `NotAllowed`, in words, to somebody who may not report the comment as it stands."""
    if comment.is_by(by):
        raise NotAllowed(_("This is your own comment. You can edit or withdraw it."), code="own")
    if not comment.is_readable:
        raise NotAllowed(_("This comment is no longer in the discussion."), code="gone")
    if Decision.objects.filter(comment=comment, revision=comment.revision, undone_at=None).exists():
        raise NotAllowed(
            _("A moderator has read this text already and decided. If it is edited, you can report it again."),
            code="decided",
        )
    if Comment.objects.by(by).filter(parent=comment).exists():
        raise NotAllowed(
            _("You have answered this comment, and who argues does not report too. Please leave it to others."),
            code="replied",
        )
    if Sanction.objects.against(by).active().filter(kind=Sanction.Kind.BAN).exists():
        raise NotAllowed(_("You cannot take part at the moment. Your comments page says why."), code="banned")


def _reports_by(by: Participant) -> QuerySet[Report]:
    return Report.objects.filter(guest=by) if isinstance(by, Guest) else Report.objects.filter(user=by)


def _weight(by: Participant) -> float:
    record = _reports_by(by).aggregate(
        right=Count("pk", filter=Q(agreed=True)), wrong=Count("pk", filter=Q(agreed=False))
    )
    return reporter_weight(record["right"], record["wrong"])


def _hashed(network: str) -> str:
    return salted_hmac("moderation.report.network", network).hexdigest()[:32] if network else ""
