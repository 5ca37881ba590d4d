"""The Wilson bound, against values worked out by hand from the published formula."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.ranking import SCALE, Z, wilson_lower_bound

votes = st.integers(min_value=0, max_value=1_000_000)


@pytest.mark.parametrize(("up", "down"), [(1, 0), (0, 1), (5, 5), (600, 400), (10, 0)])
def test_the_bound_is_the_smaller_root_of_wilsons_equation(up: int, down: int) -> None:
    """(p̂ − p)² = z² p (1 − p) / n, solved as a quadratic: another way to the same number."""
    n, share = up + down, up / (up + down)
    a, b, c = 1 + Z**2 / n, -(2 * share + Z**2 / n), share**2
    smaller = (-b - math.sqrt(max(0.0, b * b - 4 * a * c))) / (2 * a)
    assert abs(wilson_lower_bound(up, down) - smaller * SCALE) <= 1


def test_without_votes_there_is_nothing_to_say() -> None:
    assert wilson_lower_bound(0, 0) == 0


@given(votes, votes)
def test_it_is_a_share_below_the_observed_one(up: int, down: int) -> None:
    bound = wilson_lower_bound(up, down)
    assert 0 <= bound <= SCALE * up / max(1, up + down) + 1


@given(votes, votes)
def test_agreement_raises_it_and_disagreement_does_not(up: int, down: int) -> None:
    assert wilson_lower_bound(up + 1, down) >= wilson_lower_bound(up, down)
    assert wilson_lower_bound(up, down + 1) <= wilson_lower_bound(up, down)
