"""The page of a person, with what they wrote."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Guest, User
from accounts.participants import ParkbenchRequest
from core.errors import Gone
from discussions import access
from discussions.queries.profile import profile_page


@require_safe
def profile(request: ParkbenchRequest, username: str) -> HttpResponse:
    """Show a member, and of their comments those that the reader may see."""
    person = User.objects.with_handle(username).first()
    if person is None or person.is_former:
        raise Http404
    if not person.is_active and not access.is_moderator(request.participant):
        raise Gone(_("This account is closed."), code="closed")
    return _page(request, person)


@require_safe
def my_comments(request: ParkbenchRequest) -> HttpResponse:
    """Show what the reader has written: a member on their own page, a guest here, because guests have no page."""
    if isinstance(request.participant, User):
        return redirect(request.participant)
    if request.participant is None:
        return redirect("accounts:guest-home")
    return _page(request, request.participant)


def _page(request: ParkbenchRequest, person: User | Guest) -> HttpResponse:
    context = {
        "person": person,
        "is_own": person == request.participant,
        "is_moderator": access.is_moderator(person),
        "page": profile_page(person, viewer=request.participant, after=request.GET.get("after", "")),
    }
    return render(request, "discussions/profile/page.html", context)
