from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.passages.align import align, fold
from discussions.passages.anchor import Method, reanchor
from discussions.passages.canon import Span

OLD = """The ferry runs again from Monday, and the harbour office says that nobody was hurt.
Nobody has asked the people above the slipway, who hear the engine at five in the morning.
A quieter engine was ordered in spring. Thank you for reading us.
Thank you for reading us."""


def found(old: str, new: str, words: str, nth: int = 0) -> str | None:
    at = -1
    for _ in range(nth + 1):
        at = old.index(words, at + 1)
    place = reanchor(align(old, new), Span(at, at + len(words))).place
    return None if place is None else new[place.span.start : place.span.end]


def test_untouched_words_are_kept_without_a_search() -> None:
    alignment = align(OLD, f"A new beginning.\n{OLD}")
    place = reanchor(alignment, Span(OLD.index("who hear"), OLD.index(" at five"))).place
    assert place is not None
    assert (place.method, place.score) == (Method.KEPT, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "words", "expected"),
    [
        ("hear the engine", "hear the old engine", "who hear the engine at five", "who hear the old engine at five"),
        ("nobody was hurt", "no one was hurt", "says that nobody was hurt", "says that no one was hurt"),
        ("A quieter engine was ordered in spring. ", "", "A quieter engine was ordered in spring.", None),
        ("the harbour office", "The Harbour Office", "the harbour office says", "The Harbour Office says"),
        ("from Monday, and", "from Monday – and", "runs again from Monday", "runs again from Monday"),
    ],
)
def test_changed_words(old: str, new: str, words: str, expected: str | None) -> None:
    assert found(OLD, OLD.replace(old, new), words) == expected


def test_a_block_that_moved_is_found_there() -> None:
    first, second, *rest = OLD.split("\n")
    assert found(OLD, "\n".join([*rest, second, first]), "who hear the engine") == "who hear the engine"


def test_a_look_alike_does_not_take_the_place_of_what_was_deleted() -> None:
    new = OLD.removesuffix("\nThank you for reading us.")
    assert found(OLD, new, "Thank you for reading us.", nth=1) is None


def test_the_right_one_of_two_is_chosen_by_its_neighbours() -> None:
    new = OLD.replace("The ferry", "We read: thank you for reading us. The ferry")
    place = reanchor(align(OLD, new), Span(OLD.rindex("Thank"), len(OLD))).place
    assert place is not None
    assert place.span.start == new.rindex("Thank")


@pytest.mark.parametrize(
    ("old", "new", "words", "expected"),
    [
        ("渡轮从星期一起恢复运行。没有人问过住在坡道上面的居民。他们每天早上五点听到发动机的声音。",
         "渡轮终于从星期一起恢复运行。没有人问过住在坡道上面的居民。他们早上五点就听到发动机的声音。",
         "听到发动机的声音", "听到发动机的声音"),
        ("تعود العبّارة يوم الاثنين. لم يسأل أحد السكان فوق المنحدر. إنهم يسمعون المحرك في الخامسة صباحا.",
         "تعود العبّارة أخيرا يوم الاثنين. لم يسأل أحد السكان. إنهم يسمعون المحرك في الخامسة صباحا.",
         "يسمعون المحرك في الخامسة", "يسمعون المحرك في الخامسة"),
        ("One 😀 and two 👩‍👩‍👧 of them.", "One big 😀 and two 👩‍👩‍👧 of them.", "two 👩‍👩‍👧 of", "two 👩‍👩‍👧 of"),
    ],
)  # fmt: skip
def test_other_scripts(old: str, new: str, words: str, expected: str) -> None:
    assert found(old, new, words) == expected


def test_words_over_two_blocks() -> None:
    old = "The end of one paragraph.\nThe start of the next one.\nAnd another."
    assert (
        found(old, f"New.\n{old}", "one paragraph.\nThe start of the next") == "one paragraph.\nThe start of the next"
    )


text = st.text(alphabet="ab cd\n.é中😀İßς", max_size=60)


@given(text)
def test_folding_keeps_every_offset(value: str) -> None:
    assert len(fold(value)) == len(value)
    assert fold(fold(value)) == fold(value)


@given(text, text)
def test_an_alignment_tells_of_equal_letters_only(old: str, new: str) -> None:
    alignment = align(old, new)
    ends = [0]
    for segment in alignment.segments:
        here = alignment.old[segment.old : segment.old_end]
        assert here == alignment.new[segment.new : segment.new + segment.length]
        assert segment.old >= ends[-1]
        ends.append(segment.old_end)


@given(text, text, st.data())
def test_a_place_is_inside_the_text_and_the_same_text_keeps_it(old: str, new: str, data: st.DataObject) -> None:
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    passage = Span(start, data.draw(st.integers(start + 1, len(old))))
    same = reanchor(align(old, old), passage).place
    assert same is not None
    assert same.span == passage
    place = reanchor(align(old, new), passage).place
    assert place is None or 0 <= place.span.start <= place.span.end <= len(new)
