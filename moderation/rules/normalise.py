"""Seeing through disguises: each normaliser takes one of them away, and remembers where every character came from.

A text is kept with, for each of its characters, the stretch of the original that it stands for. So what is found in the
plain text is marked in what the author wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from moderation.rules import lookalikes
from moderation.rules.vocabulary import NORMALISERS

#: Format controls (zero-width, bidi, soft hyphen, tags), variation selectors, fillers and the grapheme joiner.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
INVISIBLE = re.compile(f"[{_INVISIBLE}]")
#: Spaces that are not one plain space already.
_SPACE = re.compile(r"\s{2,}|[^\S ]")
#: Single letters with something between them: "f o o l", "f.o.o.l".
_SPELLED = re.compile(r"(?<!\w)(?:\w[\W_]+){2,}\w(?!\w)")
#: What stands between two letters of one word, but for spaces.
_BETWEEN = re.compile(r"(?<=\w)(?:[^\w\s]|_)+(?=\w)")
#: Words of one letter that may stand before a word that is spelled out.
_ARTICLES = frozenset("aiu")
_APOSTROPHES = frozenset("'’ʼ`´")
#: Scripts that are written without spaces between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_STRETCHED = 3
_REPEATED = re.compile(r"([^\W\d_])\1+")

_LEET_LETTERS = {"4": "a", "@": "a", "8": "b", "3": "e", "€": "e", "6": "g", "9": "g", "!": "i", "|": "l", "0": "o",
                 "5": "s", "$": "s", "7": "t", "+": "t", "2": "z"}  # fmt: skip
_NUMBERS = tuple(str.maketrans({**{n: _LEET_LETTERS.get(n, n) for n in "0123456789"}, "1": one}) for one in "il")
_SIGNS = str.maketrans({sign: letter for sign, letter in _LEET_LETTERS.items() if not sign.isdigit()})
_ANY_LEET = re.compile(r"[0-9@€!|$+]")
#: A sign that stands for a letter has a letter, or another such sign, after it; only a few end a word.
_LEET_SIGN = re.compile(r"[@€!|$+](?=[^\W_]|[@€$])|(?<=[^\W_]|[$€@!|])[$€@]+(?!\w)")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A normalised text; character `i` stands for `original[starts[i]:ends[i]]`."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    #: How many equal letters in a row each character stands for; None: letters were not collapsed.
    runs: Sequence[int] | None = None
    #: Places inside a word that was spelled out: no word begins or ends there.
    glued: frozenset[int] = field(default_factory=frozenset)
    is_leet: bool = False

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from `start` up to `end` are in the original."""
        return self.starts[start], self.ends[end - 1]

    def is_edge(self, i: int) -> bool:
        """Return whether a word can begin or end before character `i`."""
        if i in (0, len(self.text)):
            return True
        before, after = self.text[i - 1], self.text[i]
        if not (is_wordy(before) and is_wordy(after)) or _UNSPACED.match(before) or _UNSPACED.match(after):
            return True
        if i in self.glued:
            return False
        return any(_separates(char) for char in self.original[self.ends[i - 1] : self.starts[i]])

    def separators(self, start: int, end: int) -> tuple[int, bool]:
        """Return how many signs were taken out of these characters, and whether one is an apostrophe."""
        gaps = [self.original[self.ends[i - 1] : self.starts[i]] for i in range(start + 1, end)]
        signs = [char for gap in gaps for char in gap if _separates(char)]
        return len(signs), any(char in _APOSTROPHES for char in signs)


@lru_cache(maxsize=64)
def in_order(names: frozenset[str]) -> tuple[str, ...]:
    """Return the normalisers in the order in which they are applied."""
    return tuple(name for name in NORMALISERS if name in names)


def normalise(
    text: str, names: Collection[str], done: dict[tuple[str, ...], list[Mapped]] | None = None
) -> list[Mapped]:  # fmt: skip
    """Return `text` as `names` read it, spaces of any kind as one. With "leet" it may have several readings.

    A number is also a number: the reading without leet is always among them, so a normaliser never hides a word.
    `done` keeps what was worked out on the way, for the next call with the same text.
    """
    done = {} if done is None else done
    steps: tuple[str, ...] = ()
    if steps not in done:
        done[steps] = [_spaces(Mapped(text, text, range(len(text)), range(1, len(text) + 1)))]
    for name in in_order(frozenset(names)):
        before, steps = done[steps], (*steps, name)
        if steps not in done:
            done[steps] = [reading for mapped in before for reading in _STEPS[name](mapped)]
    return done[steps]


@lru_cache(maxsize=4096)
def is_wordy(char: str) -> bool:
    """Return whether the character is part of a word: a letter, a number, or a mark that belongs to a letter."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _separates(char: str) -> bool:
    return not is_wordy(char) and not INVISIBLE.match(char)


def _spaces(mapped: Mapped) -> Mapped:
    return _replaced(mapped, _SPACE, " ")


def _replaced(mapped: Mapped, pattern: re.Pattern[str], by: str) -> Mapped:
    """Return `mapped` with every match replaced by `by`, which is empty or one character."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for found in pattern.finditer(mapped.text):
        start, end = found.span()
        text.append(mapped.text[at:start] + by)
        starts += mapped.starts[at:start]
        ends += mapped.ends[at:start]
        if by:
            starts.append(mapped.starts[start])
            ends.append(mapped.ends[end - 1])
        at = end
    if not at:
        return mapped
    starts += mapped.starts[at:]
    ends += mapped.ends[at:]
    return replace(mapped, text="".join(text) + mapped.text[at:], starts=starts, ends=ends)


def _each(mapped: Mapped, change: Callable[[str], str]) -> Mapped:
    """Return `mapped` with every character changed, into none, one or several."""
    new = list(map(change, mapped.text))
    text = "".join(new)
    if len(text) == len(new) and "" not in new:
        return replace(mapped, text=text)
    starts: list[int] = []
    ends: list[int] = []
    for part, start, end in zip(new, mapped.starts, mapped.ends, strict=True):
        if not part and ends:
            ends[-1] = end  # a mark belongs to the letter before it
        starts += [start] * len(part)
        ends += [end] * len(part)
    return replace(mapped, text=text, starts=starts, ends=ends)


def _strip_invisible(mapped: Mapped) -> Mapped:
    return mapped if mapped.text.isascii() else _replaced(mapped, INVISIBLE, "")


def _fold_case(mapped: Mapped) -> Mapped:
    folded = mapped.text.casefold()
    # Folding never makes a text shorter: of the same length, it is character by character.
    if len(folded) == len(mapped.text):
        return replace(mapped, text=folded)
    return _each(mapped, str.casefold)


def _strip_accents(mapped: Mapped) -> Mapped:
    return mapped if mapped.text.isascii() else _each(mapped, without_accents)


@lru_cache(maxsize=4096)
def without_accents(char: str) -> str:
    """Return the letter without what stands above, below or across it; vowel signs of Indic scripts stay."""
    parts = unicodedata.normalize("NFD", char)
    plain = "".join(part for part in parts if unicodedata.combining(part) in (0, 7, 8, 9))
    # A syllable of Hangul is no letter with accents: it comes back whole.
    return unicodedata.normalize("NFC", plain)


def _confusables(mapped: Mapped) -> Mapped:
    if mapped.text.isascii():
        return mapped
    simpler = _each(mapped, lookalikes.simplest)
    return replace(simpler, text=lookalikes.to_latin(simpler.text))


def _leet(mapped: Mapped) -> list[Mapped]:
    if not _ANY_LEET.search(mapped.text):
        return [mapped]
    plain = _LEET_SIGN.sub(lambda found: found[0].translate(_SIGNS), mapped.text)
    # A 1 is an i or an l: which of them, the word decides.
    tables = _NUMBERS if "1" in plain else _NUMBERS[:1]
    texts = [plain.translate(table) for table in tables]
    return [mapped, *(replace(mapped, text=text, is_leet=True) for text in texts if text != mapped.text)]


def _strip_punct(mapped: Mapped) -> Mapped:
    text = mapped.text
    drop: set[int] = set()
    inside: set[int] = set()
    for found in _SPELLED.finditer(text):
        letters = [i for i in range(*found.span()) if is_wordy(text[i])]
        drop.update(i for i in range(letters[0], letters[-1]) if not is_wordy(text[i]))
        # "a f o o l": the word may begin after the first letter.
        inside.update(letters[2 if text[letters[0]] in _ARTICLES else 1 :])
    for found in _BETWEEN.finditer(text):
        # A vowel sign of an Indic script is no sign between letters.
        drop.update(i for i in range(*found.span()) if not is_wordy(text[i]))
    if not drop:
        return mapped
    return _kept(mapped, [i for i in range(len(text)) if i not in drop], inside)


def _collapse_repeats(mapped: Mapped) -> Mapped:
    stretches = [found.span() for found in _REPEATED.finditer(mapped.text)]
    if not stretches:
        return replace(mapped, runs=[1] * len(mapped.text))
    kept: list[int] = []
    runs: list[int] = []
    at = 0
    ends = list(mapped.ends)
    for start, end in stretches:
        kept += range(at, start + 1)
        runs += [1] * (start - at) + [end - start]
        ends[start] = ends[end - 1]
        at = end
    kept += range(at, len(mapped.text))
    runs += [1] * (len(mapped.text) - at)
    return replace(_kept(replace(mapped, ends=ends), kept, mapped.glued), runs=runs)


def _kept(mapped: Mapped, kept: Sequence[int], glued: Collection[int]) -> Mapped:
    """Return only the characters `kept` of `mapped`; `glued` are places in it."""
    text, starts, ends = mapped.text, mapped.starts, mapped.ends
    return replace(
        mapped, text="".join([text[i] for i in kept]), starts=[starts[i] for i in kept], ends=[ends[i] for i in kept],
        glued=frozenset(n for n, i in enumerate(kept) if i in glued) if glued else frozenset(),
    )  # fmt: skip


def is_stretched(runs: Sequence[int], wanted: Sequence[int]) -> bool:
    """Return whether letters that stand `runs` times in a row are the word that has them `wanted` times, or stretch it.

    One letter twice instead of once is another word ("god", "good"); three times, or two letters twice, is a stretch.
    """
    if any(n < m for n, m in zip(runs, wanted, strict=True)):
        return False
    more = [n for n, m in zip(runs, wanted, strict=True) if n > m]
    return not more or len(more) > 1 or more[0] >= _STRETCHED


def _one(step: Callable[[Mapped], Mapped]) -> Callable[[Mapped], list[Mapped]]:
    return lambda mapped: [step(mapped)]


_STEPS: dict[str, Callable[[Mapped], list[Mapped]]] = {
    "strip_invisible": _one(_strip_invisible), "fold_case": _one(_fold_case), "strip_accents": _one(_strip_accents),
    "confusables": _one(_confusables), "leet": _leet, "strip_punct": _one(_strip_punct),
    "collapse_repeats": _one(_collapse_repeats),
}  # fmt: skip
assert set(_STEPS) == set(NORMALISERS)
