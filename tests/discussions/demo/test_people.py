from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest

from accounts.models.user import HANDLE
from discussions.demo.people import Cast, reader_named, readers


def test_there_are_about_120_members_and_a_handful_of_guests() -> None:
    kinds = Counter(reader.is_guest for reader in readers())
    assert 110 <= kinds[False] <= 130
    assert 4 <= kinds[True] <= 12


def test_handles_are_valid_and_unique() -> None:
    handles = [reader.handle for reader in readers() if not reader.is_guest]
    assert len(set(handles)) == len(handles)
    assert all(re.fullmatch(HANDLE, handle) for handle in handles)


def test_names_are_unique_and_written_in_many_scripts() -> None:
    names = [reader.name for reader in readers()]
    assert len(set(names)) == len(names)
    everything = "".join(names)
    for script in ("[a-z]", "[\u0600-\u06ff]", "[\u0590-\u05ff]", "[\u4e00-\u9fff]", "[\u0900-\u097f]"):
        assert re.search(script, everything), script
    assert max(map(len, names)) <= 60


def test_a_reader_is_found_by_handle_or_a_guest_by_name() -> None:
    assert reader_named("juniper_vale").name == "Juniper Vale"
    assert reader_named("A neighbour").is_guest


def test_an_unknown_reader_is_refused() -> None:
    with pytest.raises(LookupError, match="nobody_at_all"):
        reader_named("nobody_at_all")


def test_a_cast_speaks_its_language_and_avoids_one_person() -> None:
    cast = Cast(Random(1), "he")
    drawn = [cast.draw() for _ in range(200)]
    assert all("he" in reader.languages for reader in drawn)
    assert len({reader.index for reader in drawn}) >= 4
    first = drawn[0].index
    again = Counter(cast.draw(other_than=first).index for _ in range(200))
    assert again[first] < 10
