"""Disguised words are found, innocent ones are not, and what is marked is what the author wrote."""

from __future__ import annotations

import random

import pytest

from moderation.rules.needles import Needles
from moderation.rules.normalise import normalise
from moderation.rules.vocabulary import DEFAULT_NORMALISERS, NORMALISERS
from tests.moderation.rules.evasions import DISGUISES, INNOCENT, LATIN, LISTED

EVERYTHING = frozenset(NORMALISERS)


def find(text: str, phrases: tuple[str, ...], normalisers: frozenset[str] = EVERYTHING) -> list[str]:
    found = Needles(phrases, normalisers).find(normalise(text, normalisers))
    return sorted({text[start:end] for spans in found.values() for start, end in spans})


def disguised(name: str) -> list[tuple[str, str]]:
    """Return 50 pairs of a disguise of this kind, none of them the word itself, and the word."""
    rng = random.Random(name)
    words = (
        LATIN if name in ("confusables", "leet", "strip_accents") else [w for w in LISTED if len(w) > 2 and w != "笨蛋"]
    )
    pairs: dict[str, str] = {}
    while len(pairs) < 50:
        word = rng.choice(words)
        form = DISGUISES[name](word, rng)
        if form != word:
            pairs[form] = word
    return list(pairs.items())


@pytest.mark.parametrize("name", sorted(NORMALISERS))
def test_every_disguise_is_seen_through_and_marked_whole(name: str) -> None:
    with_case = frozenset({name, "fold_case"})
    found = {form: find(f"You are a {form}, and I said so.", (word,), with_case) for form, word in disguised(name)}
    assert {form: marked for form, marked in found.items() if marked != [form]} == {}


@pytest.mark.parametrize("name", sorted(set(NORMALISERS) - DEFAULT_NORMALISERS))
def test_a_disguise_is_not_seen_through_without_its_normaliser(name: str) -> None:
    """The table above would pass with a matcher that finds everything."""
    others = EVERYTHING - {name}
    seen = [form for form, word in disguised(name) if find(f"You are a {form}, and I said so.", (word,), others)]
    assert seen == []


def test_innocent_words_stay_innocent_whatever_is_normalised() -> None:
    assert len(set(INNOCENT)) >= 200
    found = {text: find(text, LISTED) for text in INNOCENT}
    assert {text: words for text, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "listed", "marked"),
    [
        ("He is a god.", "god", ["god"]),
        ("This is goood.", "god", ["goood"]),
        ("Fool!", "fool", ["Fool"]),
        ("Stop!you fool!you", "fool", ["fool"]),
        ("you are a f o o l", "fool", ["f o o l"]),
        ("Shut\nup", "shut up", ["Shut\nup"]),
        ("s h u t  u p", "shut up", ["s h u t  u p"]),
        ("你是笨蛋吗", "笨蛋", ["笨蛋"]),
        ("Der Straßenraub", "strassenraub", ["Straßenraub"]),
        ("a$$ and @ss", "ass", ["@ss", "a$$"]),
        ("he'll", "he'll", ["he'll"]),
        ("C++ is fine", "c++", ["C++"]),
        ("Дурак!", "дурак", ["Дурак"]),
        ("Kо\u200bd idi\u0301оt", "idiot", ["idi\u0301оt"]),
        ("1mbec1le and imbec11e", "imbecile", ["1mbec1le"]),
    ],
)
def test_what_is_found_is_marked_as_it_was_written(text: str, listed: str, marked: list[str]) -> None:
    assert find(text, (listed,)) == marked


def test_every_character_knows_where_it_came_from() -> None:
    text = "Ａ\u200bß  ﬁ İ é́ 𝐱 ooo - f o o"
    for mapped in normalise(text, EVERYTHING):
        assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
        assert all(0 <= start < end <= len(text) for start, end in zip(mapped.starts, mapped.ends, strict=True))
        assert list(mapped.starts) == sorted(mapped.starts)


def test_nothing_is_found_of_nothing() -> None:
    assert find("words", ()) == []
    assert find("", ("fool",)) == []
    assert find("a b", ("\u200b",)) == []
