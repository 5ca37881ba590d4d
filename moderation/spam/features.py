"""What the spam screen sees in a text: words, pairs of words, where links lead, and the shape of it. Pure.

A feature is a number from a keyed hash. What it stands for is known while the text is at hand, and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from django.utils.translation import gettext_noop

from moderation.rules.facts import Facts
from moderation.rules.normalise import INVISIBLE
from moderation.rules.reading import Reading
from moderation.scores.protocol import Reason

#: Numbers that a feature can be. With 100,000 in use, one new word in 42 is taken for another.
SIZE = 1 << 22
#: Of a longer text, so many words are looked at.
MOST_WORDS = 300
LONGEST_WORD = 30
_WORD = re.compile(rf"[^\W_](?:[^\W_]|{INVISIBLE.pattern})*")
#: Of an address that is written out, where it leads is what counts.
_ADDRESS = re.compile(r"\bhttps?://\S+", re.IGNORECASE)

WORD = gettext_noop("the word “%(words)s”")
PAIR = gettext_noop("the words “%(words)s” in a row")
HOST = gettext_noop("a link to %(words)s")
ENDING = gettext_noop("a link to a site that ends in %(words)s")
#: From so many on, and what it is called: the highest that fits is the feature.
_SHAPES: dict[str, tuple[tuple[float, str], ...]] = {
    "links": (
        (0, gettext_noop("no link")), (1, gettext_noop("one link")), (2, gettext_noop("two links or more")),
        (4, gettext_noop("four links or more")),
    ),
    "caps_ratio": ((0.3, gettext_noop("many capital letters")), (0.7, gettext_noop("nearly all in capital letters"))),
    "symbol_ratio": ((0.2, gettext_noop("many signs")),),
    "repeat_run": ((4, gettext_noop("one sign over and over")),),
    "emoji": ((1, gettext_noop("emoji")), (4, gettext_noop("many emoji"))),
    "questions": ((1, gettext_noop("a question")),),
    "mentions": ((1, gettext_noop("it names somebody")),),
    "quotes_share": ((0.01, gettext_noop("it quotes somebody")),),
    "words": (
        (0, gettext_noop("a few words only")), (8, gettext_noop("one or two sentences")),
        (60, gettext_noop("a long text")),
    ),
}  # fmt: skip
_DIGITS = gettext_noop("many digits")
_LINKED = gettext_noop("most of it is a link")
_TWICE = gettext_noop("the same words over and over")
#: Shares from which on the three above are so.
_MANY_DIGITS, _MOSTLY_LINK, _MOSTLY_TWICE = 0.15, 0.5, 0.5
_FEW = 6


@dataclass(frozen=True, slots=True)
class Feature:
    """Something in a text."""

    number: int
    reason: Reason
    #: Words and links say more of a text than its shape does.
    is_shape: bool = False
    span: tuple[int, int] | None = None


def features_of(facts: Facts, key: bytes) -> list[Feature]:
    """Return what there is in the text, each thing once. `key` is secret, of at most 64 bytes."""
    found: dict[int, Feature] = {}
    for name, reason, is_shape, span in _seen(facts):
        digest = blake2b(name.encode(), digest_size=4, key=key).digest()
        number = int.from_bytes(digest, "big") % SIZE
        found.setdefault(number, Feature(number, reason, is_shape, span))
    return list(found.values())


_Seen = tuple[str, Reason, bool, tuple[int, int] | None]


def _seen(facts: Facts) -> Iterator[_Seen]:
    words = _words(_ADDRESS.sub(lambda found: " " * len(found[0]), facts.reading.own))
    before = ""
    for word, span in words:
        yield f"w {word}", Reason(WORD, word), False, span
        if before:
            yield f"p {before} {word}", Reason(PAIR, f"{before} {word}"), False, None
        before = word
    for host in facts.reading.link_domains:
        yield f"h {host}", Reason(HOST, host), False, None
        ending = host.rpartition(".")[2]
        yield f"e {ending}", Reason(ENDING, f".{ending}"), False, None
    for name in _shapes(facts, [word for word, _span in words]):
        yield f"s {name}", Reason(name), True, None


def _words(text: str) -> list[tuple[str, tuple[int, int]]]:
    found = []
    for match in _WORD.finditer(text):
        word = INVISIBLE.sub("", unicodedata.normalize("NFKC", match[0])).casefold()[:LONGEST_WORD]
        if word:
            found.append((word, match.span()))
        if len(found) == MOST_WORDS:
            break
    return found


def _shapes(facts: Facts, words: list[str]) -> Iterator[str]:
    for field, steps in _SHAPES.items():
        known = facts.get((field, ()))
        if isinstance(known, int | float):
            yield from _highest(steps, known)
    signs = [char for char in facts.reading.own if not char.isspace()]
    if signs and sum(map(str.isdigit, signs)) / len(signs) > _MANY_DIGITS:
        yield _DIGITS
    if _is_mostly_linked(facts.reading):
        yield _LINKED
    if len(words) >= _FEW and len(set(words)) / len(words) < _MOSTLY_TWICE:
        yield _TWICE


def _highest(steps: Iterable[tuple[float, str]], value: float) -> list[str]:
    return [name for least, name in steps if value >= least][-1:]


def _is_mostly_linked(reading: Reading) -> bool:
    return sum(map(len, reading.link_texts)) > _MOSTLY_LINK * max(len(reading.own.strip()), 1)
