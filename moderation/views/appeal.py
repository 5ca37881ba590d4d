"""Appealing, and the conversation about it, for readers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.duty import LogInFirst
from accounts.participants import ParkbenchRequest, Participant
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from moderation import access
from moderation.actions.appeal import answer, appeal_by, check_can_appeal
from moderation.actions.appeal import appeal as make_appeal
from moderation.forms.people import AppealForm, MessageForm
from moderation.models import Appeal, Decision, Sanction
from moderation.queries.appeals import get_decision, get_own_appeal, get_sanction
from moderation.queries.reasons import guideline_facts, reason_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_decision(request: ParkbenchRequest, decision_id: int) -> HttpResponse:
    """Ask why somebody should look at a decision again, and take the appeal."""
    return _appeal(request, get_decision(_who(request), decision_id))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_sanction(request: ParkbenchRequest, sanction_id: int) -> HttpResponse:
    """Ask why somebody should look at a sanction again, and take the appeal."""
    return _appeal(request, get_sanction(_who(request), sanction_id))


@never_cache
@require_safe
def appeal(request: ParkbenchRequest, appeal_id: int) -> HttpResponse:
    """Show who appealed where the appeal stands, and what was said."""
    who = _who(request)
    return _state(request, get_own_appeal(who, appeal_id), MessageForm())


@never_cache
@require_POST
def appeal_answer(request: ParkbenchRequest, appeal_id: int) -> HttpResponse:
    """Add a line of who appealed."""
    who = _who(request)
    found, form = get_own_appeal(who, appeal_id), MessageForm(request.POST)
    form.is_valid()
    try:
        answer(found, by=who, text=form.cleaned_data["body"])
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return explain(_state(request, found, form, status=refusal.status), refusal)
    return see_other(f"{appeal_url(found)}#talk")


def appeal_url(found: Appeal) -> str:
    """Return the page of who appealed."""
    return reverse("moderation:appeal", args=[found.pk])


def _who(request: ParkbenchRequest) -> Participant:
    if request.participant is None:
        raise LogInFirst(request.get_full_path() if request.method in ("GET", "HEAD") else request.path)
    access.check(request.participant, "appeal")
    return request.participant


def _appeal(request: ParkbenchRequest, against: Decision | Sanction) -> HttpResponse:
    who = _who(request)
    if made := appeal_by(against, who):
        return redirect(appeal_url(made)) if request.method != "POST" else see_other(appeal_url(made))
    if request.method != "POST":
        return _ask(request, against, who)
    form = AppealForm(request.POST)
    form.is_valid()
    try:
        made = make_appeal(against, by=who, text=form.cleaned_data["body"])
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return explain(_form(request, against, form, status=refusal.status), refusal)
    messages.success(request, _("Thank you. Somebody who did not decide first looks again, and you are told."))
    return see_other(appeal_url(made))


def _ask(request: ParkbenchRequest, against: Decision | Sanction, who: Participant) -> HttpResponse:
    try:
        check_can_appeal(against, who)
    except Refused as refusal:
        return _form(request, against, None, why_not=refusal.message, status=refusal.status)
    return _form(request, against, AppealForm())


def _form(
    request: ParkbenchRequest, against: Decision | Sanction, form: AppealForm | None, *, status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    context = {"form": form, **about(against, request.participant), **more}
    return render(request, "moderation/appeal_new/page.html", context, status=status)


def _state(request: ParkbenchRequest, found: Appeal, form: MessageForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    against = found.decision or found.sanction
    assert against is not None
    context = {
        "appeal": found,
        "talk": found.messages.all(),
        "form": form if found.state == Appeal.State.OPEN else None,
        "typed": form.data.get("body", "") if found.state != Appeal.State.OPEN else "",
        "refusal": form.non_field_errors(),
        **about(against, request.participant),
    }
    return render(request, "moderation/appeal/page.html", context, status=status)


def about(against: Decision | Sanction, who: Participant | None) -> dict[str, Any]:
    """Return what the person who appeals may read of it: the author everything, a reporter the outcome."""
    if isinstance(against, Sanction):
        fact = guideline_facts([against.guideline_version_id]).get(against.guideline_version_id)
        return {"sanction": against, "fact": fact}
    is_own = against.comment.is_by(who)
    return {
        "decision": against,
        "comment": against.comment,
        "article": against.comment.article,
        "is_own": is_own,
        "reason": reason_of(against) if is_own else None,
    }
