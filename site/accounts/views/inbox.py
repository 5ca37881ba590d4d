"""What the reader has been told, by whichever part of the site."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.inbox import inbox_page, mark_read, parse_position
from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import NotAllowed


@never_cache
@require_safe
def inbox(request: ParkbenchRequest) -> HttpResponse:
    """Show it, newest first, or what follows `?after=`; a visitor is asked to log in."""
    if request.participant is None:
        return redirect_to_login(request.get_full_path())
    page = inbox_page(request.participant, request.GET.get("after", ""))
    return render(request, "accounts/inbox/page.html", {"page": page})


@never_cache
@require_POST
def inbox_read(request: ParkbenchRequest) -> HttpResponse:
    """Mark one entry (`entry`) as read, or everything up to the newest that the page showed (`until`)."""
    if request.participant is None:
        raise NotAllowed(_("Please log in, or come back with the browser in which you wrote."), code="log_in")
    only, until = request.POST.get("entry", ""), request.POST.get("until", "")
    mark_read(
        request.participant,
        until=parse_position(until).at if until else timezone.now(),
        only=parse_position(only) if only else None,
    )
    return see_other(reverse("accounts:inbox"))
