"""Comments as HTML, by the template, and yet not by running it for each of them.

Most comments of a page differ in their words alone: which parts of the template they need is the same. So they are
poured into moulds (`core.moulds`). The template stays the only place that says what a comment looks like; two rules
hold it to that: what it decides by is in `_shape`, and what it writes that differs within a shape is in `Words`.
`tests/discussions/test_moulds.py` draws cards at random both ways and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from core import moulds as core_moulds
from core.moulds import poured
from core.templatetags.ui import initials, tint, when_in
from discussions.models import Article, Visibility
from discussions.queries.cards import Branch, Card, Viewer

TEMPLATE, REPLIES = "discussions/_comment.html", "discussions/_replies.html"
#: About twenty lines of 65 characters with their markup: longer comments start folded.
LONG = 1600
LONG_BLOCKS = 16
#: Numbers whose words one process remembers, in each language.
COUNTS = 3000

Passed = Mapping[str, Any]


class Place(NamedTuple):
    """Where on the page a comment stands."""

    #: Inside an ordered list of replies whose anchors are on the same page.
    nested: bool = False
    #: First level of a list that begins in the middle of a branch.
    start: bool = False
    is_new: bool = False
    #: The page is this comment's own.
    here: bool = False
    #: A moderator has locked the branch further up.
    locked: bool = False


class Words(NamedTuple):
    """What a comment's card says, as HTML."""

    id: str
    url: str
    name: str
    profile: str
    tint: str
    initials: str
    at: str
    to_name: str
    to_id: str
    to_url: str
    language: str
    html: str
    up: str
    up_words: str
    down: str
    down_words: str
    log_in: str
    replies: str


class Around(NamedTuple):
    """What is written around the replies to a comment, as HTML."""

    id: str
    url: str
    total: str
    inside: str
    more: str
    more_url: str
    branch_url: str


class Page(NamedTuple):
    """What all comments of a page are drawn with."""

    viewer: Viewer
    article: Article
    language: str | None
    #: What the template reads besides, such as the address to come back to.
    passed: Passed = MappingProxyType({})


def card_html(card: Card, page: Page, place: Place, branch: Branch | None = None) -> SafeString:
    """Return the list item of `card` with the replies that it holds, and those of `branch` that are left to load."""
    words = words_of(card, page.language, _replies_html(card, page, place, branch))
    if not _is_common(card, page.viewer):
        return drawn(card, page, place, words)
    shape = (TEMPLATE, page.language, place, *_shape(card, page, place))
    return poured(shape, words, lambda marks: drawn(card, page, place, Words(*marks)))


def drawn(card: Card, page: Page, place: Place, words: Words) -> SafeString:
    """Return the list item as the template draws it, with `words` where it writes them."""
    known = {"card": card, "viewer": page.viewer, "article": page.article, **place._asdict()}
    return _run(TEMPLATE, words, {**page.passed, **known})


def replies_drawn(card: Card, branch: Branch | None, around: Around) -> SafeString:
    """Return the list of replies as the template draws it, with `around` where it writes that."""
    level = card.replies[0].level if card.replies else None
    known = {"branch": branch, "is_deeper": level is not None and level > card.level, "level": level}
    return _run(REPLIES, around, known)


def _replies_html(card: Card, page: Page, place: Place, branch: Branch | None) -> str:
    more = branch.more if branch else 0
    if not card.replies and not more:
        return ""
    below = Place(nested=True, locked=place.locked or card.is_locked)
    inside = "".join([card_html(reply, page, below) for reply in card.replies])
    total = sum(1 for _ in card.walk()) - 1 + more if branch else card.reply_count
    around = Around(
        id=str(card.id), url=card.url, total=str(total), inside=inside, more=str(more),
        more_url=branch.more_url if branch else "", branch_url=branch.branch_url if branch else "",
    )  # fmt: skip
    level = card.replies[0].level if card.replies else None
    shape = (REPLIES, page.language, branch is not None, level == 4, level is not None and level > card.level,
             bool(more), more >= 1000)  # fmt: skip
    return poured(shape, around, lambda marks: replies_drawn(card, branch, Around(*marks)))


def words_of(card: Card, language: str | None, replies: str = "") -> Words:
    """Return what the card says in `language`, the active one, and in the active time zone."""
    byline, above, url = card.byline, card.in_reply_to, card.url
    name, tint_of_name, letters = _of_name(byline.name)
    return Words(
        id=str(card.id),
        url=url,
        name=name,
        profile=escape(byline.url) if byline.username else "",
        tint=tint_of_name,
        initials=letters,
        at=when_in(language, card.created_at),
        to_name=escape(above.name) if above else "",
        to_id=str(above.id) if above else "",
        to_url=above.url if above else "",
        language=escape(card.language),
        html=card.html,
        up=_number(card.up_count, language),
        up_words=_votes_in_words(1, card.up_count, language),
        down=_number(card.down_count, language) if card.down_count else "",
        down_words=_votes_in_words(-1, card.down_count, language),
        log_in=f"{_login_path()}?next={url}",
        replies=replies,
    )


@lru_cache(COUNTS)
def _of_name(name: str) -> tuple[str, str, str]:
    return escape(name), str(tint(name)), escape(initials(name))


def is_long(html: str) -> bool:
    """Return whether a text takes more than some twenty lines: an estimate, so that nothing moves on loading."""
    return len(html) > LONG or html.count("<p>") * 2 + html.count("<br") + html.count("<li") > LONG_BLOCKS * 2


def votes_up(count: int) -> str:
    """Return the number of votes up in words."""
    return ngettext("%(n)s vote up", "%(n)s votes up", count) % {"n": count}


def votes_down(count: int) -> str:
    """Return the number of votes down in words."""
    return ngettext("%(n)s vote down", "%(n)s votes down", count) % {"n": count}


@lru_cache(COUNTS)
def _votes_in_words(value: int, count: int, language: str | None) -> str:
    return escape(votes_up(count) if value > 0 else votes_down(count))


@lru_cache(COUNTS)
def _number(count: int, language: str | None) -> str:
    return escape(str(intcomma(count)))


@lru_cache(1)
def _login_path() -> str:
    return reverse("account_login")


def _is_common(card: Card, viewer: Viewer) -> bool:
    """Return whether a mould is worth it; the rest (stubs, passages, a moderator's page) is drawn by the template."""
    return card.visibility == Visibility.PUBLIC and card.quoted is None and not viewer.is_moderator


def _shape(card: Card, page: Page, place: Place) -> tuple[object, ...]:
    """Return everything that the template decides by, for a common card."""
    byline, above, viewer = card.byline, card.in_reply_to, page.viewer
    return (
        settings.DOWNVOTES, card.level if place.start else -1,
        byline.username != "", byline.is_article_author, byline.is_guest,
        card.is_pinned, card.is_locked, card.edited_at is not None, card.continues, card.language != "",
        card.depth > 1 and (above is not None and above.name != ""), card.depth > 1,
        is_long(card.html), card.down_count > 0, card.id in viewer.own and 1 + viewer.can_edit(card),
        viewer.can_vote, viewer.can_write, viewer.why_not_code, viewer.votes.get(card.id, 0), page.article.is_locked,
    )  # fmt: skip


def _run(template: str, words: Words | Around, known: dict[str, Any]) -> SafeString:
    safe = SimpleNamespace(**{name: mark_safe(value) for name, value in words._asdict().items()})  # noqa: S308
    return core_moulds.drawn(template, {**known, "words": safe})
