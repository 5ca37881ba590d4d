"""Where the letters of an old text are in a new one: aligned once for a save, asked for every passage."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

#: Shorter blocks and sentences that are the same in two places say nothing: "Yes.", "Example:". A letter of a script
#: without spaces counts as three.
_MOVED_AT_LEAST = 20
#: Words that agree by chance between two rewritten paragraphs are "the" and "of the".
_CHANCE_WORDS, _CHANCE_LENGTH = 2, 7

#: Scripts that put no space between words: there, each letter is a word of its own.
CJK = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
CJK_LETTER = re.compile(f"[{CJK}]")
_TOKEN = re.compile(rf"[{CJK}]|[^\W{CJK}]+|[^\w\s]")
#: Up to a stop and what closes behind it. That "Dr." ends one does no harm: short ones never move.
_SENTENCE = re.compile(r"[^.!?…。！？।॥۔؟]*(?:[.!?…。！？।॥۔؟]+[\"'”’»)\]」』）]*|$)")
_FOLDED = str.maketrans("‘’‚‛′`´“”„‟″«»‹›‐‑‒–—−―ς", "'''''''\"\"\"\"\"\"\"''-------σ")


def fold(text: str) -> str:
    """Return the text without the differences that editors make by the way: case, quotes, dashes. Offsets stay."""
    lower = text.lower()
    if len(lower) != len(text):
        # A few capitals have no single small letter; they stay as they are.
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return lower.translate(_FOLDED)


@dataclass(frozen=True, slots=True)
class Segment:
    """Letters that both texts have: `length` of them, from `old` and from `new` on."""

    old: int
    new: int
    length: int

    @property
    def old_end(self) -> int:
        """Return the end in the old text."""
        return self.old + self.length


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts, folded, and the letters that survived, in the order of the old text."""

    old: str
    new: str
    segments: tuple[Segment, ...]
    #: Stretches of the old text whose block or sentence stands elsewhere now, out of order.
    moved: tuple[Segment, ...]
    _starts: tuple[int, ...]
    _by_new: tuple[Segment, ...]

    def within(self, start: int, end: int) -> Iterator[Segment]:
        """Yield what survived of the old text between `start` and `end`, cut to it."""
        for segment in self.segments[max(bisect_right(self._starts, start) - 1, 0) :]:
            if segment.old >= end:
                return
            first, last = max(segment.old, start), min(segment.old_end, end)
            if first < last:
                yield Segment(first, segment.new + first - segment.old, last - first)

    def taken(self, start: int, end: int, passage: tuple[int, int]) -> int:
        """Return how many letters of the new text between `start` and `end` are old ones from outside of `passage`."""
        taken = 0
        for segment in self._by_new[max(bisect_right(self._by_new, start, key=lambda one: one.new) - 1, 0) :]:
            if segment.new >= end:
                break
            first, last = max(segment.new, start), min(segment.new + segment.length, end)
            old = segment.old + first - segment.new
            inside = min(old + last - first, passage[1]) - max(old, passage[0])
            taken += max(last - first, 0) - max(inside, 0)
        return taken

    def expected(self, at: int) -> int:
        """Return where in the new text the place `at` of the old one would be, by what survived before it."""
        n = bisect_right(self._starts, at) - 1
        if n < 0:
            return 0
        segment = self.segments[n]
        return min(segment.new + min(at - segment.old, segment.length), len(self.new))


def align(old: str, new: str) -> Alignment:
    """Return how `new` came out of `old`: equal blocks, blocks and sentences that moved, then equal words between them.

    The longest common subsequence is found by bit-parallel arithmetic (Hyyrö 2004), so no pair of texts is slow.
    """
    old, new = fold(old), fold(new)
    if old == new:
        whole = (Segment(0, 0, len(old)),) if old else ()
        return Alignment(old, new, whole, (), (0,) * len(whole), whole)
    in_order, moved = _segments(old, new)
    merged = tuple(_merge(sorted([*in_order, *moved], key=lambda segment: segment.old), old, new))
    by_new = tuple(sorted(merged, key=lambda segment: segment.new))
    return Alignment(old, new, merged, tuple(moved), tuple(segment.old for segment in merged), by_new)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    start: int


def _segments(old: str, new: str) -> tuple[list[Segment], list[Segment]]:
    """Return what survived in its order, and the blocks and sentences that moved."""
    before, after = _blocks(old), _blocks(new)
    matched = list(_common(before, after))
    gone = set(range(len(before))) - {i for i, _ in matched}
    come = set(range(len(after))) - {j for _, j in matched}
    moves = _moved(before, after, gone, come)
    taken = set(moves.values())
    gaps = [
        (
            _sentences(before[n] for n in range(i + 1, next_i) if n not in moves),
            _sentences(after[n] for n in range(j + 1, next_j) if n not in taken),
        )
        for (i, j), (next_i, next_j) in zip([(-1, -1), *matched], [*matched, (len(before), len(after))], strict=True)
    ]
    moved = [_segment(before[i], after[j]) for i, j in moves.items()]
    in_order = [_segment(before[i], after[j]) for i, j in matched]
    carried = _carried(gaps)
    left, arrived = {one.start for one, _ in carried}, {other.start for _, other in carried}
    for gone_here, come_here in gaps:
        in_order += _words_between(
            [piece for piece in gone_here if piece.start not in left],
            [piece for piece in come_here if piece.start not in arrived],
        )
    return in_order, [*moved, *(_segment(one, other) for one, other in carried)]


def _carried(gaps: Sequence[tuple[list[_Piece], list[_Piece]]]) -> list[tuple[_Piece, _Piece]]:
    """Return the sentences that are in both texts and out of order: carried to another paragraph, or within theirs."""
    before: list[_Piece] = []
    after: list[_Piece] = []
    for gone, come in gaps:
        pairs = [*_common(gone, come)] if gone and come else []
        stays, stands = {i for i, _ in pairs}, {j for _, j in pairs}
        before += (piece for n, piece in enumerate(gone) if n not in stays)
        after += (piece for n, piece in enumerate(come) if n not in stands)
    moves = _moved(before, after, {*range(len(before))}, {*range(len(after))})
    return [(before[i], after[j]) for i, j in moves.items()]


def _segment(before: _Piece, after: _Piece) -> Segment:
    return Segment(before.start, after.start, len(before.text))


def _blocks(text: str) -> list[_Piece]:
    blocks, start = [], 0
    for line in text.split("\n"):
        blocks.append(_Piece(line, start))
        start += len(line) + 1
    return blocks


def _sentences(blocks: Iterable[_Piece]) -> list[_Piece]:
    """Return the blocks cut into sentences, without the spaces between these."""
    pieces = []
    for block in blocks:
        for found in _SENTENCE.finditer(block.text):
            words = found[0].strip()
            if words:
                pieces.append(_Piece(words, block.start + found.start() + found[0].index(words)))
    return pieces


def _common(before: Sequence[_Piece], after: Sequence[_Piece]) -> Iterator[tuple[int, int]]:
    """Yield the places of a longest common subsequence."""
    one: list[Hashable] = [piece.text for piece in before]
    other: list[Hashable] = [piece.text for piece in after]
    for code in Indel.opcodes(one, other):
        if code.tag == "equal":
            yield from zip(range(code.src_start, code.src_end), range(code.dest_start, code.dest_end), strict=True)


def _moved(before: list[_Piece], after: list[_Piece], gone: set[int], come: set[int]) -> dict[int, int]:
    """Return the blocks that stand elsewhere: the same text, long enough, once on each side."""
    seen_before = Counter(before[n].text for n in gone)
    seen_after = Counter(after[n].text for n in come)
    places = {after[n].text: n for n in come if seen_after[after[n].text] == 1}
    return {
        n: places[before[n].text]
        for n in gone
        if _length(before[n].text) >= _MOVED_AT_LEAST and seen_before[before[n].text] == 1 and before[n].text in places
    }


def _length(text: str) -> int:
    return len(text) + 2 * len(CJK_LETTER.findall(text))


def _words_between(before: list[_Piece], after: list[_Piece]) -> Iterator[Segment]:
    one, other = _tokens(before), _tokens(after)
    if not one or not other:
        return
    run: list[tuple[_Piece, _Piece]] = []
    last = (-2, -2)
    for i, j in _common(one, other):
        if (i, j) != (last[0] + 1, last[1] + 1):
            yield from _unless_chance(run)
            run = []
        run.append((one[i], other[j]))
        last = (i, j)
    yield from _unless_chance(run)


def _tokens(blocks: list[_Piece]) -> list[_Piece]:
    return [_Piece(found[0], block.start + found.start()) for block in blocks for found in _TOKEN.finditer(block.text)]


def _unless_chance(run: list[tuple[_Piece, _Piece]]) -> Iterator[Segment]:
    words = sum(one.text[0].isalnum() for one, _ in run)
    if words >= _CHANCE_WORDS or sum(len(one.text) for one, _ in run) >= _CHANCE_LENGTH:
        for one, other in run:
            yield _segment(one, other)


def _merge(segments: list[Segment], old: str, new: str) -> Iterator[Segment]:
    """Join what is one stretch in both texts, with the same single space or line feed between."""
    current: Segment | None = None
    for segment in segments:
        if current is None:
            current = segment
            continue
        between = segment.old - current.old_end
        touches = between in (0, 1) and segment.new - current.new - current.length == between
        if touches and old[current.old_end : segment.old] == new[segment.new - between : segment.new]:
            current = Segment(current.old, current.new, segment.old_end - current.old)
        else:
            yield current
            current = segment
    if current is not None:
        yield current
