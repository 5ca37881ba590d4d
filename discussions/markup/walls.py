"""The two walls behind every renderer: bleach with our filter, then nh3, each with the same closed table."""

from __future__ import annotations

import re
from functools import partial
from html import unescape

import nh3
from bleach.sanitizer import Cleaner

from .characters import drop_harmful
from .links import HonestLinks
from .policy import Policy

SCHEMES = frozenset({"http", "https", "mailto"})
# Elements whose text is not prose: it goes with them.
DROPPED_WITH_TEXT = frozenset({"script", "style", "template", "iframe", "noscript", "noembed", "noframes", "title"})
# The parser swallows a line feed right after <pre>; written once it would vanish, written twice one would stay.
_PRE_NEWLINE = re.compile(r"<pre>\n+")
# U+0338 after `>` composes to one character under NFC, which would eat the bracket of a tag.
_AFTER_TAG = re.compile(">\u0338+")
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")
_ROUNDS = 4


class UnstableError(RuntimeError):
    """HTML that the two walls do not agree about, or that changes each time it is parsed and written."""


def clean(html: str, policy: Policy) -> str:
    """Return the HTML cut down to what the policy allows, balanced, the same after any number of parses.

    Raises UnstableError if it does not come to rest.
    """
    return _last_wall(_first_wall(html, policy), policy)


def _first_wall(html: str, policy: Policy) -> str:
    # A Cleaner keeps state while it parses, so it is made anew: shared ones mix up the texts of two threads.
    cleaner = Cleaner(
        tags=policy.tags,
        attributes=lambda tag, name, value: _passes_first(policy, tag, name, unescape(value)),
        protocols=SCHEMES,
        strip=True,
        strip_comments=True,
        filters=[partial(HonestLinks, policy=policy)],
    )
    return cleaner.clean(html)


def _passes_first(policy: Policy, tag: str, name: str, value: str) -> bool:
    """Let any target reach the link filter, which shows or drops the bad ones; everything else by the table."""
    return (tag == "a" and name == "href") or policy.allows(tag, name, value)


def clean_plain(html: str, policy: Policy) -> str:
    """Return HTML of our own making (escaped text, paragraphs, breaks) after nh3 has looked at it too."""
    return _tidy(_nh3(html, policy))


def _last_wall(html: str, policy: Policy) -> str:
    for _round in range(_ROUNDS):
        cleaned = _tidy(_nh3(html, policy))
        # nh3 takes an address away that its own parser refuses, and leaves the link without one.
        if "<a rel=" in cleaned:
            raise UnstableError
        if cleaned == html:
            return cleaned
        html = cleaned
    raise UnstableError


def _nh3(html: str, policy: Policy) -> str:
    return nh3.clean(
        html,
        tags=policy.tags,
        clean_content_tags=DROPPED_WITH_TEXT,
        attributes=policy.attribute_names(),
        attribute_filter=lambda tag, name, value: value if policy.allows(tag, name, value) else None,
        link_rel=None,
        url_schemes=SCHEMES,
        generic_attribute_prefixes=set(),
    )


def _tidy(html: str) -> str:
    """Take away what decoded character references brought back, and the few spots where two parses differ."""
    html = _AFTER_TAG.sub(">", drop_harmful(html))
    return _PRE_NEWLINE.sub("<pre>", _EMPTY_PARAGRAPH.sub("", html))
