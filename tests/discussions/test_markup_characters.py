"""Characters: what is taken out of a text before anything else looks at it, and what has to stay."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from discussions.markup import draws_something, normalise_line, normalise_text

# Text as people write it: nothing of this may change.
REAL_TEXTS = {
    "Vietnamese, two accents on a letter": "Tiếng Việt có dấu: ằ, ẵ, ữ, ộ",
    "Hebrew with points and cantillation": "בְּרֵאשִׁ֖ית בָּרָ֣א",
    "Arabic with vowels": "بِسْمِ ٱللَّهِ ٱلرَّحْمَـٰنِ",
    "Persian, joined only by a non-joiner": "می\u200cخواهم نامه\u200cای بنویسم",
    "Arabic abbreviation with a joiner at its end": "ه\u200d",
    "Hindi with conjuncts": "क्षत्रिय, विद्यार्थी, श्री",
    "Hindi half form, shown by a joiner": "क्\u200dष",
    "Sanskrit with five consonants in a row": "कार्त्स्न्यम्",
    "Malayalam": "നന്ദി, സ്വാഗതം",
    "Bengali ya-phalaa after ra": "র\u200d\u09cdযা",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Thai with vowel and tone": "ที่นี่ ปู่ ผู้ใหญ่ น้ำ",
    "Burmese with a stack of signs": "မြွှောင်း ကျွန်ုပ်တို့",
    "Khmer": "ខ្ញុំស្រឡាញ់",
    "Tibetan": "བོད་སྐད་ ཧཱུྃ",
    "Korean, and Korean of the 15th century": "안녕하세요 나랏말\u110a\u119e미",
    "Japanese half-width voicing": "ｶﾞｷﾞ",
    "Chinese with a variant": "葛\U000e0100城",
    "family, keycap, skin tone, heart": "👨\u200d👩\u200d👧\u200d👦 1\ufe0f\u20e3 👍🏽 ❤\ufe0f\u200d🔥",
    "flag of Scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "an emoji younger than Python's tables": "\U0001fae8 \U0001fadc",
    "code with indentation": "if x:\n    y = 1\n\treturn",
    "two blank lines": "one\n\n\ntwo",
}  # fmt: skip

# Each row: why, what was typed, what is kept.
CLEANED = [
    ("composed: one letter has one spelling", "e\u0301", "é"),
    ("line ends of Windows and old Macs", "a\r\nb\rc", "a\nb\nc"),
    ("line and paragraph separators are line ends", "a\u2028b\u2029c", "a\nb\nc"),
    ("half a surrogate pair cannot be stored", "a\ud800b", "a\ufffdb"),
    ("two halves are one character", "\ud83d\ude00", "😀"),
    ("NUL and other controls", "a\x00b\x07c\x1bd\x7fe\x85f\x9f", "abcdef"),
    ("noncharacters", "a\ufffeb\ufdd0c\U0001ffffd\U0010fffee", "abcde"),
    ("overrides, embeddings and isolates turn words around", "a\u202eb\u202ac\u2066d\u2069e", "abcde"),
    ("directional marks", "a\u200eb\u200fc\u061cd", "abcd"),
    ("zero-width space, word joiner, byte order mark", "a\u200bb\u2060c\ufeffd", "abcd"),
    ("soft hyphen and grapheme joiner", "pass\u00adword\u034f", "password"),
    ("blank letters that make an empty name", "a\u3164b\uffa0c\u17b4d", "abcd"),
    ("an alphabet of invisible tags", "a\U000e0068\U000e0069b", "ab"),
    ("tags that are no flag of a country", "🏴\U000e0068\U000e0069\U000e007f", "🏴"),
    ("annotation anchors", "a\ufff9b\ufffac\ufffb", "abc"),
    ("joiners between Latin letters hide words from filters", "b\u200da\u200cd", "bad"),
    ("a row of joiners is one joiner", "م\u200c\u200c\u200c\u200dی", "م\u200cی"),
    ("a non-joiner at the end of a word", "م\u200c x", "م x"),
    ("variation selectors on plain letters carry hidden bytes", "a\ufe0fb\ufe01\ufe02\U000e0120", "ab"),
    ("a row of selectors carries them too", "😀\ufe0f\ufe0e\U000e0101\U000e0102", "😀\ufe0f"),
    ("four accents at most", "Z" + "\u0316\u0317\u0318\u0319\u031c\u031d", "Z\u0316\u0317\u0318\u0319"),
    ("the same accent at most twice", "x" + "\u0323" * 9, "x\u0323\u0323"),
    ("accents interrupted by joiners are still a pile", "x" + "\u0323\u200c" * 9, "x\u0323\u0323"),
    ("Thai vowels piled up", "ก" + "\u0e47" * 20, "ก\u0e47\u0e47"),
    ("Thai AM repeated is one endless glyph", "ก" + "\u0e33" * 20, "ก\u0e33\u0e33"),
    ("marks newer than Python's tables", "a" + "\u1ad0\u1ad1\u1ad2\u1ad3\u1ad4\u1ad5", "a\u1ad0\u1ad1\u1ad2\u1ad3"),
    ("old Hangul initials repeated", "\u1100" * 9, "\u1100" * 3),
    ("skin tones repeated", "👍" + "🏿" * 9, "👍🏿🏿"),
    ("number signs repeated", "\u0600" * 9 + "١", "\u0600\u0600١"),
    ("a chain of consonants has an end", "क्" * 30 + "क", ("क्" * 10 + "क") * 2 + "क्" * 8 + "क"),
    ("a chain of people has an end", "👩\u200d" * 30 + "👩", ("👩\u200d" * 10 + "👩") * 2 + "👩\u200d" * 8 + "👩"),
    ("a chain starts anew after a space", "क् " * 12, ("क् " * 12).rstrip()),
    ("space at the end of lines", "a  \n\t\nb \u00a0\n", "a\n\nb"),
    ("more than two blank lines", "a\n\n\n\n\n\nb", "a\n\n\nb"),
    ("blank lines that only look empty", "a\n\u200b\n\u200b\n\u200b\n\u200b\nb", "a\n\n\nb"),
    ("nothing but what is taken out", "\u202e\u200b\ufeff\n\n", ""),
]  # fmt: skip


@pytest.mark.parametrize("text", REAL_TEXTS.values(), ids=REAL_TEXTS.keys())
def test_text_as_people_write_it_stays(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert normalise_text(text) == text


@pytest.mark.parametrize(("typed", "kept"), [row[1:] for row in CLEANED], ids=[row[0] for row in CLEANED])
def test_harmful_characters_are_taken_out(typed: str, kept: str) -> None:
    assert normalise_text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "max_length", "kept"),
    [
        (" Ana\tMaria \n Lopez ", None, "Ana Maria Lopez"),
        ("a\u00a0\u2003\u3000b", None, "a b"),
        ("a\u200b\u2028b", None, "a b"),
        ("a long title", 6, "a long"),
        ("a long title", 7, "a long"),  # no space at the end
        ("ax\u0323\u0317cd", 3, "a"),  # never between a letter and its marks
        ("👨\u200d👩\u200d👧", 3, ""),  # nor inside an emoji
        ("", 5, ""),
    ],
)
def test_a_line_is_one_line(typed: str, max_length: int | None, kept: str) -> None:
    assert normalise_line(typed, max_length) == kept


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a", True),
        ("。", True),
        ("👍", True),
        ("\U0001fae8", True),  # newer than Python's tables
        ("", False),
        (" \n\t\u00a0\u3000", False),
        ("\u200b\u2060\ufeff\u202e\u00ad", False),
        ("\u3164\uffa0\u115f\u2800", False),  # letters and signs without ink
        ("\u0301\u0302", False),  # accents without a letter
        ("\U000e0068\U000e0069\ufe0f", False),
    ],
)
def test_ink_is_told_from_blank(text: str, seen: bool) -> None:
    assert draws_something(text) is seen


TROUBLE = st.sampled_from(
    "a é\n\t\u200b\u200c\u200d\u180e\ufe0f\ufe00\U000e0100\u0301\u0323\u0338\u094d\u0915\u0dca\u0628\u06cc\u1039"
    "\u0e01\u0e33\u0600\u1100\u1161\u11a8가👩🏽❤🏴1\u20e3\U000e0067\U000e007f\ud800\udc00\u2028\r\x00>=<"
)


@given(st.one_of(st.text(), st.text(TROUBLE, max_size=60), st.text(TROUBLE, max_size=4).map(lambda text: text * 30)))
@example("\ud7fa" + "\U0001f3fd\u094d" * 40)
@example("\u200c\u0301" * 20)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert unicodedata.normalize("NFC", once) == once
    once.encode()  # can be stored and sent
    line = normalise_line(text, 20)
    assert len(line) <= 20
    assert normalise_line(line, 20) == line
    assert line == " ".join(line.split())
