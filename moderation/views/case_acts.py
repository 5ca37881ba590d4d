"""What else is done to a case: leaving it, handing it up, notes, undoing, and opening one from a thread."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import BadRequest, NotAllowed, Refused
from discussions.models import Comment, Visibility
from moderation import access
from moderation.actions.cases import look_at
from moderation.actions.claim import claim, release, skip
from moderation.actions.escalate import escalate
from moderation.actions.notes import write_note
from moderation.actions.undo import undo
from moderation.forms.desk import DecisionForm, NoteForm
from moderation.models import Decision
from moderation.views.case import refused_card
from moderation.views.desk_answers import card_url, go_on, place_in, queue_url, staff


@require_POST
def case_skip(request: ParkbenchRequest, case_id: int) -> HttpResponse:
    """Leave the case to somebody else, and go on to the next card."""
    row = access.get_case(request.participant, case_id, "skip")
    skip(row, by=staff(request))
    return go_on(request, place_in(request, row))


@require_POST
def case_release(request: ParkbenchRequest, case_id: int) -> HttpResponse:
    """Give the case back, and return to the list."""
    row = access.get_case(request.participant, case_id, "claim")
    release(row, by=staff(request))
    return see_other(queue_url(place_in(request, row)))


@require_POST
def case_escalate(request: ParkbenchRequest, case_id: int) -> HttpResponse:
    """Hand the case to a senior moderator; the note for staff says why."""
    row = access.get_case(request.participant, case_id, "escalate")
    form = DecisionForm(request.POST)
    form.is_valid()
    try:
        escalate(row, by=staff(request), note=request.POST.get("internal_note", ""))
    except Refused as refusal:
        return refused_card(request, case_id, form, refusal)
    messages.success(request, _("Escalated: a senior moderator will decide."))
    return go_on(request, place_in(request, row))


@require_POST
def case_note(request: ParkbenchRequest, case_id: int) -> HttpResponse:
    """Write a note for staff; the page's script asks for JSON, so that a half-made decision stays where it is."""
    row = access.get_case(request.participant, case_id, "write_note")
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("This form is not complete. Please reload the page and try again."))
    comment = row.comment
    person = comment.author or comment.guest
    about = comment if form.cleaned_data["about"] == "comment" or person is None else person
    note = write_note(about, by=staff(request), text=form.cleaned_data["text"])
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"text": note.text, "by": staff(request).display_name}, status=HTTPStatus.CREATED)
    return see_other(f"{card_url(row, place_in(request, row))}#notes")


@require_POST
def decision_undo(request: ParkbenchRequest, decision_id: int) -> HttpResponse:
    """Take back one's own decision, and show its card again."""
    access.check(request.participant, "undo")
    decision = get_object_or_404(Decision.objects.select_related("comment"), pk=decision_id)
    row = access.get_case(request.participant, decision.case_id, "undo")
    try:
        undo(decision, by=staff(request))
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        claim(row, by=staff(request))
        messages.success(request, _("Undone: nobody was told, and the comment is as it was before."))
    return see_other(card_url(row, place_in(request, row)))


@require_POST
def comment_open(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """From a thread: open the comment's case, or find the one that waits, take it, and show its card."""
    standing = access.check(request.participant, "claim")
    comment = Comment.objects.select_related("article", "parent").filter(pk=comment_id).first()
    if comment is None or comment.visibility == Visibility.WITHDRAWN:
        raise Http404
    if standing.sections is not None and comment.article.section_id not in standing.sections:
        raise Http404
    if access.has_part_in(staff(request), comment):
        raise NotAllowed(_("You have a part in this, so somebody else decides it."), code="recused")
    row = look_at(comment)
    claim(row, by=staff(request))
    return see_other(card_url(row, place_in(request, row)))
