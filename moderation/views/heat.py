"""Branches that are hot."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from moderation import access
from moderation.actions.heat import cool_branch
from moderation.queries.heat import hot_rows
from moderation.views.desk_answers import staff


@require_safe
def hot_branches(request: ParkbenchRequest) -> HttpResponse:
    """Show where it is hot, and why."""
    standing = access.check(request.participant, "see_queue")
    context = {"rows": hot_rows(standing), "here": "heat"}
    return render(request, "moderation/heat/page.html", context)


@require_POST
def branch_cool(request: ParkbenchRequest, branch_id: int) -> HttpResponse:
    """Let go of a hot branch."""
    standing = access.check(request.participant, "cool_branch")
    row = next((row for row in hot_rows(standing) if row.branch.pk == branch_id), None)
    if row is None:
        raise Http404
    cool_branch(row.branch, by=staff(request))
    messages.success(request, _("Done. It is not slowed again for a while."))
    return see_other(reverse("moderation:hot-branches"))
