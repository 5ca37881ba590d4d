"""What the views of the desk have in common."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from accounts.models import User
from accounts.participants import ParkbenchRequest
from core.answers import see_other
from moderation import access
from moderation.actions.claim import claim_next
from moderation.forms.desk import place_of
from moderation.models import Case
from moderation.queries.queue import Place, cases_in


def staff(request: ParkbenchRequest) -> User:
    """Return the moderator whose request `access` has let pass."""
    assert isinstance(request.participant, User)
    return request.participant


def place_in(request: ParkbenchRequest, case: Case | None = None) -> Place:
    """Return where the moderator works: what the address says, else the queue of the case."""
    return place_of(request.GET, default=case.queue) if case else place_of(request.GET)


def queue_url(place: Place) -> str:
    """Return the address of the list."""
    return f"{reverse('moderation:queue')}?{place.query}"


def card_url(case: Case, place: Place) -> str:
    """Return the address of the card, which leads on to the next one of `place`."""
    return f"{case.get_absolute_url()}?{place.query}"


def go_on(request: ParkbenchRequest, place: Place) -> HttpResponse:
    """Take the next free case of `place` and return a 303 to its card, or to the list when there is none."""
    moderator = staff(request)
    if not place.is_worked:
        return see_other(queue_url(place))
    cases = cases_in(place, moderator=moderator, standing=access.check(moderator, "claim"))
    case = claim_next(cases, by=moderator)
    return see_other(card_url(case, place) if case else queue_url(place))
