"""Choosing words of an article to comment on: without a script from its sentences, with one from a selection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.participants import ParkbenchRequest
from core.errors import BadRequest, NotAllowed, Refused
from discussions import access
from discussions.actions.passages import find_words
from discussions.forms import CommentForm, PassageForm
from discussions.models import Article, Passage
from discussions.passages.selecting import LONGEST, SHORTEST, SHORTEST_CJK, Selection, selection_at
from discussions.passages.sentences import sentences
from discussions.queries.passages import Inline, inline_of
from discussions.views.comment_post import composer


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that can be chosen, and where choosing them leads."""

    words: str
    url: str


@require_safe
def passage_new(request: ParkbenchRequest, slug: str) -> HttpResponse:
    """Show the sentences; with `start` and `end` the composer for these words.

    `?for=` names a passage that a moderator is finding a place for. Words that cannot be found answer 409, words that
    cannot be a passage 422; both show the sentences to choose from.
    """
    article = access.get_article(request.participant, slug)
    inline = inline_of(article)
    moving = _moving(request, article)
    if "end" not in request.GET:
        return _sentences(request, article, inline, moving)
    try:
        return composer(request, _form(request, article, inline))
    except Refused as refusal:
        return _sentences(request, article, inline, moving, refusal=refusal)


def _form(request: ParkbenchRequest, article: Article, inline: Inline) -> CommentForm:
    access.check_can_mark(request.participant, article)
    asked = PassageForm(request.GET)
    if not asked.is_valid():
        raise BadRequest(_("This link to a passage is not complete. Please choose one from the list."))
    data = asked.cleaned_data
    number = data.pop("revision") or 0
    span = find_words(article, number, Selection(**data), inline.text)
    return CommentForm(
        article=article, participant=request.participant,
        selection=selection_at(inline.text.text, span), revision=inline.number,
    )  # fmt: skip


def _sentences(
    request: ParkbenchRequest, article: Article, inline: Inline, moving: Passage | None, refusal: Refused | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"article": article, "moving": moving, "refusal": refusal and refusal.message}
    try:
        if moving is None:
            access.check_can_mark(request.participant, article)
        context["sentences"] = list(_listed(article, inline, moving))
    except NotAllowed as closed:
        context["why_not"] = closed.message
    status = refusal.status if refusal else HTTPStatus.OK
    return render(request, "discussions/passage_new/page.html", context, status=status)


def _listed(article: Article, inline: Inline, moving: Passage | None) -> Iterator[Sentence]:
    name, args = ("passage", [article.slug, moving.pk]) if moving else ("passage-new", [article.slug])
    base = reverse(f"discussions:{name}", args=args)
    text = inline.text.text
    shortest = SHORTEST_CJK if article.language.partition("-")[0] in ("zh", "ja", "th", "ko") else SHORTEST
    for span in sentences(text, shortest=shortest, longest=LONGEST // 2):
        query = urlencode({"revision": inline.number, "start": span.start, "end": span.end})
        yield Sentence(text[span.start : span.end], f"{base}?{query}")


def _moving(request: ParkbenchRequest, article: Article) -> Passage | None:
    wanted = request.GET.get("for", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        return None
    access.check_is_moderator(request.participant)
    return access.get_passage(request.participant, article.slug, int(wanted))
