"""Which characters may be in a text that a person typed."""

from __future__ import annotations

import re
import unicodedata

from .clusters import HANGING, ONE_MARK, ZWJ, one_of, thin_out

MAX_BLANK_LINES = 2

# Never of use in a comment: controls (newline and tab stay), soft hyphen, grapheme joiner, directional marks,
# overrides and isolates, zero-width space and operators, byte order mark, annotation anchors, blank Hangul and Khmer
# fillers, musical and shorthand format controls, the unassigned controls of plane 14, noncharacters.
_HARMFUL = re.compile(
    one_of(
        (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C),
        (0x17B4, 0x17B5), (0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
        (0x3164, 0x3164), (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFC),
        (0xFFFE, 0xFFFF), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE001F), (0xE0080, 0xE00FF),
        (0xE01F0, 0xE0FFF), *((plane * 0x10000 + 0xFFFE, plane * 0x10000 + 0xFFFF) for plane in range(1, 17)),
    )
    + "+"
)  # fmt: skip
# Tag characters are an invisible alphabet; their one honest use is in the flags of England, Scotland and Wales.
_FLAGS = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in region) for region in ("gbeng", "gbsct", "gbwls"))
_TAGS = re.compile(f"(?<=\U0001f3f4)((?:{_FLAGS})\U000e007f)|[\U000e0020-\U000e007f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# More marks than any filter lets through later.
_LONG_PILE = re.compile(f"({ONE_MARK}{{16}}){ONE_MARK}+")
_BLANK_LINES = re.compile(rf"\n{{{MAX_BLANK_LINES + 2},}}")
_DRAWN = frozenset("LNPSC")
# Not Cn: what this Python does not know yet may well be this year's emoji.
_UNDRAWN = frozenset({"Cc", "Cf", "Cs"})
_BLANK_SIGNS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")


def drop_harmful(text: str) -> str:
    """Return text or HTML without characters that hide, reorder or pile up.

    It deletes and never composes, and touches no ASCII but controls, so it is safe on finished HTML: there it removes
    what character references brought in. Idempotent.
    """
    text = _HARMFUL.sub("", text)
    if text.isascii():
        return text
    return thin_out(_TAGS.sub(lambda match: match[1] or "", text))


def _mend_surrogates(text: str) -> str:
    """Join surrogate pairs and replace lone halves with U+FFFD; a lone half can be neither stored nor sent."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _compose(text: str) -> str:
    """Return NFC text without harmful characters. What deletion brings together is composed again, until it rests."""
    # The standard library sorts marks by insertion, in quadratic time: no row of them may be long when it starts.
    text = _LONG_PILE.sub(r"\1", text)
    for _round in range(8):
        settled = unicodedata.normalize("NFC", drop_harmful(text))
        if settled == text:
            break
        text = settled
    return text


def normalise_text(text: str) -> str:
    """Return a body of text as it is stored: NFC, LF, no invisible or directional controls, no piles of accents.

    Lines keep their indentation and lose trailing space; at most two blank lines stand in a row. Idempotent.
    """
    text = _mend_surrogates(text).replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    text = "\n".join(line.rstrip() for line in _compose(text).split("\n"))
    return _BLANK_LINES.sub("\n" * (MAX_BLANK_LINES + 1), text).strip("\n")


def normalise_line(text: str, max_length: int | None = None) -> str:
    """Return a one-line field (a name, a title): as `normalise_text`, every stretch of white space one space.

    `max_length` counts characters; the cut never falls between a letter and its marks, or inside an emoji.
    """
    line = normalise_text(" ".join(normalise_text(text).split()))
    if max_length is None or len(line) <= max_length:
        return line
    cut = max_length
    while cut > 0 and (line[cut] in HANGING or line[cut - 1] == ZWJ):
        cut -= 1
    return normalise_line(line[:cut])


def draws_something(text: str) -> bool:
    """Tell whether any character leaves ink: a letter, digit, sign or picture, not only spaces, marks and fillers."""
    return any(_leaves_ink(char) for char in drop_harmful(text))


def _leaves_ink(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in _DRAWN and category not in _UNDRAWN and char not in _BLANK_SIGNS
