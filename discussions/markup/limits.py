"""Limits of depth and size. Applied before the sanitisers parse: deep or endless markup is what costs them time."""

from __future__ import annotations

import re

MAX_DEPTH = 20
# Tags and character references. bleach needs about 40 µs for each; a text of 5,000 characters has a few hundred.
MAX_PIECES = 1500
# Each level of quote or list takes 40 to 80 pixels of the width: six leave room for words.
MAX_INDENT = 6
_INDENTING = frozenset({"blockquote", "ul", "ol"})
_VOID = frozenset({"br", "hr", "img"})
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>", re.ASCII)


class TooComplexError(ValueError):
    """Markup that nobody writes by hand: its author gets the text back unformatted."""


def check_size(html: str, limit: int = MAX_PIECES) -> None:
    """Raise TooComplexError if the HTML has more than `limit` tags and character references."""
    if html.count("<") + html.count("&") > limit:
        raise TooComplexError


def flatten(html: str) -> str:
    """Return well-formed HTML without the elements that are nested too deep; their content stays.

    Expects `>` to be escaped in attributes, as markdown-it and our own pre-cleaning leave it.
    """
    open_tags: list[tuple[str, bool]] = []
    depth = indent = 0

    def visit(match: re.Match[str]) -> str:
        nonlocal depth, indent
        closing, name = match[1], match[2]
        if name in _VOID:
            return match[0]
        if not closing:
            keep = depth < MAX_DEPTH and not (name in _INDENTING and indent >= MAX_INDENT)
            open_tags.append((name, keep))
            depth += keep
            indent += keep and name in _INDENTING
            return match[0] if keep else ""
        if not open_tags or open_tags[-1][0] != name:
            return ""
        _name, keep = open_tags.pop()
        depth -= keep
        indent -= keep and name in _INDENTING
        return match[0] if keep else ""

    return TAG.sub(visit, html)
