"""What the plug-ins have said of a draft, on its way to the rules and into the row of the comment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from discussions.screening import Draft
from moderation.fingerprints import Print
from moderation.scores.protocol import Signal


class Trouble(StrEnum):
    """Why a plug-in has said nothing that counts."""

    NONE = ""
    FAILED = "failed"
    SLOW = "slow"
    #: It has failed again and again and is left alone for a moment, or too many of its answers are outstanding.
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one plug-in said; with a trouble, the value is not known."""

    signal: Signal
    trouble: Trouble = Trouble.NONE
    #: Its spans with the words there.
    places: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that `signal_screen.SignalsScreen` has found out about a draft."""

    answers: tuple[Answer, ...] = ()
    #: None for a text that is too short to compare.
    print: Print | None = None

    def value(self, name: str) -> float | None:
        """Return the score of this name, None when it is not known."""
        return next((answer.signal.value for answer in self.answers if answer.signal.name == name), None)


def heard_of(draft: Draft) -> Heard | None:
    """Return what was heard of a draft; None when nobody has asked, or asking failed."""
    return next((finding for finding in draft.findings if isinstance(finding, Heard)), None)
