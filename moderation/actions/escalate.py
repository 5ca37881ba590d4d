"""Handing a case up."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from discussions.markup import normalise_text
from moderation import access, audit
from moderation.actions.decide import move
from moderation.models import Case
from moderation.transitions import Event


def escalate(case: Case, *, by: User, note: str) -> Case:
    """Leave the case to a senior moderator, with a note that says why.

    Raises `Refused` without a note, and `Overtaken` for a case that is decided or escalated already.
    """
    access.check(by, "escalate")
    note = normalise_text(note).strip()[:1000]
    if not note:
        raise Refused(_("Please say why a senior moderator should decide this."), code="note")
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        case.escalated_by, case.escalation_note = by, note
        move(case, Event.ESCALATE)
        audit.record("case.escalated", by=by, comment=case.comment, case=case.pk)
    return case
