"""The queues: what waits, in which order, and what was decided lately."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.kept import kept
from discussions.models import Section
from moderation import access
from moderation.access import Standing
from moderation.actions.claim import claim_next, release
from moderation.forms.desk import BulkForm, Offer, sets_filters
from moderation.models import Case
from moderation.queries import queue as queries
from moderation.queries.appeals import open_appeals
from moderation.queries.card_guidelines import guideline_choices
from moderation.queries.guidelines import FALLBACK_LANGUAGE, short_guidelines
from moderation.queries.queue import Place, Tab
from moderation.queries.queue_decided import decided_page, last_undoable
from moderation.queries.queue_rows import queue_page
from moderation.views.desk_answers import card_url, go_on, place_in, queue_url, staff


@require_safe
def queue(request: ParkbenchRequest) -> HttpResponse:
    """Show one tab of the desk."""
    return render_queue(request, access.check(request.participant, "see_queue"))


@require_POST
def next_case(request: ParkbenchRequest) -> HttpResponse:
    """Take the next case of the place; after the case `after` or before the case `before`, when the form names one.

    That one is given back without being counted as skipped.
    """
    standing = access.check(request.participant, "claim")
    place, moderator = place_in(request), staff(request)
    here = _case_left(request, moderator)
    if here is None or not place.is_worked:
        return go_on(request, place)
    cases = queries.cases_in(place, moderator=moderator, standing=standing)
    cursor = here.order_key, here.pk
    found = queries.after(cases, cursor) if "after" in request.POST else queries.before(cases, cursor)
    case = claim_next(found, by=moderator)
    return see_other(card_url(case, place) if case else queue_url(place))


def render_queue(
    request: ParkbenchRequest, standing: Standing, *, form: BulkForm | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return the page; with `form`, what was chosen and typed in the list is kept."""
    place, moderator = place_in(request), staff(request)
    offer = Offer(_sections(standing), short_guidelines(_language()))
    page = {
        "here": Tab.APPEALS if place.tab == Tab.APPEALS else "queue",
        "place": place,
        "tabs": _tabs(place, moderator, standing),
        "offer": offer,
        "filters": offer.form(request.GET) if sets_filters(request.GET) else None,
        "undoable": last_undoable(moderator),
        "bulk": form,
        "bulk_key": uuid.uuid4(),
        **_rows(request, place, moderator, standing, form.values if form else []),
    }
    return render(request, "moderation/queue/page.html", page, status=status)


def _rows(
    request: ParkbenchRequest, place: Place, moderator: User, standing: Standing, chosen: list[str]
) -> dict[str, Any]:
    after = request.GET.get("after", "")
    if place.tab == Tab.APPEALS:
        return {"appeals": open_appeals(standing, moderator)}
    if place.tab == Tab.DECIDED:
        return {"decided": decided_page(place, moderator=moderator, standing=standing, after=after)}
    return {
        "cases": queue_page(place, moderator=moderator, standing=standing, after=after, chosen=chosen),
        "guidelines": guideline_choices(moderator_language=_language(), author_language=_language()),
        "may_decide": place.tab != Tab.ESCALATED or standing.role >= access.TABLE["decide_escalated"],
    }


def _tabs(place: Place, moderator: User, standing: Standing) -> list[tuple[Place, str, int | None]]:
    waiting = queries.counts(moderator=moderator, standing=standing)
    return [(place.at(tab.value), str(tab.label), waiting.get(tab.value)) for tab in Tab]


def _sections(standing: Standing) -> tuple[tuple[int, str], ...]:
    return tuple(row for row in _every_section.rows() if standing.sections is None or row[0] in standing.sections)


@kept
def _every_section() -> QuerySet[Section, Any]:
    return Section.objects.values_list("pk", "name")


def _case_left(request: ParkbenchRequest, moderator: User) -> Case | None:
    value = request.POST.get("after") or request.POST.get("before") or ""
    if not value.isdecimal() or len(value) > 18:
        return None
    case = Case.objects.filter(pk=int(value)).first()
    if case is not None:
        release(case, by=moderator)
    return case


def _language() -> str:
    return get_language() or FALLBACK_LANGUAGE
