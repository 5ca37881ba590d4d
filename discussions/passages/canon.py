"""Canonical text, version 1: an article's HTML as the plain text in which passages have their offsets.

The specification, for this module and for its twin `site/static/js/canon.js`:

1. Input is HTML that the sanitiser of articles has written: balanced, lower case, attributes in double quotes.
2. The text of `SKIPPED` elements, and of every element with the attribute `data-ia-ui`, is left out.
3. Where a `BLOCKS` element begins or ends, the text is cut: what stands on both sides is joined by one line feed.
4. `<br>` counts as a space.
5. Every run of white space (the class `SPACE`, written out because languages disagree about it) is one space; beside
   a cut it vanishes. At the beginning and at the end of the text there is none.
6. Nothing else is changed: no case, no normalisation. Offsets count Unicode code points, not UTF-16 units.

A change of any of this is another `VERSION`: stored offsets belong to the version they were made with.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html import unescape

VERSION = 1

SKIPPED = frozenset({
    "script", "style", "iframe", "svg", "math", "noscript", "template", "button", "audio", "video", "object", "canvas",
    "select", "textarea",
})  # fmt: skip
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"

_VOID = frozenset({"br", "hr", "img", "input", "wbr", "embed"})
_CODE = frozenset({"code", "pre"})
_PIECE = re.compile(
    r'<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?:\s+[^\s=>"/]+(?:="[^"]*")?)*)\s*/?>'
    r"|(?P<reference>&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)"
    rf"|(?P<space>[{SPACE}]+)|(?P<text>[^<&{SPACE}]+|[<&])"
)
_IS_SPACE = re.compile(rf"[{SPACE}]+")
_PROMPT = re.compile(r'\sdata-ia="([^"]*)"')
_OWN_INTERFACE = re.compile(r"\sdata-ia-ui(?:[\s=]|$)")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `start` to `end` (code points, the end is outside)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical text of some HTML, and the way back from it."""

    text: str
    #: Stretches of `code` and `pre`, in reading order.
    code: tuple[Span, ...]
    #: Where the author's marks are, by their id; of two with one id, the first.
    prompts: dict[str, Span]
    _runs: _Runs = field(repr=False)

    def html_offset(self, end: int) -> int:
        """Return the place in the HTML right after the code point before `end`; never inside a link.

        `end` is an offset into the text, at least 1: what is put there stands after the words that end there.
        """
        return self._runs.after(end)


@dataclass(slots=True)
class _Runs:
    """Runs of code points that stand in the HTML as they stand in the text, and the links, which nest in no link."""

    text_starts: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    html: list[Span] = field(default_factory=list)
    links: list[Span] = field(default_factory=list)

    def add(self, text_start: int, length: int, html: Span) -> None:
        self.text_starts.append(text_start)
        self.lengths.append(length)
        self.html.append(html)

    def after(self, end: int) -> int:
        n = bisect_right(self.text_starts, end - 1) - 1
        html, inside = self.html[n], end - self.text_starts[n]
        # A character reference is longer than what it stands for, and is not cut.
        is_verbatim = html.end - html.start == self.lengths[n]
        at = min(html.start + inside, html.end) if is_verbatim else html.end
        return next((link.end for link in self.links if link.start < at < link.end), at)


def canonical(html: str) -> Canonical:
    """Return the canonical text of sanitised HTML."""
    reader = _Reader()
    for piece in _PIECE.finditer(html):
        reader.read(piece)
    return reader.result()


class _Reader:
    """Reads the pieces of the HTML one after the other."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        #: What has to stand before the next word: nothing, a space or a line feed.
        self._gap = ""
        self._open: list[tuple[str, int, str, int]] = []
        self._hidden_at: int | None = None
        self._runs = _Runs()
        self._code: list[Span] = []
        self._prompts: dict[str, Span] = {}

    def read(self, piece: re.Match[str]) -> None:
        """Take in a tag, a character reference, a run of white space or a run of other characters."""
        kind = piece.lastgroup
        if piece["name"]:
            self._tag(piece)
        elif self._hidden_at is not None:
            return
        elif kind == "space":
            self._gap = self._gap or " "
        else:
            self._words(unescape(piece[0]) if kind == "reference" else piece[0], piece.start(), piece.end())

    def result(self) -> Canonical:
        """Return what was read."""
        return Canonical("".join(self._parts), tuple(self._code), self._prompts, self._runs)

    def _words(self, words: str, html_start: int, html_end: int) -> None:
        if _IS_SPACE.fullmatch(words):
            self._gap = self._gap or " "
            return
        if self._gap and self._length:
            self._parts.append(self._gap)
            self._length += 1
        self._gap = ""
        self._runs.add(self._length, len(words), Span(html_start, html_end))
        self._parts.append(words)
        self._length += len(words)

    def _tag(self, piece: re.Match[str]) -> None:
        name, attributes = piece["name"], piece["attributes"] or ""
        if self._hidden_at is None and name in BLOCKS:
            self._gap = "\n"
        elif self._hidden_at is None and name == "br":
            self._gap = self._gap or " "
        if name in _VOID:
            return
        if piece["close"]:
            self._close(name, piece.end())
            return
        prompt = _PROMPT.search(attributes) if "data-ia" in attributes else None
        self._open.append((name, self._length, prompt[1] if prompt else "", piece.start()))
        if self._hidden_at is None and (name in SKIPPED or _OWN_INTERFACE.search(attributes)):
            self._hidden_at = len(self._open)

    def _close(self, name: str, html_end: int) -> None:
        if not self._open or self._open[-1][0] != name:
            return
        if self._hidden_at == len(self._open):
            self._hidden_at = None
        _name, length_before, prompt, html_start = self._open.pop()
        if name == "a":
            self._runs.links.append(Span(html_start, html_end))
        # The gap before the first word was still open when the element began, so it belongs to what stood before.
        start = length_before + (length_before > 0 and self._starts_with_gap(length_before))
        if start >= self._length:
            return
        if name in _CODE:
            self._code.append(Span(start, self._length))
        if prompt:
            self._prompts.setdefault(prompt, Span(start, self._length))

    def _starts_with_gap(self, at: int) -> bool:
        n = bisect_right(self._runs.text_starts, at) - 1
        return n < 0 or self._runs.text_starts[n] != at
