"""What is seen in a text."""

from __future__ import annotations

from datetime import UTC, datetime

from discussions.markup import render_comment
from moderation.rules.facts import Facts
from moderation.rules.reading import read
from moderation.spam.features import SIZE, Feature, features_of

KEY = b"secret"


def seen(text: str, key: bytes = KEY) -> list[Feature]:
    return features_of(Facts("post", datetime.now(UTC), read(render_comment(text))), key)


def reasons(text: str) -> set[str]:
    return {str(feature.reason) for feature in seen(text)}


def test_words_pairs_links_and_shape_are_seen() -> None:
    found = reasons("BUY WATCHES at [here](https://shop.watches.example/x) NOW!!!!!!!!!!! 555 123 4567")
    assert {"the word “watches”", "the words “buy watches” in a row", "a link to shop.watches.example"} <= found
    assert {"a link to a site that ends in .example", "one link", "one sign over and over"} <= found
    assert {"many digits", "many capital letters", "many signs"} <= found


def test_an_ordinary_text_has_an_ordinary_shape() -> None:
    shapes = {str(one.reason) for one in seen("I walk there every morning and have never seen one.") if one.is_shape}
    assert shapes == {"no link", "one or two sentences"}


def test_what_is_quoted_is_somebody_elses() -> None:
    assert "the word “casino”" not in reasons("> Visit my casino\n\nPlease do not.")


def test_repeated_words_and_links_alone_are_shapes() -> None:
    assert "the same words over and over" in reasons("cheap pills " * 10)
    assert "most of it is a link" in reasons("https://watches.example/a-long-address")


def test_an_address_that_is_written_out_is_where_it_leads() -> None:
    found = reasons("See https://shop.example/cheap-watches here")
    assert "a link to shop.example" in found
    assert {reason for reason in found if "the word" in reason} == {
        "the word “see”", "the word “here”", "the words “see here” in a row",
    }  # fmt: skip


def test_a_word_is_the_same_however_it_is_written() -> None:
    numbers = [seen(text)[0].number for text in ("casino", "CASINO", "ca\u200bsino", "\uff43asino")]
    assert len(set(numbers)) == 1


def test_numbers_are_in_range_and_depend_on_the_key() -> None:
    one, other = seen("buy watches here"), seen("buy watches here", b"another")
    assert all(0 <= feature.number < SIZE for feature in one)
    assert not {feature.number for feature in one} & {feature.number for feature in other}


def test_spans_are_in_the_text_that_is_the_authors_own() -> None:
    text = "> quoted words\n\nBuy watches"
    own = read(render_comment(text)).own
    assert {own[slice(*one.span)] for one in seen(text) if one.span} == {"Buy", "watches"}


def test_long_texts_are_read_to_a_point() -> None:
    found = seen(" ".join(f"w{'abcdefghij'[i % 10]}{i}" for i in range(2000)))
    assert len(found) < 650
