"""The audit log, for who administers the house."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.participants import ParkbenchRequest
from moderation import access
from moderation.forms.log import LogForm, PeriodForm
from moderation.queries.log import log_page


@require_safe
def log(request: ParkbenchRequest) -> HttpResponse:
    """Show a page of the log, filtered."""
    access.check(request.participant, "see_log")
    return render_log(request, PeriodForm.lately())


def render_log(request: ParkbenchRequest, export: PeriodForm, status: int = HTTPStatus.OK) -> HttpResponse:
    """Return the page, with the form of the export as it was filled in."""
    form = LogForm(request.GET)
    asked = form.asked
    page = log_page(asked)
    following = request.GET.copy()
    following["before"] = str(page.before)
    shown = {"here": "log", "form": form, "page": page, "following": following.urlencode(), "export": export}
    return render(request, "moderation/log/page.html", {**shown, "is_first": asked.before is None}, status=status)
