"""An article with its discussion."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.models.user import SORT_COOKIE
from accounts.participants import ParkbenchRequest
from discussions import access
from discussions.composing import fresh_composer, fresh_follow
from discussions.forms import CommentForm
from discussions.models import Article
from discussions.queries.live import latest_event
from discussions.queries.notice import notice_html
from discussions.queries.passages import inline_of
from discussions.queries.sorting import sort_named
from discussions.queries.thread import ANY_PASSAGE, about_passages, thread_page
from discussions.queries.viewer import viewer_of
from discussions.views.answers import remember_sort


@require_safe
def article(request: ParkbenchRequest, slug: str) -> HttpResponse:
    """Show the article, and the first page of its discussion or the one after `?after=`."""
    row = access.get_article(request.participant, slug)
    context = _thread_context(request, row)
    context["composer"] = fresh_composer(request, row, context["viewer"], request.participant)
    context["follow"] = fresh_follow(request, row)
    context["notice_html"] = notice_html(translation.get_language())
    response = render(request, "discussions/article/page.html", context)
    # For the cache of first pages: what was asked for and who asked is looked at there.
    response.is_for_everybody = request.participant is None  # type: ignore[attr-defined]
    return remember_sort(request, response)


@require_safe
def thread(request: ParkbenchRequest, slug: str) -> HttpResponse:
    """Show the discussion alone: another order (the whole of it) or the comments after `?after=` (to append)."""
    row = access.get_article(request.participant, slug)
    name = "more" if request.GET.get("after") else "thread"
    context = _thread_context(request, row)
    return remember_sort(request, render(request, f"discussions/article/{name}.html", context))


@require_safe
def old_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Send the numbered comment pages of other systems to the discussion: here, pages have no numbers."""
    return redirect("discussions:article", slug, permanent=True)


def _thread_context(request: ParkbenchRequest, row: Article) -> dict[str, Any]:
    # Asked first: what happens while we read is told to the page later, and perhaps twice, but never left out.
    seen = latest_event(row.pk)
    inline = inline_of(row)
    wanted = request.GET.get("inline", "")
    chosen = inline.chosen(int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None
    # A word that is no filter shows everything, as for the order: an old link is no error.
    filtered = str(chosen.id) if chosen else ANY_PASSAGE if wanted == ANY_PASSAGE else ""
    ids = chosen.ids if chosen else ()
    page = thread_page(row, sort=_sort(request), after=request.GET.get("after", ""), inline=filtered, passages=ids)
    on_passages = about_passages(filtered, ids) | about_passages(filtered, ids, path="root__passage")
    viewer = viewer_of(request.participant, row, page.cards(), held_where=on_passages)
    context = {"article": row, "page": page, "viewer": viewer, "inline": inline, "chosen": chosen}
    if chosen is not None:
        context["passage_form"] = CommentForm(article=row, participant=request.participant, chosen=chosen)
    return {**context, "next": request.get_full_path(), "seen": seen, "live_url": settings.LIVE_URL}


def _sort(request: ParkbenchRequest) -> str:
    participant = request.participant
    preferred = participant.sort_order if isinstance(participant, User) else None
    return sort_named(request.GET.get("sort"), request.COOKIES.get(SORT_COOKIE), preferred)
