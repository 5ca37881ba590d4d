"""What is known of a comment. What is not known is None, never nought, and a rule that asks for it is in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from moderation.rules.reading import Reading

#: A field with what it was told, such as ("removed_rate", (("days", 90),)).
Key = tuple[str, tuple[tuple[str, Any], ...]]
Value = str | float | bool | tuple[str, ...] | None

_WORD = re.compile(r"\w[\w'’-]*")
_MENTION = re.compile(r"(?<![\w@./])@[\w][\w.-]{1,59}")
_EMOJI = re.compile("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55]")
_QUESTIONS = re.compile("[?؟？;]")
#: Below so many letters or words, a share says nothing.
FEW_LETTERS, FEW_WORDS = 10, 5
#: Words like "you" by language; of another language the share is not known.
YOU = {
    "en": "you your yours yourself u ur you're you'd you'll you've", "de": "du dich dir dein deine deinen ihr euch",
    "es": "tú te ti tu tus vos usted ustedes", "fr": "tu te toi ton ta tes vous votre vos",
    "it": "tu te ti tuo tua voi", "pt": "tu te ti você vocês teu tua", "nl": "jij je jou jouw jullie u uw",
    "ar": "أنت انت أنتم انتم لك عليك",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """A comment about to be judged."""

    #: "post", "edit" or "report".
    event: str
    now: datetime
    reading: Reading
    language: str = ""
    #: What an edit has added, as long as the text; None for a new comment.
    added: str | None = None
    #: What only a database knows, by key. What is not here is unknown.
    given: Mapping[Key, Value] = field(default_factory=dict)
    #: Written by staff, or read by a person as it is: the rules have nothing to say.
    is_exempt: bool = False

    def get(self, key: Key) -> Value:
        """Return what is known under `key`, or None."""
        ask = _FROM_TEXT.get(key[0])
        return ask(self) if ask else self.given.get(key)


@cache
def _you(language: str) -> frozenset[str]:
    return frozenset(YOU[language].split()) if language in YOU else frozenset()


def _words(facts: Facts) -> list[str]:
    return _WORD.findall(facts.reading.own)


def _share(part: int, whole: int, few: int = 1) -> float | None:
    return part / whole if whole >= few else None


def _caps(facts: Facts) -> float | None:
    letters = [char for char in facts.reading.own if char.isupper() or char.islower()]
    return _share(sum(map(str.isupper, letters)), len(letters), FEW_LETTERS)


def _symbols(facts: Facts) -> float | None:
    signs = [char for char in facts.reading.own if not char.isspace()]
    return _share(sum(not char.isalnum() for char in signs), len(signs))


def _longest_run(facts: Facts) -> int:
    runs: Iterable[int] = (len(list(run)) for char, run in groupby(facts.reading.own) if not char.isspace())
    return max(runs, default=0)


def _second_person(facts: Facts) -> float | None:
    you = _you(facts.language)
    words = [word.casefold().replace("’", "'") for word in _words(facts)]
    return _share(sum(word in you for word in words), len(words), FEW_WORDS) if you else None


def _quoted(facts: Facts) -> float | None:
    def signs(text: str) -> int:
        return sum(not char.isspace() for char in text)

    whole = signs(facts.reading.text)
    return _share(whole - signs(facts.reading.own), whole)


_FROM_TEXT: dict[str, Any] = {
    "text": lambda facts: facts.reading.text,
    "text_without_quotes": lambda facts: facts.reading.own,
    "text_added": lambda facts: facts.added,
    "link_domain": lambda facts: facts.reading.link_domains,
    "link_text": lambda facts: facts.reading.link_texts,
    "length": lambda facts: len(" ".join(facts.reading.own.split())),
    "words": lambda facts: len(_words(facts)),
    "caps_ratio": _caps,
    "symbol_ratio": _symbols,
    "repeat_run": _longest_run,
    "links": lambda facts: max(len(facts.reading.link_texts), len(facts.reading.link_domains)),
    "mentions": lambda facts: len(set(_MENTION.findall(facts.reading.own))),
    "quotes_share": _quoted,
    "emoji": lambda facts: len(_EMOJI.findall(facts.reading.own)),
    "questions": lambda facts: len(_QUESTIONS.findall(facts.reading.own)),
    "second_person_share": _second_person,
    "language": lambda facts: facts.language or None,
}
#: Fields that the text alone answers.
FROM_TEXT = frozenset(_FROM_TEXT)
