"""Voting."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.participants import ParkbenchRequest
from core.errors import BadRequest, Refused
from core.middleware import explain, refused_response
from discussions import access
from discussions.actions.vote import Tally, cast_vote
from discussions.forms import VOTE
from discussions.views.answers import back


@require_POST
def comment_vote(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Set the reader's vote to the target in `value`; JSON for the script, a way back for a form."""
    try:
        tally = _vote(request, comment_id)
    except Refused as refusal:
        return _refusal(request, refusal)
    if wants_json(request):
        return JsonResponse(
            {"up": tally.up, "down": tally.down, "score": tally.score, "mine": tally.mine},
            headers={"Cache-Control": "no-store"},
        )
    return back(request, default=reverse("discussions:comment", args=[comment_id]), anchor=f"c{comment_id}")


def wants_json(request: HttpRequest) -> bool:
    """Return whether the script asked, not a form."""
    return request.headers.get("Accept", "") == "application/json"


def _vote(request: ParkbenchRequest, comment_id: int) -> Tally:
    by = request.participant
    try:
        value = VOTE.clean(request.POST.get("value"))
    except ValidationError as error:
        # What somebody may not know of is not there, whatever else is wrong.
        access.get_comment_to_vote(by, comment_id)
        raise BadRequest(error.messages[0]) from error
    if by is None:
        access.check_can_vote(by, access.get_comment_to_vote(by, comment_id))
    assert by is not None
    return cast_vote(comment_id, by=by, value=value)


def _refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if not wants_json(request):
        return refused_response(request, refusal)
    answer = JsonResponse({"error": refusal.message, "code": refusal.code}, status=HTTPStatus(refusal.status))
    return explain(answer, refusal)
