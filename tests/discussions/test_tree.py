"""Path arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions import tree

ids = st.integers(min_value=1, max_value=256**tree.WIDTH - 1)


@given(st.lists(ids, min_size=1, max_size=40))
def test_a_path_gives_its_ids_back(chain: list[int]) -> None:
    path = b""
    for number in chain:
        path = tree.child_path(path, number)
    assert tree.ids_of(path) == chain
    assert tree.ancestor_ids(path) == chain[:-1]
    assert tree.depth_of(path) == len(chain) - 1


@given(st.lists(ids, min_size=1, max_size=8), st.lists(ids, min_size=0, max_size=12))
def test_exactly_the_branch_lies_between_a_path_and_its_end(top: list[int], other: list[int]) -> None:
    if top == [256**tree.WIDTH - 1] * len(top):
        return  # the very last path has no end of its own length; ids never get there
    path = b"".join(number.to_bytes(tree.WIDTH, "big") for number in top)
    candidate = b"".join(number.to_bytes(tree.WIDTH, "big") for number in other)
    inside = path < candidate < tree.branch_end(path)
    assert inside == (candidate.startswith(path) and candidate != path)
    below = path + candidate
    assert not other or path < below < tree.branch_end(path)


def test_a_branch_has_a_deepest_level() -> None:
    path = b"\x01" * tree.WIDTH * (tree.MAX_DEPTH - 1)
    deepest = tree.child_path(path, 7)
    with pytest.raises(ValueError, match="500 levels"):
        tree.child_path(deepest, 8)
