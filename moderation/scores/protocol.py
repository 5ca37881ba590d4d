"""What a plug-in has to be, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext

from moderation.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a plug-in says what it says, in a few plain words.

    `text` is English, marked with `gettext_noop`: it is kept with the comment and translated when it is read. Where it
    has `%(words)s`, the words of the comment stand.
    """

    text: str
    words: str = ""

    def __str__(self) -> str:
        return said(self.text, self.words)


def said(text: str, words: str) -> str:
    """Return the text of a reason in the active language, with the words in it."""
    return gettext(text) % {"words": words} if "%(words)s" in text else gettext(text)


@dataclass(frozen=True, slots=True)
class Signal:
    """What a plug-in says of one comment."""

    #: By which rules ask for it: a small letter, then small letters, digits or `_`, at most thirty.
    name: str
    #: From 0 to 1; None: it cannot say.
    value: float | None
    reasons: tuple[Reason, ...] = ()
    #: Where in `Facts.reading.own` it saw what, first and behind the last.
    spans: tuple[tuple[int, int], ...] = ()
    #: Of the plug-in and what it has learned: kept with the comment.
    version: str = ""


class Scorer(Protocol):
    """What `settings.COMMENT_SIGNALS` names. One is made for each comment, without arguments.

    It may have also: `seconds`, the time that `score` may take (`settings.SIGNAL_SECONDS` without it); `asks`, the
    fields of rules that it wants to be told (those of the text are always there); `prepare()`, which is called first,
    in the thread of the request, and may ask the database; and `is_quick`, for one that waits for nothing and takes
    milliseconds for the longest text: it is asked in the thread of the request, and has no time of its own.
    """

    name: str

    def score(self, facts: Facts) -> Signal | None:
        """Return what it makes of the comment, None for nothing to say.

        Called in a thread of its own, unless it is quick; nobody waits for that when its time is up. It must not ask
        the database.
        """
        ...


def seconds_of(scorer: Scorer, default: float) -> float:
    """Return how long a plug-in may take, in seconds."""
    given: Any = getattr(scorer, "seconds", default)
    return float(given)
