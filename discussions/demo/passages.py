"""The passages of a demo article: those that its author asks about, and those that the script comments on."""

from __future__ import annotations

from collections.abc import Iterable

from discussions.actions.follow import follow_passages, new_passage, note_places
from discussions.actions.texts import text_of
from discussions.models import Article, Passage
from discussions.passages.canon import Span


def write_passages(article: Article, wanted: Iterable[str]) -> dict[str, Passage]:
    """Write down the article's text and its passages; return those that are `wanted`, by their words or their `?mark`.

    Must run in a transaction. Raises `ValueError` for words that are not in the article, or more than once.
    """
    follow_passages(article)
    revision, _canonical = text_of(article)
    found = {f"?{row.mark}": row for row in article.passages.exclude(mark="")}
    for words in wanted:
        if words in found:
            continue
        if words.startswith("?") or revision.text.count(words) != 1:
            raise ValueError(f"{article.slug}: no such passage: {words}")
        start = revision.text.index(words)
        passage = found[words] = new_passage(article, Span(start, start + len(words)), revision)
        passage.save(force_insert=True)
        note_places([passage], revision)
    return found
