"""Editing and withdrawing one's own comment."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from discussions import access
from discussions.actions.edit import edit_comment
from discussions.actions.post import Nudged
from discussions.actions.withdraw import withdraw_comment
from discussions.forms import EditForm
from discussions.models import Comment, Visibility


@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show the text to its author, in the edit window, and save another."""
    row = access.get_comment(request.participant, comment_id)
    if request.method != "POST":
        access.check_can_edit(request.participant, row)
        return _form(request, row, EditForm(initial={"body": row.body, "revision": row.revision}))
    form = EditForm(request.POST)
    if not form.is_valid():
        return _form(request, row, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.participant is None:
        access.check_can_edit(None, row)
    assert request.participant is not None
    data = form.cleaned_data
    try:
        edited = edit_comment(
            row, by=request.participant, body=data["body"], revision=data["revision"], insists=data["insists"]
        )
    except Refused as refusal:
        form.nudged = refusal.hint if isinstance(refusal, Nudged) else None
        form.add_error(None, refusal.message)
        return explain(_form(request, row, form, status=refusal.status), refusal)
    if edited is None:
        messages.info(request, _("Nothing was changed."))
    elif edited.visibility == Visibility.HELD:
        messages.info(request, _("Saved. Your comment waits for review; only you can see it until then."))
    else:
        messages.success(request, _("Your comment is changed."))
    return see_other(f"{row.get_absolute_url()}#c{row.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def comment_withdraw(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Ask, then take the comment back."""
    row = access.get_comment(request.participant, comment_id)
    access.check_can_withdraw(request.participant, row)
    if request.method != "POST":
        return render(request, "discussions/comment_withdraw/page.html", {"comment": row, "article": row.article})
    assert request.participant is not None
    withdraw_comment(row, by=request.participant)
    messages.success(request, _("Your comment is withdrawn."))
    return see_other(f"{row.article.get_absolute_url()}#comments")


def _form(request: ParkbenchRequest, row: Comment, form: EditForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"form": form, "comment": row, "article": row.article}
    return render(request, "discussions/comment_edit/page.html", context, status=status)
