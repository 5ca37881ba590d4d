"""Finding a passage again in another text: candidates, a score for each, and a bar that it has to pass.

A passage in the wrong place puts words into somebody's mouth; one that is not found is only not found. So every bar is
set for the first to be rare.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from discussions.passages.align import CJK_LETTER, Alignment
from discussions.passages.canon import Span

#: How much of the text on either side is compared.
CONTEXT = 48
_OCCURRENCES = 60
_WINDOW_SCORE = 60.0
_SURVIVED_AT_LEAST = 0.5
_SAME_PLACE = 0.5
_SIMILAR_AT_LEAST = 0.45
_AHEAD = 0.06
_SUGGEST = 0.60
#: Words in a sentence that was carried elsewhere have other neighbours, and that is all that is different.
_CARRIED_SCORE = 0.9
#: More of a place than this that came from elsewhere in the old text is that other passage's place.
_TAKEN = 0.5


class Method(StrEnum):
    """How the new place was found."""

    KEPT = "kept"
    EXACT_AND_DIFF = "exact+diff"
    EXACT = "exact"
    FUZZY_AND_DIFF = "fuzzy+diff"
    FUZZY = "fuzzy"


#: The score that a candidate needs, by the evidence for it.
BARS = {Method.EXACT_AND_DIFF: 0.75, Method.EXACT: 0.72, Method.FUZZY_AND_DIFF: 0.65, Method.FUZZY: 0.80}
_WITH_DIFF = (Method.EXACT_AND_DIFF, Method.FUZZY_AND_DIFF)
#: What is added to the bar for a quote so short that by itself it says nothing: short words stand in many places. Half
#: as much where words and diff agree.
SHORT = {Method.EXACT_AND_DIFF: 0.05, Method.EXACT: 0.10, Method.FUZZY_AND_DIFF: 0.10, Method.FUZZY: 0.10}
#: Changed words found where the diff does not lead need neighbours they had before; chance alone gives about 0.4.
_NEIGHBOURS_AT_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """A place in the new text. `score` and `similarity` (of the words alone) go from 0 to 1."""

    span: Span
    score: float
    similarity: float
    method: Method


@dataclass(frozen=True, slots=True)
class Anchored:
    """What became of a passage: a place, or none and perhaps one to suggest to a person."""

    place: Found | None
    suggestion: Found | None = None


def reanchor(alignment: Alignment, passage: Span) -> Anchored:
    """Return where the words of `passage`, a span of the alignment's old text, are in its new one."""
    kept = _kept(alignment, passage) or _carried(alignment, passage)
    if kept is not None:
        return Anchored(kept)
    return _Search(alignment, passage).best()


def _kept(alignment: Alignment, passage: Span) -> Found | None:
    """Return the place when the words and what stands around them are untouched: no need to look elsewhere."""
    start = max(passage.start - CONTEXT, 0)
    end = min(passage.end + CONTEXT, len(alignment.old))
    around = list(alignment.within(start, end))
    if len(around) != 1 or around[0].length != end - start:
        return None
    at = around[0].new + passage.start - start
    return Found(Span(at, at + passage.end - passage.start), 1.0, 1.0, Method.KEPT)


def _carried(alignment: Alignment, passage: Span) -> Found | None:
    """Return the place when the whole sentence around the words stands elsewhere now: it took them along."""
    home = next((one for one in alignment.moved if one.old <= passage.start and passage.end <= one.old_end), None)
    if home is None:
        return None
    at = home.new + passage.start - home.old
    return Found(Span(at, at + passage.end - passage.start), _CARRIED_SCORE, 1.0, Method.EXACT_AND_DIFF)


class _Search:
    """The search for one passage."""

    def __init__(self, alignment: Alignment, passage: Span) -> None:
        self.alignment = alignment
        self.old, self.new = alignment.old, alignment.new
        self.passage = passage
        self.quote = self.old[passage.start : passage.end]
        self.before = self.old[max(passage.start - CONTEXT, 0) : passage.start]
        self.after = self.old[passage.end : passage.end + CONTEXT]
        self.expected = alignment.expected(passage.start)
        self._is_unique = self.old.count(self.quote) == self.new.count(self.quote) == 1
        self._weight = min(max((_weight(self.quote) - 8) / 52, 0.0), 1.0)
        pieces = list(alignment.within(passage.start, passage.end))
        letters = sum(not char.isspace() for char in self.quote)
        survived = sum(not char.isspace() for piece in pieces for char in self.old[piece.old : piece.old_end])
        self.share = survived / letters if letters else 0.0
        self.hull = Span(min(p.new for p in pieces), max(p.new + p.length for p in pieces)) if pieces else None

    def best(self) -> Anchored:
        """Return the candidate that passes its bar, or the orphan with a suggestion."""
        # What the diff leads to comes before words that are merely like these.
        found = sorted(
            self._scored(),
            key=lambda one: (one.method == Method.FUZZY, -one.score, abs(one.span.start - self.expected)),
        )
        if not found:
            return Anchored(None)
        first = found[0] if self._passes(found[0]) else max(found, key=lambda one: one.score)
        if self._passes(first) and not self._is_contested(first, found):
            return Anchored(first)
        worth_a_look = first.score >= _SUGGEST and first.similarity >= _SUGGEST
        return Anchored(None, first if worth_a_look else None)

    def _passes(self, one: Found) -> bool:
        bar = BARS[one.method]
        if not (self._is_unique and one.similarity == 1.0):
            bar += SHORT[one.method] * (1 - self._weight)
        if one.method not in _WITH_DIFF and self._is_taken(one.span):
            return False
        if one.method == Method.FUZZY and self._context(one.span) < _NEIGHBOURS_AT_LEAST:
            return False
        return one.score >= bar and one.similarity >= _SIMILAR_AT_LEAST

    def _is_taken(self, span: Span) -> bool:
        """Return whether these letters are known to be others: a sentence that stood twice, and stands once."""
        passage = (self.passage.start, self.passage.end)
        return self.alignment.taken(span.start, span.end, passage) > _TAKEN * (span.end - span.start)

    def _is_contested(self, first: Found, found: list[Found]) -> bool:
        """Return whether a place that the diff does not lead to has a rival elsewhere: almost as good, or led to."""
        if first.method in _WITH_DIFF:
            return False
        rivals = [one for one in found if not _touch(one.span, first.span)]
        return any(
            first.score - one.score < _AHEAD or (one.method in _WITH_DIFF and self._passes(one)) for one in rivals
        )

    def _scored(self) -> Iterator[Found]:
        exact = self._exact()
        for span in exact:
            yield self._score(span, is_exact=True)
        for span in {*self._hulls(), *(() if exact else self._fuzzy())}:
            yield self._score(span, is_exact=False)

    def _exact(self) -> list[Span]:
        places, at = [], self.new.find(self.quote)
        while at >= 0:
            places.append(at)
            at = self.new.find(self.quote, at + 1)
        places.sort(key=lambda place: abs(place - self.expected))
        return [Span(place, place + len(self.quote)) for place in places[:_OCCURRENCES]]

    def _hulls(self) -> Iterator[Span]:
        if self.hull is None or self.share < _SURVIVED_AT_LEAST:
            return
        if self.hull.end - self.hull.start <= 2 * len(self.quote) + 20:
            yield snapped(self.new, self.hull)

    def _fuzzy(self) -> Iterator[Span]:
        windows = [Span(0, len(self.new))]
        if self.hull is not None:
            size = len(self.quote)
            windows.append(Span(max(self.hull.start - size, 0), min(self.hull.end + size, len(self.new))))
        for window in windows:
            text = self.new[window.start : window.end]
            found = fuzz.partial_ratio_alignment(self.quote, text, score_cutoff=_WINDOW_SCORE)
            if found is not None and len(text) >= len(self.quote):
                yield snapped(self.new, Span(window.start + found.dest_start, window.start + found.dest_end))

    def _score(self, span: Span, *, is_exact: bool) -> Found:
        similarity = 1.0 if is_exact else fuzz.ratio(self.quote, self.new[span.start : span.end]) / 100
        score = similarity * (self._weight + (1 - self._weight) * self._context(span))
        agrees = self.hull is not None and overlap(span, self.hull) >= _SAME_PLACE
        if agrees:
            score = min(score + 0.25 * (1 - score) * self.share + 0.10 * self.share, 1.0)
        if is_exact:
            method = Method.EXACT_AND_DIFF if agrees else Method.EXACT
        else:
            method = Method.FUZZY_AND_DIFF if agrees else Method.FUZZY
        return Found(span, score, similarity, method)

    def _context(self, span: Span) -> float:
        before = fuzz.ratio(self.before, self.new[max(span.start - CONTEXT, 0) : span.start]) / 100
        after = fuzz.ratio(self.after, self.new[span.end : span.end + CONTEXT]) / 100
        return max((before + after) / 2, 0.9 * max(before, after))


def overlap(one: Span, other: Span) -> float:
    """Return how much two spans share: 1 when they are the same, 0 when they do not touch."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(shared, 0) / (max(one.end, other.end) - min(one.start, other.start))


def snapped(text: str, span: Span) -> Span:
    """Return the span with words whole at both ends and without spaces there."""
    start, end = span.start, span.end
    while 0 < start < end and _inside_word(text, start):
        start -= 1
    while start < end < len(text) and _inside_word(text, end):
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _weight(quote: str) -> int:
    """Return how much a quote says by itself: its letters, of which one in Chinese is worth about three elsewhere."""
    return sum(3 if CJK_LETTER.match(char) else 1 for char in quote if char.isalnum())


def _inside_word(text: str, at: int) -> bool:
    left, right = text[at - 1], text[at]
    return left.isalnum() and right.isalnum() and not CJK_LETTER.match(left) and not CJK_LETTER.match(right)
