"""How many votes a comment gets.

Votes on comments are heavy-tailed: most get one or two, a few get hundreds. A Pareto variable with an exponent little
above 1 has that shape (Zipf's law is its ranked form).
"""

from __future__ import annotations

import math
from random import Random

_TAIL = 1.15


def votes(rng: Random, *, depth: int, age_share: float, length: int, ceiling: int) -> tuple[int, int]:
    """Return up- and down-votes.

    `depth` is the level in the tree, `age_share` the position in the life of the discussion from 0 (first) to 1 (just
    now), `length` the number of characters; `ceiling` bounds the up-votes.
    """
    reach = (3.2 if depth == 0 else 1.3 / depth**0.4) * (0.45 + 1.75 * math.exp(-4 * age_share))
    effort = min(1.6, 0.35 + length / 400)
    ups = int((rng.paretovariate(_TAIL) - 0.5) * reach * effort)
    dispute = rng.betavariate(0.7, 4.0)
    downs = int(ups * dispute + (rng.paretovariate(1.6) - 0.9) * reach * 0.5)
    if rng.random() < 0.04:
        ups, downs = downs, max(ups, downs)
    return _bounded(rng, ups, ceiling), _bounded(rng, downs, ceiling)


def _bounded(rng: Random, count: int, ceiling: int) -> int:
    """Return `count`, or something below `ceiling`: cutting off would give a hundred comments the very same score."""
    while count > ceiling:
        count = int(count * rng.random())
    return count


def ceiling_for(comments: int) -> int:
    """Return the most votes that a comment can get in a discussion of so many comments."""
    return 4 + int(5 * math.sqrt(comments))
