"""The difference of two texts, word by word. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Indel

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: `kind` is `same`, `added` or `removed`."""

    kind: str
    text: str


def compare(before: str, after: str) -> list[Change]:
    """Return what became of `before`, in reading order; removed words stand before those that replace them.

    The longest common subsequence of words (Hyyrö 2004, bit-parallel): no pair of texts makes it slow.
    """
    changes: list[Change] = []
    for old, new in _phrases(_runs(before, after)):
        if old == new:
            changes.append(Change("same", old))
            continue
        changes += [Change(kind, text) for kind, text in (("removed", old), ("added", new)) if text]
    return changes


def _runs(before: str, after: str) -> list[tuple[str, str]]:
    """Return what stood before and what stands now, side by side; equal and different runs alternate."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    runs: list[tuple[str, str]] = []
    for _, codes in groupby(Indel.opcodes(old, new), key=lambda code: code.tag == "equal"):
        steps = list(codes)
        first, last = steps[0], steps[-1]
        runs.append(("".join(old[first.src_start : last.src_end]), "".join(new[first.dest_start : last.dest_end])))
    return runs


def _phrases(runs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return `runs` with a lone space between two replaced words taken in: a phrase is replaced as a phrase."""
    phrases: list[tuple[str, str]] = []
    for old, new in runs:
        if len(phrases) > 1 and phrases[-1] == (" ", " ") and all(phrases[-2]) and old and new:
            phrases.pop()
            removed, added = phrases.pop()
            phrases.append((f"{removed} {old}", f"{added} {new}"))
        else:
            phrases.append((old, new))
    return phrases
