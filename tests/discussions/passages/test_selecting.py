from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.passages.canon import Span, canonical
from discussions.passages.selecting import LONGEST, Selection, locate, selection_at, what_is_wrong
from discussions.passages.sentences import sentences

TEXT = "The ferry runs again from Monday. Nobody has asked the people above the slipway."


def test_half_words_are_made_whole() -> None:
    at = TEXT.index("erry runs aga")
    span = locate(Selection(at, at + 13, "erry runs aga"), seen=TEXT, now=TEXT)
    assert span is not None
    assert TEXT[span.start : span.end] == "ferry runs again"


def test_the_sides_decide_between_equal_words() -> None:
    now = "He said: the same words. She said: the same words. They left."
    span = locate(Selection(0, 5, "the same words", "She said: ", ". They left."), seen=now, now=now)
    assert span == Span(now.rindex("the same"), now.rindex("." + " They"))
    assert locate(Selection(0, 5, "the same words", "Nobody ever", "wrote this"), seen=now, now=now) is None


@pytest.mark.parametrize(
    ("html", "words", "wrong"),
    [
        ("<p>eleven char and more</p>", "eleven char", "short"),
        ("<p>他们听到</p>", "他们听到", ""),
        ("<p>他们听到</p>", "他们听", "short"),
        (f"<p>{'word ' * 200}</p>", ("word " * 200).strip(), "long"),
        ("<p>one one</p><p>two two</p><p>three three</p>", "one one\ntwo two\nthree three", ""),
        ("<p>one</p><p>two</p><p>three</p><p>four</p>", "one\ntwo\nthree\nfour", "blocks"),
        ("<p>run <code>manage.py migrate</code> now</p>", "manage.py migrate", "code"),
        ("<p>run <code>manage.py migrate</code> now</p>", "run manage.py migrate", ""),
    ],
)
def test_what_can_be_a_passage(html: str, words: str, wrong: str) -> None:
    found = canonical(html)
    at = found.text.index(words)
    assert what_is_wrong(found, Span(at, at + len(words))) == wrong


@given(st.text(alphabet="ab .\n中😀", min_size=1, max_size=80), st.data())
def test_a_selection_of_the_text_as_it_is_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    found = locate(selection_at(text, span), seen=text, now=text)
    assert found is not None
    assert found.start <= found.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Wren came at 5.30 and left. Nobody saw!!", ["Dr. Wren came at 5.30 and left.", "Nobody saw!!"]),
        ("渡轮恢复运行了。没有人问过居民。", ["渡轮恢复运行了。", "没有人问过居民。"]),
        ("Is it so? No. It was never true at all.", ["Is it so? No. It was never true at all."]),
        ("A first block here\nand a second one", ["A first block here", "and a second one"]),
        ("“Quoted words, all of them.” And then more words.", ["“Quoted words, all of them.”", "And then more words."]),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    shortest = 4 if "。" in text else 12
    assert [text[span.start : span.end] for span in sentences(text, shortest=shortest, longest=300)] == expected


@given(st.text(alphabet="ab .!\n。中", max_size=200))
def test_every_sentence_can_be_a_passage(text: str) -> None:
    text = canonical(f"<p>{text.replace(chr(10), '</p><p>')}</p>").text
    end = 0
    for span in sentences(text, shortest=4, longest=40):
        assert 4 <= span.end - span.start <= LONGEST
        assert span.start >= end
        assert "\n" not in text[span.start : span.end]
        end = span.end
