"""How "Most Voted" orders comments.

Source of the formula: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
the American Statistical Association 22 (1927), the lower bound of the score interval. z = 1.2816 is the one-sided 90 %
quantile of the normal distribution.
"""

from __future__ import annotations

Z = 1.2816
_Z2 = Z * Z
#: Bounds are stored as whole millionths: an integer has one exact form in a cursor, a float has not.
SCALE = 1_000_000


def wilson_lower_bound(up: int, down: int) -> int:
    """Return the lower bound of the share of up-votes, in millionths; 0 without votes."""
    n = up + down
    if n == 0:
        return 0
    share = up / n
    margin = Z * ((share * (1 - share) + _Z2 / (4 * n)) / n) ** 0.5
    bound: float = (share + _Z2 / (2 * n) - margin) / (1 + _Z2 / n)
    return max(0, round(bound * SCALE))
