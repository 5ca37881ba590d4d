"""Where passages go in articles of other languages, by edits whose truth is known: never to a wrong place."""

from __future__ import annotations

from collections import Counter

import pytest

from discussions.passages.align import align
from discussions.passages.anchor import overlap, reanchor
from discussions.passages.canon import Span
from tests.discussions.passages.languages import SAMPLES, Case, cases

#: Of what is still there. A short piece of a sentence that stands elsewhere, beside other words, may be missed.
FOUND_AT_LEAST = 0.97


def outcome(case: Case) -> str:
    passage = Span(case.start, case.start + len(case.words))
    assert case.old[passage.start : passage.end] == case.words
    place = reanchor(align(case.old, case.new), passage).place
    if case.truth is None or place is None:
        return "right" if (place is None) == (case.truth is None) else "wrong" if place else "missed"
    at = case.new.index(case.truth)
    return "right" if overlap(place.span, Span(at, at + len(case.truth))) >= 0.5 else "wrong"


@pytest.mark.parametrize("language", SAMPLES)
def test_passages_find_their_words_or_nothing(language: str) -> None:
    outcomes = [(outcome(case), case) for case in cases(SAMPLES[language])]
    counts = Counter(name for name, _ in outcomes)
    assert [case for name, case in outcomes if name == "wrong"] == []
    there = sum(case.truth is not None for _, case in outcomes)
    missed = [(case.name, case.words) for name, case in outcomes if name == "missed"]
    assert counts["missed"] <= (1 - FOUND_AT_LEAST) * there, missed


@pytest.mark.parametrize("language", SAMPLES)
def test_each_language_is_put_to_every_test(language: str) -> None:
    names = Counter(case.name for case in cases(SAMPLES[language]))
    assert len(names) == 13
    assert names["deleted"] == 18
    assert names["word replaced"] >= 1
