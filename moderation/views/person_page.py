"""The page about a person, as several views answer with it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.models import Guest, User
from accounts.participants import ParkbenchRequest
from core.errors import NotAllowed, Refused
from moderation import access
from moderation.actions.sanction import check_target, suggest
from moderation.forms.people import AddressForm, SanctionForm, start_of
from moderation.ladder import ACTS, LADDER, Kind, Suggestion
from moderation.queries import person as queries
from moderation.queries.card_guidelines import guideline_choices
from moderation.queries.guidelines import FALLBACK_LANGUAGE


def language_of(person: User | Guest) -> str:
    """Return the language that the person reads, empty when it is not known."""
    return person.language if isinstance(person, User) else ""


def sanction_form(
    person: User | Guest, standing: access.Standing, data: Any = None, *, step: str = "",
    suggestion: Suggestion | None = None,
) -> SanctionForm:  # fmt: skip
    """Return the form for a step of the ladder, with what somebody of this standing may impose."""
    language = get_language() or FALLBACK_LANGUAGE
    guidelines = guideline_choices(moderator_language=language, author_language=language_of(person))
    initial = start_of(step, suggestion, language_of(person)) if data is None else None
    return SanctionForm(
        data, guidelines=guidelines, decisions=queries.restrictions_of(person), kinds=_steps(standing), initial=initial
    )


def person_page(
    request: ParkbenchRequest, person: User | Guest, *, form: SanctionForm | None = None,
    refusal: Refused | None = None, status: int = HTTPStatus.OK, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Return the page. Who may not act on the person (staff of the same or a higher role) sees no notes and no forms.

    Raises `NotAllowed` for one's own: notes of others about oneself are not for oneself.
    """
    by = request.participant
    assert isinstance(by, User)
    standing = access.check(by, "see_author")
    why_not = _why_not(person, by, standing)
    context = {
        "person": person,
        "is_guest": isinstance(person, Guest),
        "record": queries.record_of(person),
        "lines": queries.latest_lines(person, standing),
        "sanctions": queries.sanction_lines(person),
        "policy": queries.policy_of(person),
        "why_not": why_not,
        "refusal": refusal,
        "may_lift": _may(standing, "lift"),
        "may_see_private": _may(standing, "see_private") and bool(person.email),
        "may_set_policy": _may(standing, "set_policy") and isinstance(person, User),
        "steps": [(kind.value, kind.label) for kind in _steps(standing)],
        **more,
    }
    if not why_not:
        step, suggestion = request.GET.get("step", ""), suggest(person)
        context |= {
            "notes": queries.notes_about(person),
            "form": form or sanction_form(person, standing, step=step, suggestion=suggestion),
            "suggestion": suggestion,
            "address_form": context.get("address_form") or AddressForm(auto_id="address-%s"),
        }
    response = render(request, "moderation/person/page.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _may(standing: access.Standing, act: str) -> bool:
    return standing.role >= access.TABLE[act]


def _steps(standing: access.Standing) -> list[Kind]:
    return [kind for kind in LADDER if _may(standing, ACTS[kind])]


def _why_not(person: User | Guest, by: User, standing: access.Standing) -> str:
    """Return why this moderator cannot act on the person, empty when they can."""
    try:
        check_target(person, by, standing)
    except NotAllowed as refusal:
        if refusal.code == "own":
            raise
        return refusal.message
    return ""
