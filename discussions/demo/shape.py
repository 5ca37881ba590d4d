"""Who answers whom, and when."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

_ROOT_SHARE = 0.26
_DUEL_SHARE = 0.07
_RECENT_SHARE = 0.3
#: Tickets that a comment wins with each reply; 1 would be the classic rule, 2 makes the popular ones more so.
_PRIZE = 2


def arrival_minutes(rng: Random, count: int, span: float) -> list[float]:
    """Return `count` times between 0 and `span` minutes, ascending: dense after publication, thin later."""
    first, last = min(4.0, span / 4), span - min(1.5, span / 8)
    return sorted(first + (last - first) * rng.random() ** 1.5 for _ in range(count))


@dataclass(slots=True)
class Shape:
    """Picks parents so that the tree looks like talk: few comments get most replies, some people do not let go."""

    rng: Random
    max_depth: int
    _depths: dict[int, int] = field(default_factory=dict)
    #: Every comment, and again for each reply it got: drawing from it prefers those that have many.
    _tickets: list[int] = field(default_factory=list)
    _recent: deque[int] = field(default_factory=lambda: deque(maxlen=40))
    _open: set[int] = field(default_factory=set)
    _duel: int | None = None

    def add(self, index: int, parent: int | None, *, tickets: int = 1) -> None:
        """Take a comment into the tree; one with 0 tickets gets no replies."""
        self._depths[index] = 0 if parent is None else self._depths[parent] + 1
        if parent is not None and parent in self._open:
            self._tickets.extend([parent] * _PRIZE)
        if tickets == 0 or self._depths[index] >= self.max_depth:
            return
        self._open.add(index)
        self._tickets.extend([index] * tickets)
        self._recent.append(index)
        if parent is not None and parent == self._duel:
            self._duel = index

    def depth(self, index: int) -> int:
        """Return the level of a comment: 0 for a root."""
        return self._depths[index]

    def pick_parent(self) -> tuple[int | None, bool]:
        """Return the comment to answer, None for a new root, and whether it is a duel of two that goes on."""
        chance = self.rng.random()
        if chance < _ROOT_SHARE or not self._tickets:
            return None, False
        if chance < _ROOT_SHARE + _DUEL_SHARE:
            return self._next_blow(), True
        if chance < _ROOT_SHARE + _DUEL_SHARE + _RECENT_SHARE and self._recent:
            return self.rng.choice(self._recent), False
        return self.rng.choice(self._tickets), False

    def _next_blow(self) -> int:
        if self._duel is None or self._depths[self._duel] >= self.max_depth - 1:
            finished, self._duel = self._duel, None
            self._duel = (
                finished if finished is not None and self.rng.random() < 0.5 else self.rng.choice(self._tickets)
            )
        return self._duel
