"""Reporting a comment to the moderators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from core.requests import client_network
from discussions import access as discussions_access
from discussions.models import Comment
from discussions.queries.thread import one_card
from moderation import access
from moderation.actions.report import check_can_report, has_open_report, report_comment
from moderation.forms.readers import ReportForm

#: What a visitor typed before logging in: it stays in the session, for an address would show it to others.
KEPT = "kept_report"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Ask which guideline the comment breaks, and open its case. A visitor is asked to log in; the text is kept."""
    comment = discussions_access.get_comment(request.participant, comment_id)
    if request.participant is None:
        return _visitor(request, comment)
    access.check(request.participant, "report")
    if request.method != "POST":
        return _ask(request, comment)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, comment, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        report_comment(
            comment, by=request.participant, guideline=form.cleaned_data["guideline"], note=form.cleaned_data["body"],
            network=client_network(request),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return explain(_page(request, comment, form, status=refusal.status), refusal)
    request.session.pop(KEPT, None)
    messages.success(request, _("Thank you. A moderator reads it, and you are told what came of it."))
    return see_other(f"{comment.get_absolute_url()}#c{comment.pk}")


def _ask(request: ParkbenchRequest, comment: Comment) -> HttpResponse:
    assert request.participant is not None
    if has_open_report(request.participant, comment):
        return _page(request, comment, None, is_reported=True)
    try:
        check_can_report(comment, request.participant)
    except Refused as refusal:
        return _page(request, comment, None, why_not=refusal.message, status=refusal.status)
    kept = request.session.get(KEPT, {})
    return _page(request, comment, ReportForm(initial=kept if kept.get("comment") == comment.pk else None))


def _visitor(request: ParkbenchRequest, comment: Comment) -> HttpResponse:
    if request.method != "POST":
        return _page(request, comment, None)
    form = ReportForm(request.POST)
    form.is_valid()
    typed = {name: str(form.data.get(name, ""))[:2000] for name in ("guideline", "body")}
    request.session[KEPT] = {"comment": comment.pk, **typed}
    form.add_error(None, _("Please log in to report a comment; your text is kept."))
    return _page(request, comment, form, status=HTTPStatus.FORBIDDEN)


def _page(
    request: ParkbenchRequest, comment: Comment, form: ReportForm | None, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    context = {
        "comment": comment,
        "article": comment.article,
        "card": one_card(comment.article, comment.pk),
        "form": form,
        "is_visitor": request.participant is None,
        **more,
    }
    return render(request, "moderation/report/page.html", context, status=status)
