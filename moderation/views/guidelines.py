"""The guidelines in force, and the history of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from moderation.models import Guideline
from moderation.queries import guidelines as queries


@require_safe
def guidelines(request: HttpRequest) -> HttpResponse:
    """Show every guideline that applies now."""
    page = {"guidelines": queries.guidelines_in_force(get_language() or queries.FALLBACK_LANGUAGE)}
    return render(request, "moderation/guidelines/page.html", page)


@require_safe
def guideline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one guideline with everything it ever said; retired ones too, since decisions still point at them."""
    found = get_object_or_404(Guideline, slug=slug)
    history = queries.guideline_history(found, get_language() or queries.FALLBACK_LANGUAGE)
    page = {"guideline": found, "history": history, "newest": history[0] if history else None}
    return render(request, "moderation/guideline/page.html", page)
