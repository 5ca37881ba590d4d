"""What would become of an article's passages in another text: nothing is written, so an editor can ask first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discussions.diff import Change, compare
from discussions.markup import render_article
from discussions.models import Article, ArticleRevision, Passage, PassageStatus
from discussions.models.comment import READABLE
from discussions.models.passage import PLACED
from discussions.passages.canon import Canonical, Span, canonical
from discussions.passages.follow import Follower, Outcome, Place, Tracked


@dataclass(frozen=True, slots=True)
class Loss:
    """A commented passage that would lose its place, and the difference to the words that come nearest."""

    words: str
    changes: tuple[Change, ...]


def losses(article: Article, body: str) -> list[Loss]:
    """Return what would be lost if the article's Markdown were `body`: two queries."""
    readable = article.passages.filter(status__in=PLACED, comments__visibility__in=READABLE)
    passages = list(readable.distinct().order_by("start", "pk"))
    text = canonical(render_article(body))
    return [
        Loss(passage.now, tuple(compare(passage.now, _suggested(text, outcome))))
        for passage, outcome in zip(passages, outcomes(passages, text), strict=True)
        if outcome.span is None
    ]


def outcomes(passages: Sequence[Passage], text: Canonical) -> list[Outcome]:
    """Return what would become of `passages` in `text`. Writes nothing: one query for their earlier texts."""
    ids = {pk for passage in passages for pk in (passage.at_revision_id, passage.origin_revision_id)}
    texts = dict(ArticleRevision.objects.filter(pk__in=ids).values_list("pk", "text")) if ids else {}
    follower = Follower(text, texts)
    return [follower.follow(_tracked(passage)) for passage in passages]


def _tracked(passage: Passage) -> Tracked:
    return Tracked(
        passage.exact,
        last=Place(passage.at_revision_id, Span(passage.start, passage.end)),
        origin=Place(passage.origin_revision_id, Span(passage.origin_start, passage.origin_end)),
        mark=passage.mark,
        was_moved=passage.status == PassageStatus.MOVED,
    )


def _suggested(text: Canonical, outcome: Outcome) -> str:
    span = outcome.suggestion
    return text.text[span.start : span.end] if span else ""
