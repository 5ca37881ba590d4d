"""The card: one case with its context, and the form that decides it."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.participants import ParkbenchRequest
from core.errors import Refused
from core.middleware import explain
from moderation import access
from moderation.actions.claim import claim
from moderation.actions.decide import decide
from moderation.forms.desk import DecisionForm, read_stamp, stamp
from moderation.models import Case, Decision, Outcome
from moderation.queries.card import case_card
from moderation.queries.queue import Place
from moderation.queries.queue_decided import last_undoable
from moderation.queries.queue_rows import SideRow, side_rows
from moderation.transitions import State
from moderation.views.desk_answers import go_on, place_in, staff

#: Cases beside the card.
SIDE = 12


@require_safe
def case(request: ParkbenchRequest, case_id: int) -> HttpResponse:
    """Show the card. Looking does not take the case: `next` and the page's script do."""
    return render_card(request, access.get_case(request.participant, case_id))


@require_POST
def case_claim(request: ParkbenchRequest, case_id: int) -> HttpResponse:
    """Take the case or renew the lease, and return as JSON how it stands and who has it."""
    row = claim(access.get_case(request.participant, case_id, "claim"), by=staff(request))
    made = Decision.objects.filter(case=row, undone_at=None).select_related("by").order_by("-created_at").first()
    is_mine = row.claimed_by_id == staff(request).pk
    holder = row.claimed_by.display_name if row.claimed_by and not is_mine else ""
    facts = {
        "state": row.state,
        "lock_version": row.lock_version,
        "revision": row.comment.revision,
        "mine": is_mine,
        "holder": holder,
        "decision": made.outcome if made else "",
        "news": _news(row, made, holder, seen=request.POST.get("revision", "")),
    }
    return JsonResponse(facts)


@require_POST
def case_decide(request: ParkbenchRequest, case_id: int) -> HttpResponse:
    """Decide, and go on to the next card; when that is not possible, show this one again with all that was typed."""
    row = access.get_case(request.participant, case_id, "decide")
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return render_card(request, row, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    sent = form.cleaned_data
    try:
        decide(
            row, form.verdict(row), by=staff(request), key=sent["key"], lock_version=sent["lock_version"],
            revision=sent["revision"], seconds=form.seconds,
        )  # fmt: skip
    except Refused as refusal:
        return refused_card(request, case_id, form, refusal)
    return go_on(request, place_in(request, row))


def refused_card(request: ParkbenchRequest, case_id: int, form: DecisionForm, refusal: Refused) -> HttpResponse:
    """Return the card with fresh facts, what was typed, and why it was not done."""
    row = access.get_case(request.participant, case_id)
    return explain(render_card(request, row, form=form, refusal=refusal, status=refusal.status), refusal)


def render_card(
    request: ParkbenchRequest, row: Case, *, form: DecisionForm | None = None, refusal: Refused | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:  # fmt: skip
    """Return the page of a case; with `form`, everything that was typed is kept."""
    moderator, place = staff(request), place_in(request, row)
    typed = form or DecisionForm(initial={"note": "", "span": "", "internal_note": ""})
    span = form.data.get("span", "") if form else ""
    page = {
        "here": "queue",
        "place": place,
        "case": row,
        "card": case_card(row, moderator=moderator, marked=[span], seen=_seen(form, row)),
        "beside": _beside(place, moderator),
        "undoable": last_undoable(moderator),
        "form": typed,
        "refusal": refusal,
        "outcomes": _outcomes(),
        "key": uuid.uuid4(),
        "opened": _opened(form),
    }
    return render(request, "moderation/case/page.html", page, status=status)


def _beside(place: Place, moderator: User) -> tuple[SideRow, ...]:
    if not place.is_worked:
        return ()
    return side_rows(place, moderator=moderator, standing=access.check(moderator, "see_queue"), size=SIDE)


def _seen(form: DecisionForm | None, row: Case) -> int | None:
    """Return the revision that the moderator had before them, when it is not the one there is now."""
    seen = form.cleaned_data.get("revision") if form else None
    return seen if seen and 0 < seen < row.comment.revision else None


def _opened(form: DecisionForm | None) -> str:
    sent = form.data.get("opened", "") if form else ""
    return sent if read_stamp(sent) is not None else stamp()


def _outcomes() -> list[tuple[str, str, str]]:
    """Return value, label and key of each outcome, in the order of the buttons."""
    keys = {Outcome.PUBLISH: "p", Outcome.RETURN: "e", Outcome.COLLAPSE: "c", Outcome.REMOVE: "x"}
    return [(outcome.value, str(outcome.label), key) for outcome, key in keys.items()]


def _news(row: Case, made: Decision | None, holder: str, *, seen: str) -> str:
    """Return what whoever looks at the card should know, in words; empty when nothing has changed."""
    if row.state == State.VOID:
        return _("Its author has taken the comment back: there is nothing to decide any more.")
    if made and not row.is_waiting:
        said = {"name": made.by.display_name, "outcome": Outcome(made.outcome).label}
        return _("%(name)s has decided: %(outcome)s.") % said
    if seen and seen != str(row.comment.revision):
        return _("The author has changed the comment. When you decide, you are shown the new text first.")
    return _("%(name)s is reading it.") % {"name": holder} if holder else ""
