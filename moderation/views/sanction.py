"""Imposing, lifting and acknowledging sanctions."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Guest, User
from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from discussions.views.answers import back
from moderation import access
from moderation.actions.sanction import acknowledge, impose, is_about, lift
from moderation.models import Sanction
from moderation.queries.person import get_person
from moderation.views.desk_answers import staff
from moderation.views.person import person_url
from moderation.views.person_page import person_page, sanction_form


@require_POST
def impose_on_member(request: ParkbenchRequest, user_id: int) -> HttpResponse:
    """Take a step of the ladder for a member."""
    return _impose(request, get_person(request.participant, user_id=user_id, act="warn"))


@require_POST
def impose_on_guest(request: ParkbenchRequest, guest_id: int) -> HttpResponse:
    """Take a step of the ladder for a guest."""
    return _impose(request, get_person(request.participant, guest_id=guest_id, act="warn"))


@require_POST
def lift_sanction(request: ParkbenchRequest, sanction_id: int) -> HttpResponse:
    """End a sanction before its time."""
    access.check(request.participant, "lift")
    found = get_object_or_404(Sanction.objects.select_related("user", "guest"), pk=sanction_id)
    about = found.user or found.guest
    if about is None:
        raise Http404
    typed = request.POST.get("body", "")
    try:
        lift(found, by=staff(request), reason=typed)
    except Refused as refusal:
        if is_about(found, request.participant):
            raise
        page = person_page(
            request, about, lift_refusal=refusal.message, lifting=found.pk, lift_typed=typed, status=refusal.status
        )
        return explain(page, refusal)
    messages.success(request, _("It has ended, and the person is told."))
    return see_other(f"{person_url(about)}#sanctions")


@require_POST
def acknowledge_sanction(request: ParkbenchRequest, sanction_id: int) -> HttpResponse:
    """Note that its person has read it; to everybody else it is not there."""
    found = get_object_or_404(Sanction, pk=sanction_id)
    if not is_about(found, request.participant):
        raise Http404
    assert request.participant is not None
    acknowledge(found, by=request.participant)
    messages.success(request, _("Thank you for reading it."))
    return back(request, default="/my-comments/")


def _impose(request: ParkbenchRequest, person: User | Guest) -> HttpResponse:
    by = staff(request)
    form = sanction_form(person, access.check(by, "warn"), request.POST)
    if not form.is_valid():
        return person_page(request, person, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    try:
        impose(
            person, kind=data["kind"], guideline_version=data["guideline"], reason=data["body"], until=form.until,
            decision=data["decision"], by=by, key=data["key"],
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return explain(person_page(request, person, form=form, refusal=refusal, status=refusal.status), refusal)
    messages.success(request, _("Done. The person is told what, why and how to appeal."))
    return see_other(f"{person_url(person)}#sanctions")
