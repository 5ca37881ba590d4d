"""Who replies to whom, when the links of a file cannot be trusted. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

UNKNOWN = "replies whose parent is not in the file became comments of their own"
CYCLE = "circles of replies were opened"
MOVED_UP = "replies to something that was not imported moved up to what it replied to"
TOO_DEEP = "replies below the deepest level moved up to it"


def link(
    parents: Mapping[str, str], *, absent: Mapping[str, str], known: Mapping[str, int], deepest: int
) -> tuple[dict[str, str], Counter[str]]:
    """Return the parent of each comment ("" for a root), parents before their replies, and what had to be repaired.

    `parents` are the comments to place with the parents that the file names, in the order in which siblings shall
    stand; `absent` those of the file that are not imported; `known` the depths of those that are already here.
    `deepest` is the greatest depth allowed.
    """
    repairs: Counter[str] = Counter()
    found = {one: _nearest(one, parents, absent, known, repairs) for one in parents}
    _open_circles(found, repairs)
    return _limit_depth(found, known, deepest, repairs), repairs


def _nearest(
    one: str, parents: Mapping[str, str], absent: Mapping[str, str], known: Mapping[str, int], repairs: Counter[str]
) -> str:
    """Return the parent, or the nearest ancestor that is imported."""
    parent = parents[one]
    passed: set[str] = set()
    while parent and parent not in parents and parent not in known:
        if parent not in absent or parent in passed:
            repairs[UNKNOWN] += 1
            return ""
        passed.add(parent)
        parent = absent[parent]
    repairs[MOVED_UP] += bool(passed)
    return parent


def _open_circles(parents: dict[str, str], repairs: Counter[str]) -> None:
    """Make the first comment of every circle a root: it was there before what it claims to answer."""
    place = {one: n for n, one in enumerate(parents)}
    done: set[str] = set()
    for start in parents:
        way: dict[str, None] = {}
        one = start
        while one in parents and one not in done and one not in way:
            way[one] = None
            one = parents[one]
        if one in way:
            steps = list(way)
            first = min(steps[steps.index(one) :], key=place.__getitem__)
            parents[first] = ""
            repairs[CYCLE] += 1
        done.update(way)


def _limit_depth(
    parents: Mapping[str, str], known: Mapping[str, int], deepest: int, repairs: Counter[str]
) -> dict[str, str]:
    """Return the links with parents first; what would be too deep replies to the same comment as its parent does."""
    depths = dict(known)
    placed: dict[str, str] = {}
    for start in parents:
        way = [start]
        while (above := parents.get(way[-1])) and above not in depths:
            way.append(above)
        for one in reversed(way):
            if one in placed:
                continue
            parent = parents[one]
            if parent and depths[parent] >= deepest:
                repairs[TOO_DEEP] += 1
                parent = placed.get(parent, "")
            depths[one] = depths[parent] + 1 if parent else 0
            placed[one] = parent
    return placed
