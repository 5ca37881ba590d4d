"""The passages of one article, and its text with their markers: two queries, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.kept import kept, param
from discussions.models import Article, ArticleRevision, Passage
from discussions.models.comment import READABLE
from discussions.passages.canon import VERSION, Canonical, Span, canonical
from discussions.passages.grouping import Group, Marked, drawn, group
from discussions.passages.markers import with_inserted
from discussions.queries.build import quoted
from discussions.queries.cards import Quoted

#: The beginning of a passage that a marker's label reads out.
SPOKEN = 60
CACHE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Chosen:
    """The passage that a thread is filtered to: all passages of its group, and the words they are about."""

    id: int
    ids: frozenset[int]
    quoted: Quoted
    is_locked: bool
    comments: int


class Inline:
    """Everything about the passages of an article that its page shows. A template starts no query with it."""

    version = VERSION

    def __init__(self, article: Article, passages: Sequence[Passage], number: int) -> None:
        self._article = article
        self._passages = {passage.pk: passage for passage in passages}
        #: The number of the text that the page shows, 0 while it is not written down.
        self.number = number
        #: Comments that everybody can read, on passages with or without a place.
        self.comments = sum(map(_comments, passages))
        self.is_on = article.passages_by != Article.Passages.OFF
        self.may_choose = article.passages_by == Article.Passages.EVERYONE

    @property
    def has_any(self) -> bool:
        """Return whether the page shows anything of passages."""
        return bool(self.comments or self.groups)

    @cached_property
    def text(self) -> Canonical:
        """Return the canonical text of what the page shows."""
        return _text(self._article.body_html)

    @cached_property
    def groups(self) -> list[Group]:
        """Return the groups that have a marker, in reading order: with a comment, or asked by the author."""
        if not self.is_on or not self._passages:
            return []
        text = self.text.text
        marked = [
            Marked(row.pk, Span(row.start, row.end), _comments(row), row.kind == Passage.Kind.AUTHOR)
            for row in self._passages.values()
            # A text that is still to be followed, in the background, has other words there.
            if row.is_placed and text[row.start : row.end] == row.now
        ]
        return group(text, (one for one in marked if one.comments or one.is_prompt))

    def chosen(self, passage_id: int) -> Chosen | None:
        """Return the group of a passage, or the passage alone when it has no marker.

        None for an unknown id, and for words of which nobody may know yet that somebody chose them.
        """
        passage = self._passages.get(passage_id)
        if passage is None or not (_comments(passage) or passage.kind == Passage.Kind.AUTHOR):
            return None
        home = next((one for one in self.groups if passage_id in one.ids), None)
        ids = home.ids if home else frozenset({passage_id})
        comments = sum(_comments(self._passages[pk]) for pk in ids)
        is_locked = passage.is_locked or not self.is_on
        return Chosen(home.id if home else passage_id, ids, quoted(passage), is_locked, comments)

    def listed(self) -> list[tuple[int, str, int]]:
        """Return id, beginning and number of comments of the groups, in reading order: the list of landmarks."""
        return [(one.id, Truncator(self._words(one)).chars(SPOKEN), one.comments) for one in self.groups]

    @property
    def body_html(self) -> SafeString:
        """Return the article's HTML with a marker after each group."""
        if not self.groups:
            return mark_safe(self._article.body_html)  # noqa: S308 — it comes out of our own renderer
        key = self._key()
        html: str | None = caches["process"].get(key)
        if html is None:
            html = with_inserted(self._article.body_html, self.text, self._markers())
            caches["process"].set(key, html, CACHE_SECONDS)
        return mark_safe(html)  # noqa: S308 — our own HTML with markers made by format_html

    def _markers(self) -> Iterable[tuple[int, str]]:
        to_draw = drawn(self.text.text, self.groups)
        for one in self.groups:
            yield one.span.end, self._marker(one, is_drawn=one.id in to_draw)

    def _marker(self, one: Group, *, is_drawn: bool) -> SafeString:
        words = Truncator(self._words(one)).chars(SPOKEN)
        count = ngettext(
            "%(n)d comment on the passage: %(words)s", "%(n)d comments on the passage: %(words)s", one.comments
        ) % {"n": one.comments, "words": words}
        question = next((self._passages[m.id].question for m in one.members if m.is_prompt), "")
        label = _("The author asks: %(question)s") % {"question": question} + f" {count}" if one.is_prompt else count
        place = format_html(' data-start="{}" data-end="{}"', one.span.start, one.span.end) if is_drawn else ""
        # Every passage of the group is a place that links to a comment's quote lead to.
        others = [format_html('<i id="ia-{}"></i>', pk) for pk in sorted(one.ids - {one.id})]
        return format_html(
            '<sup class="ia-m" data-ia-ui>{others}<a id="ia-{id}" class="ia{ask}" href="?inline={id}#comments"'
            '{place} data-part="{part}?inline={id}" aria-label="{label}">{sign}{n}</a></sup>',
            others=mark_safe("".join(others)),  # noqa: S308 — made by format_html above
            id=one.id, ask=" ask" if one.is_prompt else "", place=place, label=label,
            part=reverse("discussions:thread", args=[self._article.slug]),
            sign="?" if one.is_prompt else "", n=one.comments or "",
        )  # fmt: skip

    def _words(self, one: Group) -> str:
        return self.text.text[one.span.start : one.span.end].replace("\n", " ")

    def _key(self) -> str:
        facts = [(one.span.start, one.span.end, one.comments, *sorted(one.ids)) for one in self.groups]
        questions = [row.question for row in self._passages.values()]
        what = repr((self._article.slug, facts, questions, get_language(), self._article.body_html))
        return f"inline:{self._article.pk}:{sha256(what.encode()).hexdigest()}"


def inline_of(article: Article) -> Inline:
    """Return the passages of an article with their readable comments counted: two queries."""
    latest = _latest_revision.row(article.pk)
    is_written = latest is not None and latest[1] == sha256(article.body_html.encode()).hexdigest()
    return Inline(article, _of_article.all(article.pk), latest[0] if latest and is_written else 0)


@kept
def _of_article() -> QuerySet[Passage, Passage]:
    # Each thread on a passage is a root with what is listed below it.
    count = Sum(1 + F("comments__branch_count"), filter=Q(comments__visibility__in=READABLE))
    return Passage.objects.filter(article_id=param()).annotate(comment_sum=count).order_by("pk")


@kept
def _latest_revision() -> QuerySet[ArticleRevision, Any]:
    rows = ArticleRevision.objects.filter(article_id=param()).order_by("-number")
    return rows.values_list("number", "html_sha256")[:1]


@lru_cache(maxsize=64)
def _text(html: str) -> Canonical:
    return canonical(html)


def _comments(passage: Passage) -> int:
    return getattr(passage, "comment_sum", None) or 0
