"""Row 15: no pattern of a rule keeps a comment waiting. Patterns that explode elsewhere are linear here, or refused."""

from __future__ import annotations

import pytest

from moderation.rules.normalise import normalise
from moderation.rules.patterns import READ_AT_MOST, BadPattern, compiled, find

LONGEST = "a" * (READ_AT_MOST - 1) + "!"


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*a){9}b", "(?:a?){9}a{9}c", "([a-z]+)*[0-9]"])
def test_row_15_what_never_ends_elsewhere_comes_back(pattern: str) -> None:
    """An engine that goes back would need longer than the universe has been there for any of these."""
    assert find(pattern, normalise(LONGEST, ())[0]) == []


@pytest.mark.parametrize(
    "pattern",
    ["[ab]*a[ab]{500}", "(a{30}){30}", "((a{9}){9}){9}", "(.{1,50}b){9}", r"(a)\1", "(?=a)b", "(?<=a)b", "a" * 201],
)
def test_row_15_what_costs_more_than_its_place_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compiled(pattern)
