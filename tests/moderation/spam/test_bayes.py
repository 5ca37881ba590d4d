"""What is learned, whatever the order, and what it then says."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scores.protocol import Reason
from moderation.spam.bayes import (
    FEWEST_KNOWN,
    MOST_EVIDENCE,
    Learned,
    Learner,
    best_temperature,
    unpacked,
)
from moderation.spam.features import Feature

Text = tuple[frozenset[int], bool, int]
TEXTS = st.lists(st.tuples(st.frozensets(st.integers(0, 60)), st.booleans(), st.integers(0, 5)), max_size=40)


def learned(texts: list[Text]) -> Learned:
    learner = Learner()
    for numbers, is_spam, author in texts:
        learner.add(numbers, is_spam=is_spam, author=author)
    return learner.learned()


def features(*numbers: int, shape: bool = False) -> list[Feature]:
    return [Feature(number, Reason(f"word {number}"), shape) for number in numbers]


@given(TEXTS, st.randoms())
def test_the_order_of_decisions_does_not_matter(texts: list[Text], rng: random.Random) -> None:
    shuffled = list(texts)
    rng.shuffle(shuffled)
    assert learned(texts) == learned(shuffled)


@given(TEXTS)
def test_it_comes_back_from_the_database(texts: list[Text]) -> None:
    row = replace(learned(texts), temperature=2.0, tried=7)
    assert unpacked(row.spam, row.fine, row.packed(), temperature=2.0, tried=7) == row


@given(TEXTS, st.frozensets(st.integers(0, 60)))
def test_it_agrees_with_the_formula(texts: list[Text], numbers: frozenset[int]) -> None:
    row = replace(learned(texts), tried=10**9)
    judged = row.judge(features(*numbers))
    several = {
        number
        for number in numbers
        if len({author for found, _is_spam, author in texts if number in found}) > 1
    }  # fmt: skip
    assert judged.known == len(several)
    if judged.known < FEWEST_KNOWN:
        assert judged.value is None
        return
    spam, fine = (sum(is_spam is kind for _found, is_spam, _author in texts) for kind in (True, False))
    weights = []
    for number in several:
        in_spam, in_fine = (
            sum(number in found and is_spam is kind for found, is_spam, _author in texts) for kind in (True, False)
        )
        weight = math.log((in_spam + 1) / (spam + 2)) - math.log((in_fine + 1) / (fine + 2))
        weights.append(max(-MOST_EVIDENCE, min(MOST_EVIDENCE, weight)))
    strongest = sorted(weights, key=abs)[-40:]
    if len(weights) <= 40:
        assert judged.value == pytest.approx(1 / (1 + math.exp(-sum(strongest))))


def test_what_only_one_person_wrote_is_forgotten() -> None:
    mine: list[Text] = [(frozenset({7}), True, 1)] * 30
    assert 7 not in learned(mine).counts
    assert learned([*mine, (frozenset({7}), True, 2)]).counts[7] == (31, 0)


def test_a_text_of_unknown_words_is_not_judged() -> None:
    row = learned([(frozenset(range(20)), True, author) for author in range(4)])
    assert row.judge(features(*range(100, 120))).value is None
    assert row.judge(features(0, 1, 2)).value is None
    assert row.judge([*features(0, 1, 2), *features(3, 4, 5, shape=True)]).value is None
    assert row.judge(features(0, 1, 2, 3)).value is not None


def test_the_reasons_are_those_that_push_most() -> None:
    texts: list[Text] = [(frozenset({1, 2, 3, 4, 9}), True, author) for author in range(20)]
    texts += [(frozenset({5, 6, 9}), False, author) for author in range(20)]
    texts += [(frozenset({3, 4}), False, author) for author in range(9)]
    judged = replace(learned(texts), tried=50).judge(features(1, 2, 3, 4, 5, 9), reasons=2)
    assert judged.value is not None
    assert judged.value > 0.5
    assert [one.number for one in judged.because] == [1, 2]
    every = learned(texts).judge(features(1, 2, 3, 4, 5, 9), reasons=9).because
    assert {one.number for one in every} == {1, 2, 3, 4, 9}, "what speaks against is no reason"


def test_nothing_is_more_certain_than_what_was_tried_allows() -> None:
    texts: list[Text] = [(frozenset(range(20)), True, author) for author in range(50)]
    texts += [(frozenset(range(20, 40)), False, author) for author in range(50)]
    for tried, most in ((0, 0.5), (8, 0.9), (98, 0.99)):
        row = replace(learned(texts), tried=tried)
        assert row.judge(features(*range(20))).value == pytest.approx(most)
        assert row.judge(features(*range(20, 40))).value == pytest.approx(1 - most)


def test_the_temperature_makes_up_for_too_much_confidence() -> None:
    """Sums of 8 that are right nine times in ten mean 0.9, not 0.9997."""
    sums = [(8.0, i % 10 != 0) for i in range(100)] + [(-8.0, i % 10 == 0) for i in range(100)]
    temperature = best_temperature(sums)
    row = replace(Learned(1, 1, {}), temperature=temperature)
    assert 1 / (1 + math.exp(-8 / row.temperature)) == pytest.approx(0.9, abs=0.04)
    assert best_temperature(sums) == best_temperature(sums[::-1])
    assert best_temperature([]) == 1
