"""Finding many words at once: one pass of Aho and Corasick over a text, however many words all rules together list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import ahocorasick

from moderation.rules.normalise import Mapped, is_stretched, normalise

#: Where in a text something was found, first and behind the last.
Span = tuple[int, int]
#: A word that stands in a text a thousand times is marked so often.
SPANS_KEPT = 20
#: Taken out of one word, an apostrophe alone proves nothing: "he'll".
_SIGNS_WITH_APOSTROPHE = 2
#: Letters or signs that a word with numbers in it must have: A55 is a road, a5s is none.
_LETTERS_BESIDE_NUMBERS = 2


@dataclass(frozen=True, slots=True)
class _Needle:
    phrase: str
    runs: Sequence[int] | None
    has_apostrophe: bool
    #: A phrase without its spaces: so many signs must stand between its letters.
    least_signs: int = 0


class Needles:
    """Words and phrases that are looked for in one way: with the same normalisers."""

    def __init__(self, phrases: Iterable[str], normalisers: Collection[str]) -> None:
        """Take the phrases as the rules list them. What normalises to nothing is never found."""
        self.normalisers = frozenset(normalisers)
        self._forms: dict[str, list[_Needle]] = defaultdict(list)
        for phrase in sorted(set(phrases)):
            self._add(phrase)
        self._automaton = ahocorasick.Automaton()
        for form in self._forms:
            self._automaton.add_word(form, form)
        if self._forms:
            self._automaton.make_automaton()

    def find(self, readings: Iterable[Mapped]) -> dict[str, list[Span]]:
        """Return where each phrase is, by phrase, in a text that `normalise` has read with the same normalisers."""
        found: dict[str, set[Span]] = defaultdict(set)
        if self._forms:
            for mapped in readings:
                for last, form in self._automaton.iter(mapped.text):
                    self._check(mapped, last + 1 - len(form), form, found)
        return {phrase: sorted(spans)[:SPANS_KEPT] for phrase, spans in found.items()}

    def _add(self, phrase: str) -> None:
        for mapped in normalise(phrase.strip(), self.normalisers):
            form = mapped.text.strip()
            if form:
                start = mapped.text.index(form)
                runs = mapped.runs[start : start + len(form)] if mapped.runs is not None else None
                self._forms[form].append(_Needle(phrase, runs, "'" in phrase or "’" in phrase))
        if "strip_punct" in self.normalisers and " " in phrase.strip():
            self._add_joined(phrase)

    def _add_joined(self, phrase: str) -> None:
        """Take a phrase as one word too, for those who write "shut-up" or "s h u t u p"."""
        joined = "".join(phrase.split())
        for mapped in normalise(joined, self.normalisers):
            signs = len(phrase.split()) - 1
            self._forms[mapped.text].append(_Needle(phrase, mapped.runs, "'" in phrase or "’" in phrase, signs))

    def _check(self, mapped: Mapped, start: int, form: str, found: dict[str, set[Span]]) -> None:
        end = start + len(form)
        if not (mapped.is_edge(start) and mapped.is_edge(end)):
            return
        first, last = span = mapped.span(start, end)
        if mapped.is_leet and not _is_word_with_numbers(mapped.original[first:last]):
            return
        signs, has_apostrophe = mapped.separators(start, end) if last - first > len(form) else (0, False)
        for needle in self._forms[form]:
            if has_apostrophe and not needle.has_apostrophe and signs < _SIGNS_WITH_APOSTROPHE:
                continue
            if signs < needle.least_signs:
                continue
            if needle.runs is None or mapped.runs is None or is_stretched(mapped.runs[start:end], needle.runs):
                found[needle.phrase].add(span)


def _is_word_with_numbers(words: str) -> bool:
    numbers = sum(map(str.isdigit, words))
    return not numbers or sum(not char.isdigit() for char in words) >= _LETTERS_BESIDE_NUMBERS
