"""How long rules take, kept as a histogram: a few numbers a day, whatever the traffic. Pure.

A step is a fifth longer than the one before, so a percentile is right to a tenth.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

#: Steps to a doubling.
STEPS = 4
#: A microsecond is step 0; nothing takes longer than a second.
LONGEST = STEPS * 20


def step_of(seconds: float) -> int:
    """Return the step of the histogram that this long a time belongs to."""
    return min(max(round(STEPS * math.log2(max(seconds * 1_000_000, 1))), 0), LONGEST)


def merged(histograms: list[Mapping[str, int]]) -> Counter[int]:
    """Return several stored histograms as one; JSON has made their steps words."""
    total: Counter[int] = Counter()
    for histogram in histograms:
        for step, n in histogram.items():
            total[int(step)] += n
    return total


def percentile_ms(histogram: Mapping[int, int], share: float) -> float | None:
    """Return the time in milliseconds that `share` (0 to 1) of the times are at most; None for none."""
    total, seen = sum(histogram.values()), 0
    for step in sorted(histogram):
        seen += histogram[step]
        if seen >= share * total:
            return 2 ** (step / STEPS) / 1000
    return None
