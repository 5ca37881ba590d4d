"""What may be glued to one letter: accents, joiners, variation selectors, and how many of them.

Text that piles hundreds of marks on a letter spills over its neighbours; letters chained by joiners are one glyph that
no line can break. Both are cut to what real writing has. The filter decides on each character by what it has kept so
far, so filtering twice is the same as filtering once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

ZWNJ, ZWJ = "\u200c", "\u200d"
# Four accents are more than any Latin or Greek letter carries. Burmese and Vedic letters carry up to eight signs.
MAX_ACCENTS, MAX_MARKS, MAX_SAME_MARK = 4, 8, 2
# The longest real chains: five consonants in Sanskrit, four people in one emoji.
MAX_LINKS = 10
Range = tuple[int, int]


def one_of(*ranges: Range) -> str:
    """Return a pattern for one character of the inclusive ranges. None may cross the end of the first plane.

    Python looks characters of the first plane up in a table and tries ranges beyond it one by one, for every
    character that did not match. The guard keeps that away from nearly all text; it is 30 times faster.
    """
    plane = "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges if last < 0x10000)
    beyond = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges if first >= 0x10000)
    return f"(?:[{plane}]|(?![\\0-\\uffff])[{beyond}])"


def _ranges(chars: Iterable[str]) -> list[Range]:
    """Return the characters as ranges, neighbours joined."""
    ranges: list[Range] = []
    for code in sorted(map(ord, chars)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return ranges


def _chars(*ranges: Range) -> frozenset[str]:
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


# Arabic and its relatives, the scripts of India and South-East Asia, Mongolian, Adlam: there a joiner shapes letters.
_JOINING = re.compile(
    one_of(
        (0x600, 0x8FF), (0x900, 0xDFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0x1A20, 0x1AAF),
        (0x1B00, 0x1BFF), (0xA800, 0xA8FF), (0xA980, 0xA9DF), (0xFB50, 0xFDCF), (0xFE70, 0xFEFC),
        (0x10D00, 0x10D3F), (0x11000, 0x11FFF), (0x1E900, 0x1E95F),
    )
)  # fmt: skip
_PICTURES = _chars(
    (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139),
    (0x2190, 0x21FF), (0x2300, 0x23FF), (0x24C2, 0x24C2), (0x25A0, 0x27BF), (0x2934, 0x2935),
    (0x2B00, 0x2BFF), (0x3030, 0x3030), (0x303D, 0x303D), (0x3297, 0x3299), (0x1F000, 0x1FAFF),
)  # fmt: skip
_ENDS_PICTURE = _PICTURES | {"\ufe0f", "\U000e007f"}
_SKIN_TONES = _chars((0x1F3FB, 0x1F3FF))
_KEYCAPS = frozenset("0123456789#*")
_HAN = re.compile(one_of((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)))

_JOINERS = frozenset({ZWNJ, ZWJ, "\u180e"})
_SELECTORS = _chars((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
# Categories Mn, Mc and Me end below U+1F000, apart from the selectors, which have their own rule.
_MARKS = frozenset(
    mark for mark in map(chr, range(0x300, 0x1F000)) if unicodedata.category(mark)[0] == "M"
) - _SELECTORS  # fmt: skip
_ACCENTS = _chars(
    (0x300, 0x36F), (0x483, 0x489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)
)  # fmt: skip
# Marks of Unicode 15 to 17, which browsers know and the standard library of Python 3.11 does not.
_NEWER_MARKS = _chars(
    (0x897, 0x897), (0xCF3, 0xCF3), (0xECE, 0xECE), (0x10D69, 0x10D6D), (0x10EFA, 0x10EFF), (0x11241, 0x11241),
    (0x113B8, 0x113D0), (0x113D2, 0x113D2), (0x11B60, 0x11B67), (0x11F00, 0x11F03), (0x11F34, 0x11F42),
    (0x13440, 0x13440), (0x13447, 0x13455), (0x1611E, 0x1612F), (0x1E4EC, 0x1E4EF), (0x1E5EE, 0x1E5EF),
)  # fmt: skip
_MARKS |= _ACCENTS | _NEWER_MARKS
# Letters by category that glue themselves to the letter before: Thai and Lao AM, half-width voicing marks.
_GLUED = _MARKS | _SKIN_TONES | {"\u0e33", "\u0eb3", "\uff9e", "\uff9f"}
ONE_MARK = one_of(*_ranges(_MARKS))
_VIRAMAS = {mark for mark in _MARKS if unicodedata.combining(mark) == 9} | set(
    "\U000113d0\U00011f41\U00011f42\U0001612f"
)
# Others of which a row is one glyph, with the longest row: old Hangul letters (initial, middle, final), and number
# signs that reach over the Arabic digits after them.
_ROWS = {
    char: (name, longest)
    for name, longest, chars in (
        ("initial", 3, _chars((0x1100, 0x115F), (0xA960, 0xA97C))),
        ("middle", 3, _chars((0x1160, 0x11A7), (0xD7B0, 0xD7C6))),
        ("final", 3, _chars((0x11A8, 0x11FF), (0xD7CB, 0xD7FB))),
        ("number", 2, _chars((0x600, 0x605), (0x890, 0x891), (0x111C2, 0x111C3))
            | set("\u06dd\u070f\u08e2\u0d4e\U000110bd\U000110cd\U0001193f\U00011941\U00011a3a\U00011d46\U00011f02")
            | _chars((0x11A84, 0x11A89))),
    )
    for char in chars
}  # fmt: skip
HANGING = _GLUED | _SELECTORS | {ZWNJ, ZWJ}
_ANY_OF_THESE = re.compile(one_of(*_ranges(HANGING | _JOINERS | _ROWS.keys())))


class _Clusters:
    """The filter's state: what was kept, and what hangs on the letter that it has come to."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.last = ""
        # A joiner waits until it is known what it would join.
        self.joiner = ""
        self.accents = self.marks = self.links = self.row = 0
        self.tied = False

    def feed(self, char: str) -> None:
        if char in _JOINERS:
            self._join(char)
        elif char in _SELECTORS:
            if self._selects(char):
                self._keep(char)
        elif char in _GLUED:
            self._mark(char)
        else:
            self._letter(char)

    def _join(self, joiner: str) -> None:
        full = joiner == ZWJ and self.links >= MAX_LINKS
        if not self.joiner and not full and (_JOINING.match(self.last) or self._ends_picture()):
            self.joiner = joiner

    def _ends_picture(self) -> bool:
        return self.last in _ENDS_PICTURE or self.last in _SKIN_TONES

    def _joins(self, char: str) -> bool:
        """Tell whether the waiting joiner means something between the last character and this one."""
        if _JOINING.match(self.last):
            return self.joiner == ZWJ or bool(_JOINING.match(char))
        return self.joiner == ZWJ and char in _PICTURES

    def _selects(self, selector: str) -> bool:
        """Tell whether the last character has variants. Selectors anywhere else only hide data."""
        if selector > "\ufe0f":
            return bool(_HAN.match(self.last))
        if self.last in _KEYCAPS:
            return True
        return self.last > "\x7f" and not self.last.isspace() and self.last not in HANGING

    def _mark(self, mark: str) -> None:
        is_accent, is_virama = mark in _ACCENTS, mark in _VIRAMAS
        if self.marks >= MAX_MARKS or (is_accent and self.accents >= MAX_ACCENTS):
            return
        if is_virama and self.links >= MAX_LINKS:
            return
        if self.kept[-MAX_SAME_MARK:] == [mark] * MAX_SAME_MARK:
            return
        self._keep(mark)
        self.marks += 1
        self.accents += is_accent
        self.links += is_virama
        self.tied = self.tied or is_virama

    def _letter(self, char: str) -> None:
        name, longest = _ROWS.get(char, ("", 0))
        row = self.row + 1 if name and _ROWS.get(self.last, ("", 0))[0] == name else 1
        if name and row > longest:
            return
        links = self.links
        self._keep(char)
        is_linked = self.tied or self.links > links
        if not is_linked or char.isspace():
            self.links = 0
        self.row, self.accents, self.marks, self.tied = row, 0, 0, False

    def _keep(self, char: str) -> None:
        if self.joiner and self._joins(char):
            self.kept.append(self.joiner)
            self.links += self.joiner == ZWJ
        self.joiner = ""
        self.kept.append(char)
        self.last = char


def thin_out(text: str) -> str:
    """Return the text with no more glued to any letter than real writing has. Only deletes; idempotent."""
    if text.isascii() or not _ANY_OF_THESE.search(text):
        return text
    clusters = _Clusters()
    for char in text:
        clusters.feed(char)
    if clusters.joiner == ZWJ and _JOINING.match(clusters.last):
        clusters.kept.append(ZWJ)
    return "".join(clusters.kept)
