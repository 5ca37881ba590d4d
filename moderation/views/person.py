"""The page about a person: their record, what staff noted, what may follow."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Guest, User
from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from moderation import access
from moderation.actions.notes import write_note
from moderation.actions.private import read_address
from moderation.actions.sanction import check_target
from moderation.forms.people import AddressForm
from moderation.queries.person import get_person
from moderation.views.desk_answers import staff
from moderation.views.person_page import person_page


@require_safe
def person(request: ParkbenchRequest, user_id: int) -> HttpResponse:
    """Show a member; `?step=mute` starts the form with that step."""
    return person_page(request, get_person(request.participant, user_id=user_id))


@require_safe
def guest_person(request: ParkbenchRequest, guest_id: int) -> HttpResponse:
    """Show a guest; one who has become a member is shown as that member."""
    found = get_person(request.participant, guest_id=guest_id)
    return redirect(person_url(found)) if isinstance(found, User) else person_page(request, found)


@require_POST
def person_note(request: ParkbenchRequest, user_id: int) -> HttpResponse:
    """Leave a note about a member."""
    return _note(request, get_person(request.participant, user_id=user_id, act="write_note"))


@require_POST
def guest_note(request: ParkbenchRequest, guest_id: int) -> HttpResponse:
    """Leave a note about a guest."""
    return _note(request, get_person(request.participant, guest_id=guest_id, act="write_note"))


@require_POST
def person_address(request: ParkbenchRequest, user_id: int) -> HttpResponse:
    """Show the address of a member, once: the answer to the form is the only page that has it."""
    return _address(request, get_person(request.participant, user_id=user_id, act="see_private"))


@require_POST
def guest_address(request: ParkbenchRequest, guest_id: int) -> HttpResponse:
    """Show the address of a guest, once."""
    return _address(request, get_person(request.participant, guest_id=guest_id, act="see_private"))


def person_url(found: User | Guest) -> str:
    """Return the address of the page about somebody."""
    return reverse("moderation:guest-person" if isinstance(found, Guest) else "moderation:person", args=[found.pk])


def _note(request: ParkbenchRequest, about: User | Guest) -> HttpResponse:
    by = staff(request)
    check_target(about, by, access.check(by, "write_note"))
    typed = request.POST.get("body", "")
    try:
        write_note(about, by=by, text=typed)
    except Refused as refusal:
        return explain(
            person_page(request, about, note_refusal=refusal.message, note_typed=typed, status=refusal.status), refusal
        )
    messages.success(request, _("The note is kept."))
    return see_other(f"{person_url(about)}#notes")


def _address(request: ParkbenchRequest, about: User | Guest) -> HttpResponse:
    form = AddressForm(request.POST, auto_id="address-%s")
    if not form.is_valid():
        return person_page(request, about, address_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    address = read_address(about, by=staff(request), why=form.cleaned_data["why"])
    return person_page(request, about, address=address, address_form=form)
