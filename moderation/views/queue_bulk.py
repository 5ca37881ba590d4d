"""Deciding several cases of a list at once."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from moderation import access
from moderation.actions.decide import decide
from moderation.forms.desk import BulkForm, ChosenRow
from moderation.models import Outcome
from moderation.views.desk_answers import place_in, queue_url, staff
from moderation.views.queue import render_queue


@require_POST
def bulk(request: ParkbenchRequest) -> HttpResponse:
    """Decide the chosen rows, each by itself: one that somebody else was faster with does not stop the others."""
    standing = access.check(request.participant, "decide")
    form = BulkForm(request.POST)
    if not form.is_valid():
        return render_queue(request, standing, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    left = [refusal for row in form.rows if (refusal := _decide(request, form, row))]
    done = len(form.rows) - len(left)
    if done:
        said = ngettext("%(n)d comment: %(outcome)s.", "%(n)d comments: %(outcome)s.", done)
        messages.success(request, said % {"n": done, "outcome": Outcome(form.cleaned_data["outcome"]).label})
    for refusal in left:
        messages.warning(request, refusal)
    return see_other(queue_url(place_in(request)))


def _decide(request: ParkbenchRequest, form: BulkForm, row: ChosenRow) -> str:
    """Decide one row; return why it was left, in words, or an empty string."""
    try:
        case = access.get_case(request.participant, row.case_id, "decide")
    except Http404:
        return _("A comment is no longer in your queue.")
    try:
        decide(
            case, form.verdict(case), by=staff(request), key=form.key_of(row), lock_version=row.lock_version,
            revision=row.revision,
        )  # fmt: skip
    except Refused as refusal:
        return _("Comment by %(name)s: %(why)s") % {"name": case.comment.shown_name, "why": refusal.message}
    return ""
