"""The public log of decisions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moderation.queries.public_log import public_log as log_page


@require_safe
def public_log(request: HttpRequest) -> HttpResponse:
    """Show what was decided, when, under which guideline, and what an appeal made of it."""
    return render(request, "moderation/public_log/page.html", {"page": log_page(request.GET.get("after", ""))})
