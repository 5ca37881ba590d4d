"""Words marked in a comment."""

from __future__ import annotations

import pytest

from moderation.queries.card_text import mark_words, quoted_words


@pytest.mark.parametrize(
    ("html", "words", "expected"),
    [
        ("<p>You fool.</p>", ["fool"], "<p>You <mark>fool</mark>.</p>"),
        ("<p>You FOOL, you fool.</p>", ["fool"], "<p>You <mark>FOOL</mark>, you <mark>fool</mark>.</p>"),
        ("<p>a fool</p>", ["a fool", "fool"], "<p><mark>a fool</mark></p>"),
        ("<p>you <em>old</em> fool</p>", ["old fool"], "<p>you <em><mark>old</mark></em><mark> fool</mark></p>"),
        ("<p>one</p><p>two</p>", ["one two"], "<p><mark>one</mark></p><p><mark>two</mark></p>"),
        ("<p>a\n fool</p>", ["a fool"], "<p><mark>a\n fool</mark></p>"),
        ("<p>A &amp; B &lt;b&gt;</p>", ["& B <b"], "<p>A <mark>&amp; B &lt;b</mark>&gt;</p>"),
        ('<p><a href="https://x.example/fool" title="a > b">fool</a></p>', ["fool"],
         '<p><a href="https://x.example/fool" title="a > b"><mark>fool</mark></a></p>'),
        ("<p>x</p>", ["x", "", " "], "<p>x</p>"),
        ("<p>(.*)</p>", [".*)"], "<p>(<mark>.*)</mark></p>"),
        ("<p>nothing</p>", [], "<p>nothing</p>"),
        ("", ["fool"], ""),
    ],
)  # fmt: skip
def test_mark_words(html: str, words: list[str], expected: str) -> None:
    assert mark_words(html, words) == expected


def test_words_are_never_markup() -> None:
    assert mark_words("<p>&lt;script&gt;</p>", ["<script>"]) == "<p><mark>&lt;script&gt;</mark></p>"


def test_quoted_words() -> None:
    assert quoted_words('It holds “a fool”, «un tonto» and "x y".') == ["a fool", "un tonto", "x y"]
    assert quoted_words("It holds a link.") == []
