"""Who takes part: a member or a guest, found from the request."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Guest, User

#: Somebody who can write: what every action takes as `by`.
Participant = User | Guest

SESSION_KEY = "guest_id"


class ParkbenchRequest(HttpRequest):
    """A request after our middleware."""

    participant: Participant | None
    htmx: HtmxDetails


def participant_of(request: HttpRequest) -> Participant | None:
    """Return the member, else the guest of this browser's session, else None. Costs no query without a session."""
    if request.user.is_authenticated:
        # Not the lazy object around it: the person is asked a hundred things in a request.
        return cast("User", get_user(request))
    guest_id = request.session.get(SESSION_KEY)
    if guest_id is None:
        return None
    return Guest.objects.filter(pk=guest_id, claimed_by=None, erasure=None).first()


def remember_guest(request: HttpRequest, guest: Guest) -> None:
    """Make this browser the guest's own: it may edit in the window and withdraw."""
    request.session[SESSION_KEY] = guest.pk
