"""Dates, initials and directions, as templates write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone, translation

from core.templatetags.ui import TINTS, initials, text_dir, tint, when

MOMENT = datetime(2026, 11, 20, 18, 4, tzinfo=UTC)


@time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC))
def test_a_time_of_this_year_is_short_and_says_the_hour() -> None:
    assert when(MOMENT) == '<time datetime="2026-11-20T18:04Z">20 Nov, 18:04</time>'


@time_machine.travel(datetime(2027, 2, 1, tzinfo=UTC))
def test_an_older_time_says_the_year() -> None:
    assert when(MOMENT) == '<time datetime="2026-11-20T18:04Z">20 Nov 2026</time>'


def test_a_day_is_written_out_and_left_alone_by_scripts() -> None:
    assert when(MOMENT, "day") == '<time datetime="2026-11-20T18:04Z" data-day>20 November 2026</time>'


@time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC))
def test_the_words_are_in_the_zone_of_the_reader_and_the_stamp_is_not() -> None:
    with timezone.override("Asia/Tokyo"):
        assert when(MOMENT) == '<time datetime="2026-11-20T18:04Z">21 Nov, 03:04</time>'


def test_months_are_translated() -> None:
    with translation.override("es"):
        assert "20 noviembre 2026" in when(MOMENT, "day").lower()


def test_no_moment_is_no_time() -> None:
    assert when(None) == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Grey", "AG"),
        ("Ana Belén Ruiz", "AR"),
        ("kit", "K"),
        ("יעל לוי", "יל"),
        ("Hinges & Paint", "HP"),
        ("(pond) life", "PL"),
        ("Z" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING TILDE BELOW}" * 30 + "algo", "Z"),
        ("🌧", ""),
        ("", ""),
    ],
)
def test_initials_are_one_or_two_bare_letters(name: str, letters: str) -> None:
    shown = initials(name)
    assert len(shown) <= 2
    assert shown.replace("Ź", "Z") == letters


def test_a_name_has_one_of_the_tints_and_keeps_it() -> None:
    names = [f"Reader {n}" for n in range(60)] + ["\ud800"]
    assert {tint(name) for name in names} == set(range(TINTS))
    assert [tint(name) for name in names] == [tint(name) for name in names]


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("ar-EG", "rtl"), ("fa", "rtl"), ("HE", "rtl"), ("en", "ltr"), ("", "ltr")],
)
def test_a_language_has_a_direction(language: str, direction: str) -> None:
    assert text_dir(language) == direction
