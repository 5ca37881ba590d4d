"""Notices of unlawful content, and their receipts. Nobody needs an account."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from core.requests import client_network
from discussions import access
from discussions.models import Comment
from discussions.queries.thread import one_card
from moderation.actions.unlawful import give_notice
from moderation.forms.readers import UnlawfulForm
from moderation.models import UnlawfulNotice
from moderation.receipts import outcome_notice


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unlawful(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show the form, or take the notice and lead to its receipt."""
    comment = access.get_comment(request.participant, comment_id)
    if request.method != "POST":
        return _page(request, comment, UnlawfulForm())
    form = UnlawfulForm(request.POST)
    if not form.is_valid():
        return _page(request, comment, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        notice = give_notice(comment, form.claim, key=form.cleaned_data["key"], network=client_network(request))
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return explain(_page(request, comment, form, status=refusal.status), refusal)
    return see_other(reverse("moderation:receipt", args=[notice.receipt]))


@never_cache
@require_safe
def receipt(request: ParkbenchRequest, receipt: str) -> HttpResponse:
    """Show where a notice stands, to whoever has its number: the state and the outcome, and no name."""
    rows = UnlawfulNotice.objects.select_related("comment__article", "case")
    notice = get_object_or_404(rows, receipt=receipt.strip().upper().replace("\0", ""))
    context = {"receipt": notice.receipt, "made_at": notice.created_at, "notice": outcome_notice(notice)}
    return render(request, "moderation/receipt/page.html", context)


def _page(
    request: ParkbenchRequest, comment: Comment, form: UnlawfulForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    card = one_card(comment.article, comment.pk)
    context = {"comment": comment, "article": comment.article, "card": card, "form": form}
    return render(request, "moderation/unlawful/page.html", context, status=status)
