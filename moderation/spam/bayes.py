"""Naive Bayes over hashed features: what is counted, how it is weighed, and what it says of a text. Pure.

The evidence of a feature is log(P(feature | spam) / P(feature | fine)), with one added to each count (Laplace), and
the odds of a text are the sum over what is in it, with spam and the rest taken for equally likely beforehand (Sahami
and others, "A Bayesian approach to filtering junk e-mail", 1998). Features are not independent, so the sum says too
much; it is divided by a *temperature* that is chosen on decisions held out of the learning, for the smallest log loss
(Guo and others, "On calibration of modern neural networks", 2017).
"""

from __future__ import annotations

import math
import zlib
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from moderation.spam.features import Feature

#: One feature says at most that spam is twenty times as likely, or as unlikely.
MOST_EVIDENCE = math.log(20)
#: The strongest so many features of a text count.
COUNTED = 40
#: A text with fewer words, pairs and links that were seen before is not judged.
FEWEST_KNOWN = 4
#: Features that are kept, those seen most.
MOST_KEPT = 200_000
#: It never makes more certain.
TEMPERATURES = tuple(2.0 ** (i / 2) for i in range(11))


@dataclass(slots=True)
class _Seen:
    spam: int = 0
    fine: int = 0
    first: int = 0
    is_of_several: bool = False


@dataclass(slots=True)
class Learner:
    """Counts decided texts, in any order."""

    spam: int = 0
    fine: int = 0
    _seen: dict[int, _Seen] = field(default_factory=dict)

    def add(self, numbers: Iterable[int], *, is_spam: bool, author: int) -> None:
        """Count one text in. `author` is a number for who wrote it."""
        self.spam += is_spam
        self.fine += not is_spam
        for number in set(numbers):
            row = self._seen.get(number)
            if row is None:
                row = self._seen[number] = _Seen(first=author)
            row.spam += is_spam
            row.fine += not is_spam
            row.is_of_several = row.is_of_several or row.first != author

    def learned(self) -> Learned:
        """Return what was learned. What only one person ever wrote is forgotten: it is about them."""
        kept = [(number, row) for number, row in self._seen.items() if row.is_of_several]
        kept.sort(key=lambda item: (-item[1].spam - item[1].fine, item[0]))
        counts = {number: (row.spam, row.fine) for number, row in sorted(kept[:MOST_KEPT], key=lambda item: item[0])}
        return Learned(self.spam, self.fine, counts)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of a text: a probability, None for not known, and the features that pushed it there most."""

    value: float | None
    because: tuple[Feature, ...] = ()
    #: Words, pairs and links of the text that were seen before.
    known: int = 0


@dataclass(frozen=True, slots=True)
class Learned:
    """How often each feature was in spam, and in what was published."""

    spam: int
    fine: int
    counts: Mapping[int, tuple[int, int]]
    temperature: float = 1.0
    #: Texts that were held out. After n of them, nothing is more certain than 1 - 1/(n + 2) (Laplace's rule of
    #: succession): that all of them were right does not mean that the next one is.
    tried: int = 0

    def evidence(self, number: int) -> float:
        """Return how much a feature speaks for spam, below nought against; nought for one that is not known."""
        seen = self.counts.get(number)
        if seen is None:
            return 0.0
        ratio = (seen[0] + 1) / (self.spam + 2) * (self.fine + 2) / (seen[1] + 1)
        return max(-MOST_EVIDENCE, min(MOST_EVIDENCE, math.log(ratio)))

    def odds(self, features: Iterable[Feature]) -> tuple[float, list[tuple[float, Feature]], int]:
        """Return the sum before the temperature, the evidence that counts, strongest first, and how much is known."""
        weighed = [(self.evidence(one.number), one) for one in features if one.number in self.counts]
        known = sum(not one.is_shape for _weight, one in weighed)
        weighed.sort(key=lambda item: (-abs(item[0]), item[1].number))
        counted = weighed[:COUNTED]
        return sum(weight for weight, _one in counted), counted, known

    def judge(self, features: Iterable[Feature], *, reasons: int = 5) -> Judgement:
        """Return what is thought of a text, with at most so many `reasons`, the strongest first."""
        total, counted, known = self.odds(features)
        if known < FEWEST_KNOWN:
            return Judgement(None, known=known)
        pushing = [one for weight, one in counted if weight * total > 0]
        doubt = 1 / (self.tried + 2)
        value = min(max(_probability(total / self.temperature), doubt), 1 - doubt)
        return Judgement(value, tuple(pushing[:reasons]), known)

    def packed(self) -> bytes:
        """Return the counts as a database keeps them."""
        columns = [array("I", self.counts), *(array("I", [row[i] for row in self.counts.values()]) for i in (0, 1))]
        return zlib.compress(b"".join(_little(column) for column in columns))


def unpacked(spam: int, fine: int, packed: bytes, *, temperature: float, tried: int) -> Learned:
    """Return what was packed. Raises `ValueError` or `zlib.error` for anything else."""
    whole: array[int] = array("I")
    whole.frombytes(zlib.decompress(packed))
    _swap(whole)
    n = len(whole) // 3
    rows = zip(whole[:n], zip(whole[n : 2 * n], whole[2 * n :], strict=True), strict=True)
    return Learned(spam, fine, dict(rows), temperature, tried)


def best_temperature(odds: Sequence[tuple[float, bool]]) -> float:
    """Return the temperature with the smallest log loss on sums (`Learned.odds`) of texts that are spam, or not."""
    return min(TEMPERATURES, key=lambda temperature: _loss(odds, temperature)) if odds else 1.0


def _loss(odds: Collection[tuple[float, bool]], temperature: float) -> float:
    # Sorted, and summed exactly: the order in which decisions come must not matter.
    return math.fsum(_log1pexp(-total / temperature if is_spam else total / temperature) for total, is_spam in odds)


def _log1pexp(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1 + math.exp(odds))


def _little(column: array[int]) -> bytes:
    _swap(column)
    return column.tobytes()


def _swap(column: array[int]) -> None:
    """Make the bytes little-endian, or ours again: a database may move to another kind of machine."""
    import sys

    if sys.byteorder == "big":
        column.byteswap()
