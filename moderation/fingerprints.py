"""Seeing that two texts are nearly the same without keeping the text: a fingerprint of what is in it. Pure.

A text is the set of its pairs of neighbouring words. Each pair is a keyed hash; of those, the smallest `KEPT` are the
*sketch*. The share that two sketches have in common estimates the share that the sets have in common (Broder, "On the
resemblance and containment of documents", 1997: for up to `KEPT` pairs it is exact). So that a database can look for
them, eight *bands* are numbers that texts which share much are likely to have in common (min-hashing with two rows a
band, Indyk and Motwani 1998: with 65 % in common 99 of 100 share a band, with 2 % one of 300).

A hash is keyed, so who has the database alone cannot try words on it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from moderation.rules.normalise import normalise

#: A shorter text says what many say.
FEWEST_WORDS = 8
KEPT = 64
BANDS, ROWS = 8, 2
#: Sets that have at least this share in common are nearly the same text.
NEAR = 0.5

_SEEN_THROUGH = frozenset({"strip_invisible", "strip_accents", "confusables", "fold_case"})
#: Scripts without spaces between words: there, a letter is a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
_PRIME = (1 << 61) - 1


def _constant(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=7).digest(), "big") | 1


#: The functions whose smallest values are the rows of the bands: h → (a·h + b) mod p.
_FUNCTIONS = [(_constant(f"a{i}"), _constant(f"b{i}")) for i in range(BANDS * ROWS)]


@dataclass(frozen=True, slots=True)
class Print:
    """The fingerprint of a text."""

    #: Of the words in their order: the same for texts that differ in signs, spaces and capitals only. 63 bits.
    exact: int
    #: Signed, of 32 bits each.
    bands: tuple[int, ...]
    #: Ascending, of 32 bits each.
    sketch: tuple[int, ...]


def print_of(text: str, key: bytes) -> Print | None:
    """Return the fingerprint of a text, None for a short one. `key` is secret, of at most 64 bytes."""
    words = _WORD.findall(normalise(text, _SEEN_THROUGH)[0].text)
    if len(words) < FEWEST_WORDS:
        return None
    pairs = {f"{first} {second}" for first, second in pairwise(words)}
    hashes = {int.from_bytes(blake2b(pair.encode(), digest_size=4, key=key).digest(), "big") for pair in pairs}
    sketch = sorted(hashes)[:KEPT]
    exact = int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8, key=key).digest(), "big") >> 1
    return Print(exact, _bands(sketch), tuple(sketch))


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the share, 0 to 1, that the texts of two sketches are likely to have in common."""
    first, second = set(one), set(other)
    both, smallest = first & second, sorted(first | second)
    if max(len(one), len(other)) == KEPT:
        # Of a set that was cut off, nothing is known beyond its last.
        smallest = smallest[:KEPT]
    return sum(value in both for value in smallest) / len(smallest) if smallest else 0.0


def pack(sketch: Sequence[int]) -> bytes:
    """Return a sketch as a database keeps it."""
    return struct.pack(f">{len(sketch)}I", *sketch)


def unpack(stored: bytes) -> tuple[int, ...]:
    """Return the sketch that was packed."""
    return struct.unpack(f">{len(stored) // 4}I", stored)


def _bands(sketch: Sequence[int]) -> tuple[int, ...]:
    smallest = [min([(a * value + b) % _PRIME for value in sketch]) for a, b in _FUNCTIONS]
    rows = [smallest[i * ROWS : (i + 1) * ROWS] for i in range(BANDS)]
    return tuple(_folded(row) for row in rows)


def _folded(row: Sequence[int]) -> int:
    number = 0
    for value in row:
        number = (number * 0x9E3779B97F4A7C15 + value) % _PRIME
    return (number & 0xFFFFFFFF) - (1 << 31)
