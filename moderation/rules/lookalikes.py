"""Letters of other scripts that are taken for Latin ones.

The table of `accounts.confusables` guards a few names and is coarse: there 0, o and σ are one. Here every word of every
comment is read, so numbers are left to "leet", and a letter counts as Latin only where a reader would take it so: in a
word that has Latin letters too, or in a text that is mostly Latin. A Russian word stays Russian in a Russian comment.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from accounts.confusables import LOOK_ALIKES

#: Where the other table takes i, l and 1 for one, or a letter for one that it only loosely resembles.
_OTHERWISE = {
    "і": "i",
    "І": "i",
    "Ι": "i",
    "ι": "i",
    "ɩ": "i",
    "ɪ": "i",
    "Ꭵ": "i",
    "Ӏ": "l",
    "ӏ": "l",
    "ł": "l",
    "ʟ": "l",
}
_TABLE: dict[int, str] = {
    ord(char): latin
    for latin, chars in LOOK_ALIKES.items()
    for char in chars
    if char.isalpha() and not char.isascii() and unicodedata.bidirectional(char) == "L"
}
_TABLE |= {ord(char): latin for char, latin in _OTHERWISE.items()}
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(f"[{''.join(map(chr, sorted(_TABLE)))}]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def to_latin(text: str) -> str:
    """Return `text`, character by character, with look-alikes as the Latin letters that they are read as."""
    if not _FOREIGN.search(text):
        return text
    is_latin = 2 * len(_LATIN.findall(text)) > sum(map(str.isalpha, text))
    return _WORD.sub(lambda found: _word(found[0], is_latin), text)


@lru_cache(maxsize=4096)
def simplest(char: str) -> str:
    """Return what a letter for mathematics, in full width or in a circle is a picture of; others as they are."""
    if not unicodedata.decomposition(char).startswith("<"):
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain.isalnum() else char


def _word(word: str, is_latin: bool) -> str:
    if _LATIN.search(word):
        return word.translate(_TABLE)
    # Of another script throughout: a disguise only if every letter of it is one, and the rest of the text is Latin.
    return word.translate(_TABLE) if is_latin and all(ord(char) in _TABLE for char in word) else word
