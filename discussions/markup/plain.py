"""Rendered HTML as plain text, and plain text as HTML."""

from __future__ import annotations

import re
from html import escape, unescape

import nh3

from .characters import draws_something, normalise_line, normalise_text

_BLOCK_END = re.compile(r"</(?:p|li|pre|blockquote|h[1-6]|tr|table|div)>|<br ?/?>|<hr ?/?>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>?")
_NEWLINES = re.compile(r"\n\s*\n")


def plain_text(html: str) -> str:
    """Return the words of rendered HTML, blocks on lines of their own, character references decoded.

    The result is text: whoever puts it into HTML has to escape it.
    """
    html = _CELL_END.sub(" ", _BLOCK_END.sub("\n", html))
    text = unescape(nh3.clean(html, tags=set(), attributes={"*": set()}, link_rel=None))
    return normalise_text(_NEWLINES.sub("\n", text)).strip()


def words(html: str) -> str:
    """Return roughly the words of any HTML, in linear time: what is left where parsing it would take too long."""
    return unescape(_ANY_TAG.sub("", _BLOCK_END.sub("\n", html)))


def excerpt(html: str, length: int = 160) -> str:
    """Return the beginning of rendered HTML as one line of at most `length` characters, cut between words."""
    line = normalise_line(plain_text(html))
    if len(line) <= length:
        return line
    cut = normalise_line(line, length - 1)
    head, space, _tail = cut.rpartition(" ")
    # A single long word, or a script without spaces, is cut where it is.
    if space and len(head) >= length // 2 and line[len(cut) : len(cut) + 1].strip():
        cut = head
    return cut.rstrip(" ,;:.…") + "…"


def shows_nothing(html: str) -> bool:
    """Tell whether rendered HTML leaves the page blank."""
    return not draws_something(plain_text(html))


def plain_html(text: str) -> str:
    """Return normalised text as paragraphs and line breaks, without any other markup."""
    paragraphs = (paragraph.strip("\n") for paragraph in re.split(r"\n{2,}", text))
    return "".join(
        f"<p>{escape(paragraph, quote=False).replace(chr(10), '<br>' + chr(10))}</p>\n"
        for paragraph in paragraphs
        if paragraph.strip()
    )
