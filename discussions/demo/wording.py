"""Templates of sentences, filled by chance.

`<a|b>` takes one of the alternatives, `{slot}` a value. `<{url}>` has no bar and so stays what Markdown takes it for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Generic, TypeVar

_CHOICE = re.compile(r"<([^<>|]*(?:\|[^<>|]*)+)>")
_SLOT = re.compile(r"\{(\w+)\}")

#: Whole numbers that stand for nothing in particular, with the range that keeps them believable.
NUMBERS: Mapping[str, tuple[int, int]] = {"n": (6, 34), "n2": (3, 14), "n3": (41, 190), "pct": (4, 46), "pct2": (2, 5)}

T = TypeVar("T")


class Deck(Generic[T]):
    """Draws every card once before any card comes again."""

    def __init__(self, cards: Sequence[T], rng: Random) -> None:
        """Shuffle `cards` with `rng`; there must be at least one."""
        if not cards:
            raise ValueError("an empty deck cannot be drawn from")
        self._cards = list(cards)
        self._rng = rng
        self._left: list[T] = []

    def draw(self) -> T:
        """Return the next card."""
        if not self._left:
            self._left = self._rng.sample(self._cards, len(self._cards))
        return self._left.pop()


def fill(template: str, rng: Random, slots: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> str:
    """Return `template` with its choices made and its slots filled: from `given`, else `slots`, else `NUMBERS`.

    Raises `KeyError` for a slot that nobody knows.
    """

    def value(match: re.Match[str]) -> str:
        slot = match[1]
        if slot in given:
            return given[slot]
        if slot in slots:
            return _SLOT.sub(value, rng.choice(slots[slot]))
        return str(rng.randint(*NUMBERS[slot]))

    if "<" in template:
        template = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), template)
    return _SLOT.sub(value, template) if "{" in template else template
