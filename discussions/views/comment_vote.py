"""Voting."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from accounts.participants import ParkbenchRequest
from core.errors import BadRequest, Refused
from core.middleware import explain, refused_response
from discussions import access
from discussions.actions.vote import Tally, cast_vote
from discussions.forms import VoteForm
from discussions.models import Comment
from discussions.views.answers import back


@require_POST
def comment_vote(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Set the reader's vote to the target in `value`; JSON for the script, a way back for a form."""
    row = access.get_comment_to_vote(request.participant, comment_id)
    try:
        tally = _vote(request, row)
    except Refused as refusal:
        return _refusal(request, refusal)
    if wants_json(request):
        return JsonResponse(
            {"up": tally.up, "down": tally.down, "score": tally.score, "mine": tally.mine},
            headers={"Cache-Control": "no-store"},
        )
    return back(request, default=row.get_absolute_url(), anchor=f"c{row.pk}")


def wants_json(request: HttpRequest) -> bool:
    """Return whether the script asked, not a form."""
    return request.headers.get("Accept", "") == "application/json"


def _vote(request: ParkbenchRequest, row: Comment) -> Tally:
    form = VoteForm(request.POST)
    if not form.is_valid():
        raise BadRequest(str(form.errors["value"][0]))
    access.check_can_vote(request.participant, row)
    assert request.participant is not None
    return cast_vote(row, by=request.participant, value=form.cleaned_data["value"])


def _refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if not wants_json(request):
        return refused_response(request, refusal)
    answer = JsonResponse({"error": refusal.message, "code": refusal.code}, status=HTTPStatus(refusal.status))
    return explain(answer, refusal)
