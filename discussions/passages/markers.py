"""The article's HTML with something put after its passages. Pure: what is put there is safe already."""

from __future__ import annotations

from collections.abc import Iterable

from discussions.passages.canon import Canonical


def with_inserted(html: str, canonical: Canonical, inserts: Iterable[tuple[int, str]]) -> str:
    """Return the HTML that `canonical` was made of, with each insert right after the words that end at its offset.

    `inserts` are pairs of an offset into the canonical text and safe HTML of phrasing elements; those at one place
    stay in their order. Nothing is put into a link, because a link holds no link.
    """
    places = sorted(((canonical.html_offset(end), insert) for end, insert in inserts), key=lambda pair: pair[0])
    parts, done = [], 0
    for at, insert in places:
        parts += [html[done:at], insert]
        done = at
    return "".join((*parts, html[done:]))
