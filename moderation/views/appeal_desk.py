"""Where senior moderators decide appeals: first what they think, then the first reasons, then the decision."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from moderation.actions.appeal import comment_of, write
from moderation.actions.appeal_decision import is_overtaken, lean, may_see_reasons, overturn, uphold
from moderation.actions.decide import Verdict
from moderation.forms.desk import version_in_force
from moderation.forms.people import AppealDecisionForm, LeanForm, MessageForm
from moderation.models import Appeal, Case, StaffNote
from moderation.queries.appeals import get_appeal
from moderation.queries.card_guidelines import guideline_choices
from moderation.queries.guidelines import FALLBACK_LANGUAGE
from moderation.queries.person import record_of
from moderation.queries.reasons import guideline_facts
from moderation.views.desk_answers import staff


@never_cache
@require_safe
def appeal_desk(request: ParkbenchRequest, appeal_id: int) -> HttpResponse:
    """Show the appeal with its context; the first person's reasons only after a thought of one's own."""
    return _page(request, get_appeal(request.participant, appeal_id))


@never_cache
@require_POST
def appeal_lean(request: ParkbenchRequest, appeal_id: int) -> HttpResponse:
    """Store what the second person thinks now."""
    found, form = get_appeal(request.participant, appeal_id), LeanForm(request.POST)
    form.is_valid()
    try:
        lean(found, by=staff(request), leaning=form.cleaned_data.get("leaning", ""))
    except Refused as refusal:
        return _refused(request, found, refusal)
    return see_other(f"{desk_url(found)}#decide")


@never_cache
@require_POST
def appeal_decide(request: ParkbenchRequest, appeal_id: int) -> HttpResponse:
    """Uphold or overturn."""
    found = get_appeal(request.participant, appeal_id)
    form = _decision_form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _decide(request, found, form)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _refused(request, found, refusal, form=form)
    messages.success(request, _("Decided. Everybody who was told before is told."))
    return see_other(f"{reverse('moderation:queue')}?queue=appeals")


@never_cache
@require_POST
def appeal_message(request: ParkbenchRequest, appeal_id: int) -> HttpResponse:
    """Write to who appealed."""
    found, form = get_appeal(request.participant, appeal_id), MessageForm(request.POST)
    form.is_valid()
    try:
        write(found, by=staff(request), text=form.cleaned_data["body"])
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _refused(request, found, refusal, message_form=form)
    return see_other(f"{desk_url(found)}#talk")


def desk_url(found: Appeal) -> str:
    """Return the address of the appeal at the desk."""
    return reverse("moderation:appeal-desk", args=[found.pk])


def _decide(request: ParkbenchRequest, found: Appeal, form: AppealDecisionForm) -> None:
    by, data = staff(request), form.cleaned_data
    if form.is_upheld:
        uphold(found, by=by, reason=data["body"])
        return
    verdict = None
    if data.get("outcome"):
        version = version_in_force(data.get("guideline"))
        verdict = Verdict(data["outcome"], guideline=version, note=data.get("note", ""))
    overturn(found, by=by, reason=data["body"], cause=data["cause"], verdict=verdict, revision=data["revision"])


def _decision_form(found: Appeal, data: Any = None) -> AppealDecisionForm:
    language = get_language() or FALLBACK_LANGUAGE
    comment = comment_of(found)
    guidelines = guideline_choices(
        moderator_language=language, author_language=comment.language if comment else language
    )
    is_kept = found.decision is not None and not found.decision.is_restrictive
    return AppealDecisionForm(
        data, guidelines=guidelines, needs_verdict=is_kept,
        initial={"revision": found.decision.comment.revision if found.decision else None},
    )  # fmt: skip


def _refused(request: ParkbenchRequest, found: Appeal, refusal: Refused, **forms: Any) -> HttpResponse:
    found = get_appeal(request.participant, found.pk)  # as somebody else may just have left it
    return explain(_page(request, found, refusal=refusal, status=refusal.status, **forms), refusal)


def _page(
    request: ParkbenchRequest, found: Appeal, *, form: AppealDecisionForm | None = None,
    message_form: MessageForm | None = None, refusal: Refused | None = None, status: int = HTTPStatus.OK,
) -> HttpResponse:  # fmt: skip
    comment, is_open = comment_of(found), found.state == Appeal.State.OPEN
    sees = may_see_reasons(found, staff(request))
    person = found.sanction and (found.sanction.user or found.sanction.guest)
    context = {
        "here": "appeals",
        "appeal": found,
        "comment": comment,
        "article": comment.article if comment else None,
        "parent": comment.parent if comment else None,
        "record": record_of(person) if person else None,
        "person": person,
        "talk": found.messages.select_related("staff"),
        "is_open": is_open,
        "is_overtaken": found.decision is not None and is_open and is_overtaken(found.decision),
        "refusal": refusal,
        "sees_reasons": sees,
        "form": (form or _decision_form(found)) if sees and is_open else None,
        "message_form": (message_form or MessageForm(auto_id="message-%s")) if is_open else None,
        "typed": _typed(form, message_form) if not (sees and is_open) else "",
    }
    if sees:
        context |= _first(found)
    return render(request, "moderation/appeal_desk/page.html", context, status=status)


def _typed(*forms: AppealDecisionForm | MessageForm | None) -> str:
    return next((str(form.data.get("body", "")) for form in forms if form is not None), "")


def _first(found: Appeal) -> dict[str, Any]:
    """Return what the first person said, and why the comment had come to them."""
    against = found.decision or found.sanction
    assert against is not None
    version = against.guideline_version_id
    comment, case = comment_of(found), found.decision.case if found.decision else None
    return {
        "against": against,
        "fact": guideline_facts([version]).get(version) if version else None,
        "notes": StaffNote.objects.filter(comment=comment).select_related("by") if comment else (),
        "reports": Case.objects.get(pk=case.pk).report_rows.select_related("guideline") if case else (),
    }
