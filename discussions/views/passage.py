"""A passage then and now, and what moderators do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import BadRequest
from discussions import access
from discussions.actions.passage_keeping import detach_passage, lock_passage, merge_passages, reattach_passage
from discussions.diff import compare
from discussions.forms import PassageForm
from discussions.models import ArticleRevision, Passage, PassageStatus
from discussions.passages.canon import Span

#: Letters of the text on either side of the words.
AROUND = 240
MOST_OTHERS = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """Words with what stands on either side of them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A place that a moderator may put the passage to."""

    words: str
    revision: int
    start: int
    end: int


@require_safe
def passage(request: ParkbenchRequest, slug: str, passage_id: int) -> HttpResponse:
    """Show what the words were and what stands there today; moderators find their tools here."""
    row = access.get_passage(request.participant, slug, passage_id)
    is_moderator = access.is_moderator(request.participant)
    now = _shown(row.at_revision, row.start, row.end) if row.is_placed else None
    is_changed = row.status == PassageStatus.EDITED
    context = {
        "article": row.article,
        "passage": row,
        "is_moderator": is_moderator,
        "then": _shown(row.origin_revision, row.origin_start, row.origin_end),
        "now": None if is_changed else now,
        "changes": compare(row.exact, row.now) if is_changed else (),
    }
    if is_moderator:
        others = row.article.passages.exclude(pk=row.pk).order_by("start", "pk")
        context |= {"others": others[:MOST_OTHERS], "chosen": _choice(request, row)}
    return render(request, "discussions/passage/page.html", context)


@require_POST
def passage_keep(request: ParkbenchRequest, slug: str, passage_id: int) -> HttpResponse:
    """Do what the button says: `act` is reattach, detach, merge, lock or unlock."""
    access.check_is_moderator(request.participant)
    by = request.participant
    assert isinstance(by, User)
    row = access.get_passage(by, slug, passage_id)
    act, kept = request.POST.get("act", ""), row
    if act == "reattach":
        data = _place(request.POST)
        reattach_passage(row, Span(data["start"], data["end"]), data["revision"] or 0, by=by)
    elif act == "detach":
        detach_passage(row, by=by)
    elif act in ("lock", "unlock"):
        lock_passage(row, by=by, is_locked=act == "lock")
    elif act == "merge":
        into = request.POST.get("into", "")
        if not (into.isascii() and into.isdigit() and len(into) < 10):
            raise BadRequest(_incomplete())
        kept = access.get_passage(by, slug, int(into))
        merge_passages(row, kept, by=by)
    else:
        raise BadRequest(_incomplete())
    return see_other(f"{row.article.get_absolute_url()}?inline={kept.pk}#comments")


def _shown(revision: ArticleRevision, start: int, end: int) -> Shown:
    text = revision.text
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    # A word that is cut says something else; where words have no spaces between them, there is nothing to cut.
    if start > AROUND:
        before = f"… {before[before.find(' ') + 1 :]}"
    if end + AROUND < len(text):
        after = f"{after[: after.rfind(' ')] if ' ' in after else after} …"
    return Shown(before, text[start:end], after)


def _choice(request: ParkbenchRequest, row: Passage) -> Choice | None:
    """Return the place that the address names, else the one that the site suggests."""
    newest = row.article.text_revisions.order_by("-number").first()
    if newest is None:
        return None
    if "end" in request.GET:
        data = _place(request.GET)
        start, end = data["start"], data["end"]
        if data["revision"] not in (None, newest.number):
            return None
    elif row.suggested_start is not None and row.suggested_end is not None:
        start, end = row.suggested_start, row.suggested_end
    else:
        return None
    return Choice(newest.text[start:end], newest.number, start, end)


def _place(data: Mapping[str, Any]) -> dict[str, Any]:
    form = PassageForm(data)
    if not form.is_valid():
        raise BadRequest(_incomplete())
    return form.cleaned_data


def _incomplete() -> str:
    return _("This form is not complete. Please reload the page and try again.")
