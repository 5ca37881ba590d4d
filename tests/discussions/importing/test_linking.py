"""Who replies to whom when the file is not to be trusted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.importing.linking import CYCLE, MOVED_UP, TOO_DEEP, UNKNOWN, link


def linked(
    parents: Mapping[str, str],
    *,
    absent: Mapping[str, str] | None = None,
    known: Mapping[str, int] | None = None,
    deepest: int = 99,
) -> tuple[dict[str, str], dict[str, int]]:
    links, repairs = link(parents, absent=absent or {}, known=known or {}, deepest=deepest)
    return links, {name: n for name, n in repairs.items() if n}


def test_a_parent_may_come_after_its_replies() -> None:
    links, repairs = linked({"3": "2", "2": "1", "1": ""})
    assert list(links.items()) == [("1", ""), ("2", "1"), ("3", "2")]
    assert repairs == {}


def test_siblings_stay_in_their_order() -> None:
    links, _repairs = linked({"5": "", "4": "5", "3": "5", "9": ""})
    assert list(links) == ["5", "4", "3", "9"]


def test_a_reply_to_an_unknown_comment_becomes_a_root() -> None:
    assert linked({"2": "77"}) == ({"2": ""}, {UNKNOWN: 1})


def test_a_reply_to_itself_becomes_a_root() -> None:
    assert linked({"2": "2"}) == ({"2": ""}, {CYCLE: 1})


def test_a_circle_is_opened_at_its_oldest_comment() -> None:
    links, repairs = linked({"8": "6", "4": "5", "5": "6", "6": "4"})
    assert links == {"4": "", "6": "4", "5": "6", "8": "6"}
    assert repairs == {CYCLE: 1}


def test_two_circles_are_two_repairs() -> None:
    links, repairs = linked({"1": "2", "2": "1", "3": "4", "4": "3", "5": "4"})
    assert links == {"1": "", "2": "1", "3": "", "4": "3", "5": "4"}
    assert repairs == {CYCLE: 2}


def test_a_reply_to_what_is_not_imported_moves_up() -> None:
    links, repairs = linked({"1": "", "4": "3", "6": "5"}, absent={"3": "2", "2": "1", "5": ""})
    assert links == {"1": "", "4": "1", "6": ""}
    assert repairs == {MOVED_UP: 2}


def test_a_circle_among_what_is_not_imported_ends_in_a_root() -> None:
    assert linked({"4": "3"}, absent={"3": "2", "2": "3"}) == ({"4": ""}, {UNKNOWN: 1})


def test_a_reply_to_a_comment_of_an_earlier_run_stays_below_it() -> None:
    assert linked({"4": "3"}, known={"3": 6}) == ({"4": "3"}, {})


def test_too_deep_replies_join_the_deepest_level() -> None:
    links, repairs = linked({"1": "", "2": "1", "3": "2", "4": "3", "5": "4"}, deepest=2)
    assert links == {"1": "", "2": "1", "3": "2", "4": "2", "5": "2"}
    assert repairs == {TOO_DEEP: 2}


def test_a_chain_of_ten_thousand_replies_is_no_matter_of_recursion() -> None:
    chain = {str(n): str(n - 1) if n else "" for n in reversed(range(10_000))}
    links, repairs = linked(chain, deepest=499)
    assert len(links) == 10_000
    assert repairs == {TOO_DEEP: 9_500}


_ids = st.integers(1, 12).map(str)


@given(
    parents=st.dictionaries(_ids, _ids | st.just("")),
    absent=st.dictionaries(_ids, _ids | st.just("")),
    known=st.dictionaries(_ids, st.integers(0, 4)),
    deepest=st.integers(1, 4),
)
def test_any_links_become_a_forest(
    parents: dict[str, str], absent: dict[str, str], known: dict[str, int], deepest: int
) -> None:
    parents = {one: parent for one, parent in parents.items() if one not in known}
    links, _repairs = linked(parents, absent=absent, known=known, deepest=deepest)
    assert set(links) == set(parents)
    depths = dict(known)
    for one, parent in links.items():
        # Parents come first, so no circle is left.
        depths[one] = depths[parent] + 1 if parent else 0
        assert depths[one] <= deepest


@pytest.mark.parametrize("deepest", [1, 499])
def test_a_good_tree_is_left_alone(deepest: int) -> None:
    tree = {"1": "", "2": "1", "3": "1", "4": ""}
    assert linked(tree, deepest=deepest) == (tree, {})
