"""One line of text that a person typed: a name, a few words about oneself.

Comments have rules of their own, in `discussions.markup`; these are stricter, because a name stands beside other names.
"""

from __future__ import annotations

import re
import unicodedata

ZWNJ, ZWJ = "\u200c", "\u200d"

#: Letters that show nothing (fillers, the blank of Braille), marks that only steer the rendering.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd") | {
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}

#: Scripts in which a joiner changes the word: Arabic and its neighbours, the scripts of India, Sinhala.
_JOINING = ((0x0600, 0x08FF), (0x0900, 0x0DFF))

#: Hebrew needs three marks on a letter (dagesh, vowel, accent), Burmese three; more is a tower.
_MARKS_AT_MOST = 3


def clean_line(text: str, max_length: int) -> str:
    """Return `text` as one line of visible characters in NFC, at most `max_length` code points (the rest is cut off).

    Controls, marks of direction, private and unassigned characters and everything that shows nothing are left out;
    a joiner stays where the script needs it. All white space becomes single spaces, towers of marks are cut.
    """
    kept = "".join(_visible(char) for char in text)
    line = " ".join(_without_towers(_without_loose_joiners(unicodedata.normalize("NFC", kept))).split())
    return line[:max_length].rstrip()


def _visible(char: str) -> str:
    if char in (ZWNJ, ZWJ):
        return char
    category = unicodedata.category(char)
    if char.isspace() or category in ("Zs", "Zl", "Zp"):
        return " "
    # Other: controls, formats, surrogates, private use, unassigned. Me draws circles around the letter before it.
    return "" if category[0] == "C" or category == "Me" or char in _INVISIBLE else char


def _without_loose_joiners(text: str) -> str:
    def stays(at: int) -> bool:
        inside = 0 < at < len(text) - 1
        return inside and _joins(text[at - 1]) and _joins(text[at + 1])

    return "".join(char for at, char in enumerate(text) if char not in (ZWNJ, ZWJ) or stays(at))


def _joins(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" and any(low <= ord(char) <= high for low, high in _JOINING)


def _without_towers(text: str) -> str:
    kept: list[str] = []
    # A mark with no letter to sit on would sit on whatever the page shows before the name.
    marks = _MARKS_AT_MOST
    for char in text:
        marks = marks + 1 if unicodedata.category(char) == "Mn" else _MARKS_AT_MOST if char == " " else 0
        if marks <= _MARKS_AT_MOST:
            kept.append(char)
    return "".join(kept)


_ADDRESS = re.compile(r"[^\s\"'<>(),;:\\@]+@[^\s\"'<>(),;:\\@]+\.[^\s\"'<>(),;:\\@.]+")


def without_addresses(text: str) -> str:
    """Return `text` with every e-mail address in it replaced by `…@…`: for logs, and for what a mail server said."""
    return _ADDRESS.sub("…@…", text)
