"""The rows of a queue as HTML, poured: the template runs once for each shape of a row (`core.moulds`).

`templates/moderation/queue/_row.html` says what a row looks like. It knows the fields of `Shape`, by which it decides,
those of `Words`, which it writes, and `why`, as many words as the shape counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.moulds import drawn, poured
from moderation.queries.queue import Place
from moderation.queries.queue_rows import QueueRow

TEMPLATE = "moderation/queue/_row.html"


class Shape(NamedTuple):
    """What the template decides by."""

    tab: str
    may_decide: bool
    is_chosen: bool
    is_mine: bool
    is_taken: bool
    by_guest: bool
    visibility: str
    #: The case's language, shown as a word, and the comment's, an attribute.
    language: str
    lang: str
    skips: int
    by_rules: bool
    reasons: int


class Words(NamedTuple):
    """What it writes."""

    value: str
    author: str
    slug: str
    title: str
    title_lang: str
    age: str
    holder: str
    url: str
    query: str
    excerpt: str
    total: str
    severity: str
    reports: str
    activity: str
    waiting: str
    rules: str


def rows_html(rows: Iterable[QueueRow], place: Place, *, may_decide: bool) -> SafeString:
    """Return the rows of a list at `place`, with boxes to choose them by where `may_decide`."""
    language, query = get_language(), place.query
    every = [_row_html(row, _shape(row, place.tab, may_decide=may_decide), query, language) for row in rows]
    return mark_safe("".join(every))  # noqa: S308 — moulds, and words that were escaped


def _row_html(row: QueueRow, shape: Shape, query: str, language: str | None) -> SafeString:
    words = [escape(word) for word in (*_words(row, query), *row.why)]
    return poured((TEMPLATE, language, *shape), words, lambda marks: _drawn(shape, marks))


def _drawn(shape: Shape, words: list[SafeString]) -> SafeString:
    fixed = len(Words._fields)
    known = {**shape._asdict(), **Words(*words[:fixed])._asdict(), "why": words[fixed:]}
    return drawn(TEMPLATE, known)


def _shape(row: QueueRow, tab: str, *, may_decide: bool) -> Shape:
    case = row.case
    return Shape(
        tab=tab, may_decide=may_decide, is_chosen=row.is_chosen, is_mine=row.is_mine, is_taken=row.holder != "",
        by_guest=case.guest_id is not None, visibility=case.visibility, language=case.language,
        lang=case.comment_language, skips=case.skip_count, by_rules=case.raised != 0, reasons=len(row.why),
    )  # fmt: skip


def _words(row: QueueRow, query: str) -> Words:
    case, points = row.case, row.points
    return Words(
        value=row.value, author=row.author, slug=quote(case.article_slug), title=case.article_title,
        title_lang=case.article_language, age=row.age, holder=row.holder, url=row.url, query=query,
        excerpt=row.excerpt or "…", total=str(points.total), severity=str(points.severity),
        reports=str(points.reports), activity=str(points.activity), waiting=str(points.age), rules=str(points.rules),
    )  # fmt: skip
