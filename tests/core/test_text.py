"""One line of visible text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_line


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Ann \t Lee\n", "Ann Lee"),
        ("Ann\u00a0\u2003Lee\u2028", "Ann Lee"),
        ("Ame\u0301lie", "Amélie"),
        ("A\u202enn\u2066 L\u200eee\ufeff", "Ann Lee"),
        ("A\x00n\x1bn\x7f\x85", "Ann"),
        ("An\u200bn\u00ad\u2060", "Ann"),
        ("\u3164\u115f\u2800", ""),
        ("An\ud800n\ue000\uffff", "Ann"),
        ("Ann\U000e0041\ufe0f", "Ann"),
        # A joiner between Latin letters only makes two names that look the same.
        ("An\u200dn An\u200cn", "Ann Ann"),
        # In Persian and in the scripts of India it is spelling.
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("\u200cمی\u200d", "می"),
        # Three marks a letter are Hebrew with vowels; twenty are a tower.
        ("שּׁ\u05b8לום", unicodedata.normalize("NFC", "שּׁ\u05b8לום")),
        ("A" + "\u0335" * 20 + "nn", "A" + "\u0335" * 3 + "nn"),
        ("\u0301\u0301Ann \u0301Lee", "Ann Lee"),
        ("A\u20dd", "A"),
        ("李雷 🙂", "李雷 🙂"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_stays(typed: str, cleaned: str) -> None:
    assert clean_line(typed, 60) == cleaned


def test_what_is_too_long_is_cut() -> None:
    assert clean_line("Ann Lee", 4) == "Ann"


@given(st.text(), st.integers(0, 30))
def test_a_clean_line_is_short_visible_and_stays_as_it_is(text: str, length: int) -> None:
    line = clean_line(text, length)
    assert len(line) <= length
    assert line == line.strip()
    assert clean_line(line, length) == line
    assert not {unicodedata.category(char) for char in line} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Me"}
