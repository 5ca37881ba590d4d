"""The difference of two texts."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from discussions.diff import compare


@given(st.text(max_size=300), st.text(max_size=300))
def test_both_texts_can_be_read_from_it(before: str, after: str) -> None:
    changes = compare(before, after)
    assert "".join(c.text for c in changes if c.kind != "added") == before
    assert "".join(c.text for c in changes if c.kind != "removed") == after


def test_a_word_is_replaced_as_a_word() -> None:
    kinds = [(c.kind, c.text) for c in compare("three metres high", "four metres high")]
    assert kinds == [("removed", "three"), ("added", "four"), ("same", " metres high")]


def test_a_phrase_is_replaced_as_a_phrase() -> None:
    kinds = [(c.kind, c.text) for c in compare("We saw three metres.", "We saw many feet.")]
    assert kinds == [("same", "We saw "), ("removed", "three metres"), ("added", "many feet"), ("same", ".")]


def test_what_was_only_taken_out_is_not_put_in_again() -> None:
    assert "added" not in {c.kind for c in compare("a quite long old bench", "a bench")}


def test_the_worst_texts_take_no_time_to_speak_of() -> None:
    start = time.perf_counter()
    for before, after in [("a " * 2500, "a b " * 1250), (".a" * 2500, "a." * 2500), ("ab" * 2500, "ba" * 2500)]:
        compare(before, after)
    assert time.perf_counter() - start < 5
