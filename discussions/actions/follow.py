"""Letting passages follow their words into an article's new text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core.outbox import handles, put
from discussions.actions import rows
from discussions.actions.live import record_event
from discussions.actions.tell_author import put_change
from discussions.actions.texts import text_of
from discussions.markup import article_prompts
from discussions.models import Article, ArticleRevision, LiveEvent, Passage, PassageHistory, PassageStatus
from discussions.models.passage import EXACT_LENGTH, NOW_LENGTH, QUESTION_LENGTH
from discussions.passages.canon import Canonical, Span
from discussions.passages.follow import Outcome
from discussions.passages.selecting import selection_at
from discussions.queries.following import outcomes

#: So many take well below half a second; an editor does not wait for more.
AT_ONCE = 200
_TOPIC = "discussions.follow_passages"


def follow_or_queue(article: Article, *, by: User | None = None) -> None:
    """Write the article's text down and let its passages follow it: at once when they are few, else in the background.

    Questions that are new are asked by `by`. Must run in a transaction that holds the article's row.
    """
    if article.passages.exclude(status=PassageStatus.DETACHED)[:AT_ONCE].count() < AT_ONCE:
        follow_passages(article, by=by)
    else:
        text_of(article)
        put(_TOPIC, article_id=article.pk, by=by.pk if by else None)


@handles(_TOPIC)
def follow_later(*, event: UUID, article_id: int, by: int | None = None) -> None:
    """Do it now. Doing it again changes nothing: the passages are where they are."""
    editor = User.objects.filter(pk=by).first() if by else None
    with transaction.atomic():
        follow_passages(rows.locked_article(article_id), by=editor)


def follow_passages(article: Article, *, by: User | None = None) -> list[Passage]:
    """Let every passage of the article follow its words into the text as it is; return those that changed.

    Orphans are looked for again, so a revert brings them back. The author's new marks become passages, asked by `by`;
    who asks is told when the status of theirs changes. When any passage has changed, the pages with the old marks are
    old. Must run in a transaction that holds the article's row.
    """
    revision, text = text_of(article)
    passages = list(article.passages.exclude(status=PassageStatus.DETACHED).order_by("pk"))
    # Of what is there already, only the author's marks can have moved: the words are the same.
    behind = [row for row in passages if row.mark or not row.is_placed or row.at_revision_id != revision.pk]
    changed = [*_follow(behind, revision, text), *_ask(article, revision, text, by)]
    if changed:
        # In the background the article's own version is older than this, and a page may have been made in between.
        record_event(article, None, LiveEvent.Kind.CHANGED)
    return changed


def _follow(passages: Sequence[Passage], revision: ArticleRevision, text: Canonical) -> list[Passage]:
    changed: list[Passage] = []
    told: list[Passage] = []
    for passage, outcome in zip(passages, outcomes(passages, text), strict=True):
        before = (passage.status, passage.start, passage.end)
        settle(passage, outcome, revision)
        if (passage.status, passage.start, passage.end) != before:
            changed.append(passage)
        if passage.kind == Passage.Kind.AUTHOR and passage.status != before[0]:
            told.append(passage)
    Passage.objects.bulk_update(passages, _COLUMNS, batch_size=AT_ONCE)
    note_places(changed, revision)
    for passage in told:
        put_change(passage, revision)
    return changed


_COLUMNS = ("status", "confidence", "method", "at_revision", "start", "end", "now", "suggested_start", "suggested_end")


def settle(passage: Passage, outcome: Outcome, revision: ArticleRevision) -> None:
    """Set on `passage` what became of it in `revision`; an orphan keeps its last good place. The caller saves."""
    passage.status, passage.confidence = outcome.status.value, outcome.confidence
    suggestion = outcome.suggestion
    passage.suggested_start, passage.suggested_end = (suggestion.start, suggestion.end) if suggestion else (None, None)
    if outcome.span is None:
        passage.now = ""
        return
    passage.method = str(outcome.method)
    passage.at_revision = revision
    passage.start, passage.end = outcome.span.start, outcome.span.end
    passage.now = revision.text[passage.start : passage.end][:NOW_LENGTH]


def note_places(passages: Iterable[Passage], revision: ArticleRevision, **who: object) -> None:
    """Write into the history where the passages are in `revision`."""
    PassageHistory.objects.bulk_create(
        PassageHistory(
            passage=passage, revision=revision, status=passage.status, confidence=passage.confidence,
            start=passage.start if passage.is_placed else None, end=passage.end if passage.is_placed else None,
            **who,
        )
        for passage in passages
    )  # fmt: skip


def _ask(article: Article, revision: ArticleRevision, text: Canonical, by: User | None) -> list[Passage]:
    """Make passages of the author's marks that are new, and put the question of the others as it is asked now.

    Questions that nobody asks, as those from before a site knew who, are asked by `by`.
    """
    if not text.prompts:
        return []
    questions = article_prompts(article.body)
    known = {passage.mark: passage for passage in article.passages.exclude(mark="")}
    made: list[Passage] = []
    for mark, span in text.prompts.items():
        question = questions.get(mark, "")[:QUESTION_LENGTH]
        if mark not in known:
            made.append(_prompt(article, mark, question, span, revision, by))
            continue
        row = known[mark]
        asked = (question or row.question, row.member_id or (by.pk if by else None))
        if asked != (row.question, row.member_id):
            Passage.objects.filter(pk=row.pk).update(question=asked[0], member=asked[1])
    note_places(made, revision)
    return made


def _prompt(
    article: Article, mark: str, question: str, span: Span, revision: ArticleRevision, by: User | None
) -> Passage:
    passage = new_passage(article, span, revision)
    passage.member = by
    passage.kind, passage.mark, passage.question = Passage.Kind.AUTHOR, mark, question
    passage.save(force_insert=True)
    return passage


def new_passage(article: Article, span: Span, revision: ArticleRevision) -> Passage:
    """Return a passage, not saved, of these words of the article's text as it is."""
    # An author may mark a whole paragraph; what is kept as its quote is the beginning.
    selection = selection_at(revision.text, Span(span.start, min(span.end, span.start + EXACT_LENGTH)))
    return Passage(
        article=article, start=selection.start, end=selection.end, at_revision=revision,
        exact=selection.exact, now=selection.exact, prefix=selection.before, suffix=selection.after,
        origin_revision=revision, origin_start=selection.start, origin_end=selection.end,
    )  # fmt: skip
