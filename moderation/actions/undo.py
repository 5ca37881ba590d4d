"""Taking a decision back before anybody was told."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, NotAllowed
from discussions.actions import rows
from discussions.models import Visibility
from moderation import access, audit
from moderation.actions.cases import put_in_order
from moderation.actions.decide import move, show
from moderation.models import Case, Decision, Notification, Outcome, Report
from moderation.transitions import Event


def undo(decision: Decision, *, by: User) -> Case:
    """Take back one's own decision, and return its case, which is open again; nobody is told.

    Raises `NotAllowed` for somebody else's, and `Conflict` when the minute is over, or the author or a colleague has
    acted since.
    """
    access.check(by, "undo")
    with transaction.atomic():
        line = rows.locked_line(decision.comment)
        case = Case.objects.select_for_update().get(pk=decision.case_id)
        decision = Decision.objects.select_for_update().get(pk=decision.pk)
        comment = line[-1]
        if decision.by_id != by.pk:
            raise NotAllowed(_("Only who decided can undo it; the author can appeal."), code="not_yours")
        if not decision.is_undoable:
            raise Conflict(_("It is too late to undo this: people may have been told."), code="too_late")
        if comment.revision != decision.revision or comment.visibility == Visibility.WITHDRAWN:
            raise Conflict(_("Its author has changed the comment since, so this cannot be undone."), code="edited")
        if _was_looked_at_since(decision):
            raise Conflict(_("This comment is being looked at anew already; please decide it there."), code="reopened")
        decision.undone_at = timezone.now()
        decision.save(update_fields=["undone_at"])
        before = Visibility(decision.visibility_before)
        show(
            line, before, by=by, reason=case.hold_reason if before == Visibility.HELD else "",
            is_returned=False, is_reviewed=_was_read_before(decision),
        )  # fmt: skip
        Report.objects.filter(case=case).update(agreed=None)
        Notification.objects.filter(decision=decision).update(cancelled_at=timezone.now())
        move(case, Event.UNDO)
        case.decided_at, case.escalated_by = None, None
        move(case, Event.REOPEN)
        put_in_order(case, comment)
        audit.record("decision.undone", by=by, comment=comment, case=case.pk, decision=decision.pk)
    return case


def _was_read_before(decision: Decision) -> bool:
    earlier = Decision.objects.filter(comment=decision.comment_id, revision=decision.revision, undone_at=None)
    return earlier.exclude(outcome=Outcome.RETURN).exists()


def _was_looked_at_since(decision: Decision) -> bool:
    """Return whether a colleague has opened the comment once more, and perhaps decided: that must not be lost."""
    later = Decision.objects.filter(comment=decision.comment_id, undone_at=None, pk__gt=decision.pk)
    return later.exists() or Case.objects.waiting().filter(comment=decision.comment_id).exists()
