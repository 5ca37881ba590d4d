"""Nearly the same text is found, another one is not, and nothing can be read from what is kept."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.fingerprints import FEWEST_WORDS, KEPT, NEAR, Print, likeness, pack, print_of, unpack

KEY = b"k" * 32
TEXT = """
    the bridge over old river was closed again because somebody forgot to count lorries that cross it each morning and
    council promised a report which nobody has seen while traders near market say their customers stay away so we asked
    drivers cyclists teachers nurses bakers how long they wait where they turn whether a ferry could help in winter
"""
WORDS = TEXT.split()


def text(rng: random.Random, length: int = 30) -> list[str]:
    return rng.choices(WORDS, k=length)


def found(words: list[str]) -> Print:
    result = print_of(" ".join(words), KEY)
    assert result is not None
    return result


def is_near(one: Print, other: Print) -> bool:
    """Say what a database and the comparison after it would say."""
    return bool(set(zip(range(99), one.bands, strict=False)) & set(zip(range(99), other.bands, strict=False))) and (
        likeness(one.sketch, other.sketch) >= NEAR
    )


def edited(words: list[str], rng: random.Random) -> list[str]:
    """Change one word, leave one out, put one in, or swap two neighbours."""
    at, how = rng.randrange(1, len(words) - 1), rng.randrange(4)
    if how == 0:
        return [*words[:at], "otherwise", *words[at + 1 :]]
    if how == 1:
        return [*words[:at], *words[at + 1 :]]
    if how == 2:
        return [*words[:at], "surely", *words[at:]]
    return [*words[: at - 1], words[at], words[at - 1], *words[at + 1 :]]


@pytest.mark.parametrize("length", [25, 40, 120, 400])
def test_fifty_small_edits_are_found(length: int) -> None:
    rng = random.Random(length)
    for _ in range(50):
        words = text(rng, length)
        assert is_near(found(words), found(edited(words, rng)))


@pytest.mark.parametrize("length", [25, 40, 120, 400])
def test_fifty_different_texts_are_not_found(length: int) -> None:
    """They are of the same ninety words, so they have more in common than texts of people do."""
    rng = random.Random(length)
    prints = [found(text(rng, length)) for _ in range(50)]
    assert not [1 for i, one in enumerate(prints) for other in prints[:i] if is_near(one, other)]


def test_signs_capitals_and_disguises_do_not_matter() -> None:
    plain = print_of("Buy the best cheap watches here today, my friend!", KEY)
    other = print_of("buy THE best\n\ncheap w\u0430tches here\u200b today my fri\u00e9nd", KEY)
    assert plain is not None
    assert other is not None
    assert plain.exact == other.exact


def test_short_texts_have_none() -> None:
    words = WORDS[:FEWEST_WORDS]
    assert print_of(" ".join(words[:-1]), KEY) is None
    assert print_of("", KEY) is None
    assert print_of(" ".join(words), KEY) is not None


def test_scripts_without_spaces_are_compared_by_letters() -> None:
    one, other = (
        print_of("桥又关了因为有人忘了数每天早上过桥的货车", KEY),
        print_of("桥又关了因为有人忘了数每天晚上过桥的货车", KEY),
    )
    assert one is not None
    assert other is not None
    assert is_near(one, other)


def test_another_key_makes_another_print() -> None:
    words = " ".join(WORDS)
    one, other = print_of(words, KEY), print_of(words, b"other")
    assert one is not None
    assert other is not None
    assert not set(one.sketch) & set(other.sketch)
    assert one.exact != other.exact


@given(st.lists(st.sampled_from(WORDS), min_size=FEWEST_WORDS, max_size=200))
def test_a_print_fits_the_database_and_comes_back(words: list[str]) -> None:
    one = found(words)
    assert unpack(pack(one.sketch)) == one.sketch
    assert len(one.sketch) <= KEPT
    assert all(-(1 << 31) <= band < 1 << 31 for band in one.bands)
    assert 0 <= one.exact < 1 << 63
    assert likeness(one.sketch, one.sketch) == 1


SETS = st.sets(st.integers(0, 300), max_size=40) | st.sets(st.integers(0, 300), min_size=60, max_size=150)


@given(SETS, SETS)
def test_likeness_is_that_of_the_sets(first: set[int], second: set[int]) -> None:
    """For sets that were not cut off it is exact, else it is that of the smallest of both together."""
    one, other = sorted(first)[:KEPT], sorted(second)[:KEPT]
    whole = sorted(first | second)
    known = whole[:KEPT] if max(len(one), len(other)) == KEPT else whole
    expected = sum(value in first and value in second for value in known) / len(known) if known else 0
    assert likeness(one, other) == expected == likeness(other, one)
