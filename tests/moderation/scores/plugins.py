"""Plug-ins for tests: one that works, and one for everything that can go wrong."""

from __future__ import annotations

import threading
from typing import ClassVar

from django.utils.translation import gettext_noop

from discussions.models import Comment
from moderation.rules.facts import Facts, Key
from moderation.scores.protocol import Reason, Signal


class Loud:
    """Says how loud a text is."""

    name = "loud"
    label = "Loudness"
    asks: ClassVar[tuple[Key, ...]] = (("depth", ()),)

    def score(self, facts: Facts) -> Signal:
        """Return the share of capitals, with the first word that has one."""
        own = facts.reading.own
        share = sum(map(str.isupper, own)) / max(len(own), 1)
        first = next((word for word in own.split() if word.isupper()), "")
        start = own.find(first)
        reason = Reason(gettext_noop("the word “%(words)s”"), first)
        depth = facts.get(("depth", ()))
        return Signal(self.name, share, (reason,), ((start, start + len(first)),), f"at depth {depth}")


class Failing:
    """Always fails."""

    name = "failing"

    def score(self, facts: Facts) -> Signal:
        """Raise."""
        raise RuntimeError("out of order")


class Quick(Loud):
    """Says the same, and notes which thread asked."""

    name = "quick"
    is_quick = True
    asked_by: ClassVar[list[int]] = []

    def score(self, facts: Facts) -> Signal:
        """Return the share of capitals."""
        self.asked_by.append(threading.get_ident())
        return super().score(facts)


class QuickFailing(Failing):
    """Fails in the thread of the request."""

    name = "quick_failing"
    is_quick = True


class Slow:
    """Answers only when it is let go."""

    name = "slow"
    seconds = 0.02
    may_go = threading.Event()

    def score(self, facts: Facts) -> Signal:
        """Wait."""
        self.may_go.wait(20)
        return Signal(self.name, 1.0)


class Greedy:
    """Says two, and that it is somebody else."""

    name = "greedy"

    def score(self, facts: Facts) -> Signal:
        """Return a value that is none."""
        return Signal(self.name, 2.0)


class Silent:
    """Has nothing to say."""

    name = "silent"

    def score(self, facts: Facts) -> None:
        """Return nothing."""


class BadQuery:
    """Breaks the transaction while it prepares."""

    name = "bad_query"

    def prepare(self) -> None:
        """Ask for a table that is not there."""
        list(Comment.objects.raw("SELECT id FROM nowhere"))

    def score(self, facts: Facts) -> Signal:
        """Return something that nobody hears."""
        return Signal(self.name, 0.0)


class NotMade:
    """Cannot even be made."""

    name = "not_made"

    def __init__(self) -> None:
        raise RuntimeError("no")

    def score(self, facts: Facts) -> None:
        """Return nothing."""
