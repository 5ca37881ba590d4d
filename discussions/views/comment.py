"""A comment's own page, its branch and its history."""

from __future__ import annotations

from itertools import pairwise

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.participants import ParkbenchRequest
from core.errors import BadRequest, NotAllowed
from discussions import access
from discussions.diff import compare
from discussions.models import Comment
from discussions.queries.cards import Branch
from discussions.queries.thread import ancestors, branch_page, one_card
from discussions.queries.viewer import viewer_of
from discussions.subscription_forms import SubscribeForm


@require_safe
def comment(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show the comment with what it answers and what answers it; a page of its own, with or without JavaScript."""
    row = access.get_comment(request.participant, comment_id)
    above = ancestors(row.article, row)
    shown = _branch(request, row)
    cards = [*above, *shown.top.walk()]
    context = {
        "article": row.article,
        "ancestors": above,
        "branch": shown,
        "comment": row,
        "subscribe_form": SubscribeForm(participant=request.participant, branch=row),
        "viewer": viewer_of(request.participant, row.article, cards),
        "next": request.get_full_path(),
    }
    return render(request, "discussions/comment/page.html", context)


@require_safe
def comment_card(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show the comment alone, as it is now: what a page that was open meanwhile puts in its place."""
    row = access.get_comment(request.participant, comment_id)
    card = one_card(row.article, row.pk, level=1 if row.depth else 0, reveal=access.can_read(request.participant, row))
    context = {
        "article": row.article,
        "card": card,
        "parent_id": row.parent_id,
        "viewer": viewer_of(request.participant, row.article, (card,)),
        "next": row.get_absolute_url(),
    }
    return render(request, "discussions/comment_card/fragment.html", context)


@require_safe
def branch(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show the replies after `?after=` to append; without htmx, the page that has them."""
    row = access.get_comment(request.participant, comment_id)
    if not request.htmx:
        query = request.GET.urlencode()
        return redirect(row.get_absolute_url() + (f"?{query}" if query else ""))
    shown = _branch(request, row)
    viewer = viewer_of(request.participant, row.article, shown.top.walk())
    context = {"article": row.article, "branch": shown, "viewer": viewer, "next": row.get_absolute_url()}
    return render(request, "discussions/comment/branch.html", context)


@require_safe
def comment_history(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show every text of the comment, each with its difference to the one before."""
    row = access.get_comment(request.participant, comment_id)
    if not access.can_read(request.participant, row):
        raise NotAllowed(_("The text of this comment is not public, nor are its earlier versions."))
    texts = [(old.number, old.created_at, old.body) for old in row.revisions.all()]
    texts.append((row.revision, row.edited_at or row.created_at, row.body))
    steps = [
        {"number": number, "at": at, "changes": compare(before, text)}
        for (_n, _at, before), (number, at, text) in pairwise(texts)
    ]
    first = {"number": texts[0][0], "at": texts[0][1], "body": texts[0][2]}
    context = {"article": row.article, "comment": row, "first": first, "steps": list(reversed(steps))}
    return render(request, "discussions/comment_history/page.html", context)


def _branch(request: ParkbenchRequest, row: Comment) -> Branch:
    after = request.GET.get("after", "")
    reveal = access.can_read(request.participant, row)
    if not after:
        return branch_page(row.article, row, reveal=reveal)
    last = (
        Comment.objects.filter(pk=int(after)).first()
        if after.isascii() and after.isdigit() and len(after) < 14
        else None
    )
    if last is None or not last.path.startswith(row.path) or last.pk == row.pk:
        raise BadRequest(_("This link to further replies is not complete. Please start from the comment itself."))
    return branch_page(row.article, row, after=last, reveal=reveal)
