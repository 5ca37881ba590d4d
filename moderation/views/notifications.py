"""What the reader has been told."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from moderation import access
from moderation.actions.read import mark_read
from moderation.queries.notifications import entries_of, rows_to

PER_PAGE = 25


@never_cache
@require_safe
def notifications(request: ParkbenchRequest) -> HttpResponse:
    """Show it, newest first; a visitor is asked to log in."""
    if request.participant is None:
        return redirect_to_login(request.get_full_path())
    access.check(request.participant, "read_notifications")
    page = Paginator(rows_to(request.participant), PER_PAGE).get_page(request.GET.get("page"))
    entries = entries_of(page.object_list)
    context = {"page": page, "entries": entries, "has_new": any(entry.is_new for entry in entries)}
    return render(request, "moderation/notifications/page.html", context)


@never_cache
@require_POST
def notifications_read(request: ParkbenchRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_read(request.participant)
    return see_other(reverse("moderation:notifications"))
