"""The comments that every system is given: seeded, so that each run and each machine has the same.

Shapes are those of comment sections: a comment that has answers gets more of them (preferential attachment), depth ends
at 10, lengths are lognormal with a median of 180 characters, 3 % carry a link, and votes are Pareto-distributed.
"""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from dataclasses import dataclass, field

SIZES = (10, 135, 1_000, 10_000)
READERS = 300
DEEPEST = 10
#: Share of comments that answer the article itself, and not another comment.
ROOTS = 0.3
MEDIAN_LENGTH, SPREAD = 180, 0.8
LINKS = 0.03
#: Nobody votes twice, so no comment has more votes than there are readers.
MOST_VOTES = READERS // 2
SECONDS_BETWEEN = 40

WORDS = """
the bench in park was there before council and people who sat on it know what river does when rain comes for three days
nobody asked us about lights or paths I think that plan costs more than it says but buses are late every morning my
neighbour says so too we could plant trees instead of another wall and still have room to walk
""".split()  # noqa: SIM905 — nobody would read a list of seventy strings


@dataclass(slots=True)
class Said:
    """One comment; `parent` is an index into its article's list, `at` seconds after the article's first comment."""

    parent: int | None
    depth: int
    reader: int
    text: str
    at: int
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)


def article(size: int, seed: int = 7) -> list[Said]:
    """Return `size` comments in the order in which they were written."""
    rng = random.Random(f"{seed}/{size}")  # noqa: S311
    said: list[Said] = []
    # Each comment stands in here once, and once more for each answer: to draw from it is preferential attachment.
    urn: list[int] = []
    for n in range(size):
        parent = None if not urn or rng.random() < ROOTS else rng.choice(urn)
        depth = said[parent].depth + 1 if parent is not None else 0
        if parent is not None and depth <= DEEPEST:
            urn.append(parent)
        else:
            parent, depth = None, 0
        urn.append(n)
        said.append(Said(parent, depth, rng.randrange(READERS), text(rng, n), n * SECONDS_BETWEEN))
    answers = Counter(each.parent for each in said)
    for n, each in enumerate(said):
        each.up, each.down = _votes(rng, each.reader, answers[n])
    return said


def text(rng: random.Random, number: int) -> str:
    """Return one or more paragraphs; no two are the same."""
    length = min(int(rng.lognormvariate(0, SPREAD) * MEDIAN_LENGTH), 4_000)
    words, size = [f"No. {number}:"], 0
    while size < length:
        words.append(rng.choice(WORDS))
        size += len(words[-1]) + 1
        if size % 400 < 6 and 100 < size < length - 40:
            words.append("\n\n")
    if rng.random() < LINKS:
        words.append(f"See https://example.org/{rng.randrange(1000)}")
    return " ".join(words).replace(" \n\n ", "\n\n")


def _votes(rng: random.Random, author: int, answers: int) -> tuple[list[int], list[int]]:
    """Return who voted up and down: what is answered most is also read and voted on most."""
    count = min(int(rng.paretovariate(1.1) * (1 + answers / 4)) - 1, MOST_VOTES)
    voters = [reader for reader in rng.sample(range(READERS), count) if reader != author]
    against = int(len(voters) * rng.random() * 0.4)
    return voters[against:], voters[:against]


def as_html(text: str) -> str:
    """Return the paragraphs of a text as every system would show them that renders once, on writing."""
    linked = re.sub(r"(https://[a-z0-9./]+)", r'<a href="\1" rel="nofollow">\1</a>', html.escape(text))
    return "".join(f"<p>{part}</p>" for part in linked.split("\n\n"))
