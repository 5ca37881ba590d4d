"""Whether a selection may be a passage, and where it is when the text has changed since it was made. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from discussions.passages.align import CJK_LETTER, align, fold
from discussions.passages.anchor import snapped
from discussions.passages.canon import Canonical, Span

#: Code points of a passage; of one in Chinese, Japanese or another script that writes whole words in a letter or two.
SHORTEST, LONGEST = 12, 600
SHORTEST_CJK, LONGEST_CJK = 4, 300
MOST_BLOCKS = 3
CONTEXT = 64
#: Words that were found by themselves stand where both their sides are much like those that were sent.
_SIDES_AT_LEAST = 0.75


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected: offsets into the text that the reader saw, its words, and what stood on either side."""

    start: int
    end: int
    exact: str
    before: str = ""
    after: str = ""


def selection_at(text: str, span: Span) -> Selection:
    """Return the selection of `span` in `text`, with its context."""
    before, after = text[max(span.start - CONTEXT, 0) : span.start], text[span.end : span.end + CONTEXT]
    return Selection(span.start, span.end, text[span.start : span.end], before, after)


def locate(selection: Selection, *, seen: str, now: str) -> Span | None:
    """Return where the selected words are in the text `now`; None when they are not there any more.

    `seen` is the text that the reader had before them, the same or an older one. Words are made whole at both ends.
    """
    span = _as_sent(selection, seen)
    if span is not None and seen != now:
        span = _projected(span, seen, now)
    span = span or _nearest(selection, now)
    return None if span is None else snapped(now, span)


def _as_sent(selection: Selection, text: str) -> Span | None:
    start, end = selection.start, selection.end
    is_there = 0 <= start < end <= len(text) and text[start:end] == selection.exact
    return Span(start, end) if is_there else None


def _projected(span: Span, seen: str, now: str) -> Span | None:
    """Return where untouched words went, by the difference of the two texts."""
    pieces = list(align(seen, now).within(span.start, span.end))
    if len(pieces) != 1 or pieces[0].length != span.end - span.start:
        return None
    at = pieces[0].new
    return Span(at, at + pieces[0].length)


def _nearest(selection: Selection, text: str) -> Span | None:
    """Return the nearest place of the same words with the same sides."""
    folded, exact = fold(text), fold(selection.exact)
    before, after = fold(selection.before), fold(selection.after)
    places: list[int] = []
    at = folded.find(exact) if exact else -1
    while at >= 0:
        end = at + len(exact)
        sides = (
            fuzz.ratio(before, folded[max(at - len(before), 0) : at]) / 100,
            fuzz.ratio(after, folded[end : end + len(after)]) / 100,
        )
        if min(sides) >= _SIDES_AT_LEAST:
            places.append(at)
        at = folded.find(exact, at + 1)
    best = min(places, key=lambda place: abs(place - selection.start), default=None)
    return None if best is None else Span(best, best + len(exact))


def what_is_wrong(canonical: Canonical, span: Span) -> str:
    """Return why `span` cannot be a passage: "short", "long", "blocks", "code", or an empty string when it can."""
    words = canonical.text[span.start : span.end]
    shortest, longest = bounds(words)
    if len(words) < shortest:
        return "short"
    if len(words) > longest:
        return "long"
    if words.count("\n") >= MOST_BLOCKS:
        return "blocks"
    if any(code.start <= span.start and span.end <= code.end for code in canonical.code):
        return "code"
    return ""


def bounds(words: str) -> tuple[int, int]:
    """Return the smallest and the greatest length of a passage with such words."""
    dense = len(CJK_LETTER.findall(words)) * 2 >= sum(char.isalnum() for char in words)
    return (SHORTEST_CJK, LONGEST_CJK) if dense and words else (SHORTEST, LONGEST)
