"""Questions before the fact: screens say whether a comment is shown at once.

`settings.COMMENT_SCREENS` names classes by dotted path. The actions ask every one of them inside the transaction that
would publish the text, so a screen must be quick and must not talk to other services.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.participants import Participant
from discussions.models import Article, Comment

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be written."""

    article: Article
    parent: Comment | None
    by: Participant
    text: str
    html: str
    #: The comment that is edited, None for a new one.
    editing: Comment | None = None
    #: The author has read the nudge and wants to post anyway.
    insists: bool = False
    #: Where it is sent from, as `core.requests.client_network` gives it; empty when nobody knows. Not to be kept so.
    network: str = ""
    #: What screens want to be told again when the comment is written, with `comment_written`.
    findings: list[object] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Allow:
    """Nothing to say."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """Ask the author to think again; `message` is shown above the kept text. Insisting holds the comment."""

    message: str
    #: The words of the text that it is about, as they stand there.
    words: tuple[str, ...] = ()
    #: A page that says more, and what the link to it is called.
    link: str = ""
    link_words: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Save it, show it to its author and staff only; `reason` is told to the author."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not save it; `message` is shown above the kept text."""

    message: str


Verdict = Allow | Nudge | Hold | Refuse

_STRENGTH: dict[type, int] = {Allow: 0, Nudge: 1, Hold: 2, Refuse: 3}


class Screen(Protocol):
    """What `settings.COMMENT_SCREENS` names.

    A screen that has also `may_take_part(by) -> Refuse | None` is asked before every vote. One that `guards` has to
    answer: when it fails, the comment is held.
    """

    def screen(self, draft: Draft) -> Verdict:
        """Return what to do with `draft`."""
        ...


def ask_screens(draft: Draft) -> Verdict:
    """Return the strongest verdict of all screens; one that fails is logged, and holds if it guards."""
    return strongest(_ask(name, draft) for name in settings.COMMENT_SCREENS)


def strongest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the first of the strongest verdicts: refuse, hold, nudge, allow."""
    return max(verdicts, key=lambda verdict: _STRENGTH[type(verdict)], default=Allow())


def refusal_to_take_part(by: Participant) -> Refuse | None:
    """Return why this person may not vote, in the words of the first screen that says so; None lets them."""
    refusals = (_ask_part(name, by) for name in settings.COMMENT_SCREENS)
    return next((refusal for refusal in refusals if refusal), None)


def _ask_part(name: str, by: Participant) -> Refuse | None:
    ask: Callable[[Participant], Refuse | None] | None = getattr(import_string(name)(), "may_take_part", None)
    if ask is None:
        return None
    try:
        return ask(by)
    except Exception:
        log.exception("screen failed", extra={"screen": name})
        return None


def _ask(name: str, draft: Draft) -> Verdict:
    screen: Screen = import_string(name)()
    try:
        return screen.screen(draft)
    except Exception:
        log.exception("screen failed", extra={"screen": name})
        # Not known is not allowed: a discussion where everything is read first stays one.
        return Hold("") if getattr(screen, "guards", False) else Allow()
