"""Names that look alike have one skeleton."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.confusables import LOOK_ALIKES, skeleton


@pytest.mark.parametrize(
    "copy",
    [
        "Nora Park",
        "nora park",
        "NORA  PARK",
        "Nora.Park",
        "Nora‑Park",
        "norapark",
        "N0ra Park",
        "Nοra Park",  # Greek omicron
        "Νоrа Раrk",  # Greek capital nu, Cyrillic о а Р а
        "Nóra Pärk",
        "Ｎｏｒａ Ｐａｒｋ",  # full width
        "𝐍𝐨𝐫𝐚 𝐏𝐚𝐫𝐤",  # mathematical bold
        "Ⓝora Park",
        "N\u200bora P\u200dark",
        "Nor4 P@rk",
        "ɴᴏʀᴀ ᴘᴀʀᴋ",  # small capitals
        "Nora Parк",  # Cyrillic к
        "No\u0335ra Park",
    ],
)
def test_copies_of_a_name(copy: str) -> None:
    assert skeleton(copy) == skeleton("Nora Park")


@pytest.mark.parametrize(("one", "other"), [("Ian", "lan"), ("Ian", "1an"), ("modern", "modem"), ("vvest", "west")])
def test_pictures_of_other_letters(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Nora Park", "Nora Parks"), ("Ann", "Anna"), ("Dora", "Nora"), ("李", "王")]
)
def test_names_that_differ(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_no_sign_stands_for_two_letters() -> None:
    signs = [sign for signs in LOOK_ALIKES.values() for sign in signs]
    assert len(signs) == len(set(signs))


@pytest.mark.parametrize("text", ["", "   ", "...", "\u200b", "\u0301"])
def test_nothing_to_see(text: str) -> None:
    assert skeleton(text) == ""


@given(st.text())
def test_case_and_signs_never_matter(text: str) -> None:
    assert skeleton(f" {text}. ") == skeleton(text)
    assert skeleton(skeleton(text)) == skeleton(text)
