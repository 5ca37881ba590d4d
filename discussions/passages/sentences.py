"""The sentences of a canonical text: what somebody without a pointer chooses a passage from. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from discussions.passages.canon import Span

#: After a full stop there comes a space; the signs of Chinese, Japanese, Hindi, Urdu and Thai need none.
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？｡।॥۔]+[」』”’）]*|[؟]+(?=\s)")
#: A stop after one of these is no end: "Dr. Wren", "J. Smith", "e.g. the".
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:\w|Dr|Mr|Mrs|Ms|St|No|vs|[Ee]\.g|[Ii]\.e|[Zz]\.B|[Uu]\.a|bzw|ca)$")


def sentences(text: str, *, shortest: int, longest: int) -> Iterator[Span]:
    """Yield the sentences of `text` in reading order; no sentence crosses a block.

    What is shorter than `shortest` code points goes with the sentence before it in its block, or is left out when it
    stands alone; what is longer than `longest` is cut at a space.
    """
    start = 0
    for block in text.split("\n"):
        pieces = _joined([*_split(block)], shortest)
        for piece in pieces:
            for part in _cut(block, piece, longest):
                if part.end - part.start >= shortest:
                    yield Span(start + part.start, start + part.end)
        start += len(block) + 1


def _split(block: str) -> Iterator[Span]:
    start = 0
    for end in _END.finditer(block):
        if end[0].startswith(".") and _ABBREVIATION.search(block[start : end.start()]):
            continue
        yield _trimmed(block, start, end.end())
        start = end.end()
    if block[start:].strip():
        yield _trimmed(block, start, len(block))


def _joined(pieces: list[Span], shortest: int) -> list[Span]:
    joined: list[Span] = []
    for piece in pieces:
        if joined and min(piece.end - piece.start, joined[-1].end - joined[-1].start) < shortest:
            joined[-1] = Span(joined[-1].start, piece.end)
        else:
            joined.append(piece)
    return joined


def _cut(block: str, piece: Span, longest: int) -> Iterator[Span]:
    start = piece.start
    while piece.end - start > longest:
        space = block.rfind(" ", start + 1, start + longest)
        end = space if space > start else start + longest
        yield Span(start, end)
        start = end + (block[end] == " ")
    yield Span(start, piece.end)


def _trimmed(block: str, start: int, end: int) -> Span:
    while start < end and block[start] == " ":
        start += 1
    return Span(start, end)
