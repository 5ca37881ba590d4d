"""A decision, to those whom it concerns: in full to the author and to staff, the outcome to who reported."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.participants import ParkbenchRequest, Participant
from core.errors import NotAllowed
from moderation import access
from moderation.models import Decision
from moderation.queries.reasons import has_reported, may_appeal, reason_of
from moderation.statements import statement_of


@never_cache
@require_safe
def decision(request: ParkbenchRequest, decision_id: int) -> HttpResponse:
    """Show the statement of reasons. To everybody else there is no such page."""
    row, is_full = _get(request.participant, decision_id)
    assert request.participant is not None
    context: dict[str, Any] = {
        "decision": row,
        "article": row.comment.article,
        "is_full": is_full,
        "is_own": row.comment.is_by(request.participant),
        "may_appeal": may_appeal(row, request.participant),
    }
    if is_full:
        context |= {"comment": row.comment, "reason": reason_of(row), "statement": _statement(row)}
    return render(request, "moderation/decision/page.html", context)


@never_cache
@require_safe
def decision_json(request: ParkbenchRequest, decision_id: int) -> HttpResponse:
    """Answer the same for machines: `{decision, outcome, date}`, and `statement` to the author and to staff."""
    row, is_full = _get(request.participant, decision_id)
    answer: dict[str, Any] = {"decision": row.pk, "outcome": row.outcome, "date": row.created_at.date().isoformat()}
    if is_full:
        answer["statement"] = _statement(row)
    return JsonResponse(answer)


def _get(participant: Participant | None, decision_id: int) -> tuple[Decision, bool]:
    """Return a decision that this person may know of, and whether in full. Raises `Http404`."""
    rows = Decision.objects.select_related("case", "appeal", "comment__article", "guideline_version__guideline")
    row = rows.filter(pk=decision_id, undone_at=None).first()
    if row is None or participant is None:
        raise Http404
    is_final = row.final_at <= timezone.now()
    if is_final and row.comment.is_by(participant):
        return row, True
    if is_final and has_reported(row, participant):
        return row, False
    try:
        access.get_case(participant, row.case_id)
    except NotAllowed as refused:
        raise Http404 from refused
    return row, True


def _statement(row: Decision) -> dict[str, Any] | None:
    return statement_of(row) if row.is_restrictive else None
