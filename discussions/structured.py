"""What search engines read: the discussion as schema.org JSON-LD.

It is a data block, not a script: browsers run nothing of it, so the Content-Security-Policy has no say in it. It can
only do harm by ending its element early, and every character that could is written as a JSON escape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from core.addresses import absolute
from discussions.models import Article, Visibility
from discussions.queries.cards import Branch, Card, ThreadPage

#: A search result shows about this many characters, and a page in full has to stay small.
EXCERPT = 80
#: More comments than this tell a search engine nothing new about the page.
MOST_COMMENTS = 30
#: Of a comment's HTML, what is looked at for its excerpt.
_LOOKED_AT = 600

_LINE_END = re.compile(r"</(?:p|li|pre)>|<br>")
_TAG = re.compile(r"<[^>]*(?:>|$)")

_ESCAPES = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
#: Knows no indentation, no key that is no string and no circle, which its quickest form needs.
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)

Thing = dict[str, Any]


def discussion_json_ld(article: Article, page: ThreadPage) -> SafeString:
    """Return the script element that describes an article and the comments of `page`."""
    return _script(_article(article) | _comments(branch.top for branch in page.branches))


def comment_json_ld(article: Article, branch: Branch) -> SafeString:
    """Return the script element that describes a comment's own page; empty when its text is not public."""
    if branch.top.visibility != Visibility.PUBLIC:
        return mark_safe("")
    posting = _comment(branch.top) | {"@type": "DiscussionForumPosting", "headline": article.title}
    about = {"@type": "Article", "headline": article.title, "url": absolute(article.get_absolute_url())}
    return _script(posting | {"isPartOf": about} | _comments(branch.top.replies))


def _article(article: Article) -> Thing:
    address = absolute(article.get_absolute_url())
    thing: Thing = {
        # A page elsewhere is what is talked about; the page here is the talk.
        "@type": "DiscussionForumPosting" if article.url else "Article",
        "headline": article.title,
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": _time(article.published_at),
        "inLanguage": article.language,
        "author": {"@type": "Person", "name": article.byline} if article.byline else _publisher(),
        "publisher": _publisher(),
        "commentCount": article.comment_count,
    }
    if article.summary:
        thing["description"] = article.summary
    if article.url:
        thing["sharedContent"] = {"@type": "WebPage", "url": article.url}
    return thing


def _comments(cards: Iterable[Card]) -> Thing:
    """Return the `comment` property of the thing that `cards` answer, without the property if none is public."""
    nested = _nested(cards, [MOST_COMMENTS])
    return {"comment": nested} if nested else {}


def _nested(cards: Iterable[Card], left: list[int]) -> list[Thing]:
    """Return public cards with their replies; those of a card that is left out move up to its place.

    `left` holds how many more there may be.
    """
    things: list[Thing] = []
    for card in cards:
        if card.visibility != Visibility.PUBLIC:
            things += _nested(card.replies, left)
        elif left[0] > 0:
            left[0] -= 1
            replies = _nested(card.replies, left)
            things.append(_comment(card) | ({"comment": replies} if replies else {}))
    return things


def _comment(card: Card) -> Thing:
    author: Thing = {"@type": "Person", "name": card.byline.name}
    if card.byline.url:
        author["url"] = absolute(card.byline.url)
    return {
        "@type": "Comment",
        "url": absolute(card.url),
        "author": author,
        "datePublished": _time(card.created_at),
        "text": _excerpt(card.html),
        "upvoteCount": card.up_count,
    }


def _excerpt(html: str) -> str:
    """Return the first words of stored HTML; that is clean, and needs a fraction of the care of `markup.excerpt`."""
    text = unescape(_TAG.sub("", _LINE_END.sub(" ", html[:_LOOKED_AT])))
    line = " ".join(text.split())
    if len(line) <= EXCERPT:
        return line
    cut = line[: EXCERPT - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"


def _publisher() -> Thing:
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")}


def _script(thing: Thing) -> SafeString:
    text = _JSON.encode({"@context": "https://schema.org"} | thing)
    # Inside JSON these characters stand in strings only, where their escapes mean the same.
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
