"""One comparison: a field of a comment, an operator, a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from moderation.rules import patterns
from moderation.rules.facts import Facts, Key, Value
from moderation.rules.language import Leaf
from moderation.rules.needles import Needles, Span
from moderation.rules.normalise import Mapped, normalise
from moderation.rules.vocabulary import FIELDS, Kind

_Way = tuple[Key, frozenset[str]]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda known, value: known == value,
    "is_not": lambda known, value: known != value,
    "in": lambda known, value: known in value,
    "not_in": lambda known, value: known not in value,
    "<": lambda known, value: known < value,
    "<=": lambda known, value: known <= value,
    ">": lambda known, value: known > value,
    ">=": lambda known, value: known >= value,
    "between": lambda known, value: value[0] <= known <= value[1],
    "starts": lambda known, value: known.startswith(value),
    "ends": lambda known, value: known.endswith(value),
}
#: What the other denies.
_DENIES = {"is_not": "is", "not_in": "in"}


class Texts:
    """The facts of one comment, with every way of reading its texts done once, when it is first asked for."""

    def __init__(self, facts: Facts, needles: Mapping[_Way, Needles]) -> None:
        """Take the facts, and the words to look for by field and way of reading."""
        self.facts = facts
        self._needles = needles
        self._read: dict[_Way, list[tuple[str, list[Mapped]]]] = {}
        self._found: dict[_Way, list[tuple[str, dict[str, list[Span]]]]] = {}
        self._known: dict[Key, Value] = {}
        self._steps: dict[str, dict[tuple[str, ...], list[Mapped]]] = defaultdict(dict)
        self._fits: dict[tuple[_Way, str], list[tuple[str, Span]]] = {}

    def get(self, key: Key) -> Value:
        """Return what is known under `key`, worked out once; None when it is not known."""
        if key not in self._known:
            self._known[key] = self.facts.get(key)
        return self._known[key]

    def read(self, leaf: Leaf) -> list[tuple[str, list[Mapped]]] | None:
        """Return the texts of the leaf's field with their readings; None when they are not known."""
        known = self.get(leaf.key)
        if known is None:
            return None
        way = leaf.key, leaf.normalisers
        if way not in self._read:
            texts = known if isinstance(known, tuple) else (str(known),)
            self._read[way] = [(text, normalise(text, leaf.normalisers, self._steps[text])) for text in texts]
        return self._read[way]

    def found(self, leaf: Leaf) -> Iterator[tuple[str, Span]]:
        """Yield where the leaf's words are."""
        way = leaf.key, leaf.normalisers
        if way not in self._found:
            needles = self._needles[way]
            self._found[way] = [(text, needles.find(readings)) for text, readings in self.read(leaf) or ()]
        for text, spans in self._found[way]:
            if spans:
                for phrase in leaf.phrases if len(leaf.phrases) < len(spans) else spans.keys() & _as_set(leaf.phrases):
                    for span in spans.get(phrase, ()):
                        yield text, span

    def fits(self, leaf: Leaf) -> list[tuple[str, Span]]:
        """Return where the leaf's pattern fits."""
        way = (leaf.key, leaf.normalisers), str(leaf.value)
        if way not in self._fits:
            rows = [(text, mapped) for text, readings in self.read(leaf) or () for mapped in readings]
            self._fits[way] = [(text, span) for text, mapped in rows for span in patterns.find(way[1], mapped)]
        return self._fits[way]


def needles_of(leaves: Iterable[Leaf]) -> dict[_Way, Needles]:
    """Return the words of all `leaves`, by field and way of reading."""
    phrases: dict[_Way, set[str]] = defaultdict(set)
    for leaf in leaves:
        if leaf.phrases:
            phrases[leaf.key, leaf.normalisers] |= set(leaf.phrases)
    return {way: Needles(words, way[1]) for way, words in phrases.items()}


def value_of(leaf: Leaf, texts: Texts) -> bool | None:
    """Return whether the comparison holds; None when what it compares is not known."""
    kind = FIELDS[leaf.field].kind
    if kind in (Kind.TEXT, Kind.TEXTS):
        if texts.read(leaf) is None:
            return None
        holds = next(iter(spans_of(leaf, texts)), None) is not None
        return not holds if leaf.op in _DENIES else holds
    known = texts.get(leaf.key)
    if known is None:
        return None
    if leaf.op == "matches":
        return bool(patterns.find(str(leaf.value), normalise(str(known), leaf.normalisers)[0]))
    return _COMPARE[leaf.op](*_folded(known, leaf.value)) if kind == Kind.NAME else _COMPARE[leaf.op](known, leaf.value)


def spans_of(leaf: Leaf, texts: Texts) -> Iterator[tuple[str, Span]]:
    """Yield the texts and the places in them that make a comparison of a text true (or, denied, false)."""
    if leaf.phrases:
        yield from texts.found(leaf)
        return
    if leaf.op == "matches":
        yield from texts.fits(leaf)
        return
    for text, readings in texts.read(leaf) or ():
        for mapped in readings:
            for span in _spans(leaf, mapped):
                yield text, span


def _spans(leaf: Leaf, mapped: Mapped) -> Iterable[Span]:
    start = len(mapped.text) - len(mapped.text.lstrip())
    stripped = mapped.text.strip()
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    holds = _COMPARE["is" if leaf.op in ("in", "not_in") else _DENIES.get(leaf.op, leaf.op)]
    for value in values:
        for wanted in _wanted(str(value), leaf.normalisers):
            if wanted and holds(stripped, wanted):
                length = len(wanted)
                at = start + len(stripped) - length if leaf.op == "ends" else start
                return [mapped.span(at, at + length)]
    return ()


@lru_cache(maxsize=4096)
def _wanted(value: str, normalisers: frozenset[str]) -> tuple[str, ...]:
    return tuple({mapped.text.strip() for mapped in normalise(value, normalisers)})


@lru_cache(maxsize=512)
def _as_set(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(phrases)


def _folded(known: Any, value: Any) -> tuple[Any, Any]:
    """Return both without capitals: names and codes are compared so."""
    fold = str.casefold
    return fold(str(known)), tuple(map(fold, value)) if isinstance(value, tuple) else fold(str(value))
