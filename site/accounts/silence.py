"""Who gets no mail about comments, as apps above us know it: a ban is made up there and matters down here."""

from __future__ import annotations

from collections.abc import Callable

from accounts.participants import Participant

#: Says whether this person is to be left alone.
Rule = Callable[[Participant], bool]

_RULES: list[Rule] = []


def silences(rule: Rule) -> Rule:
    """Register a rule; it is asked just before a mail about comments is sent. Registering it again changes nothing."""
    if rule not in _RULES:
        _RULES.append(rule)
    return rule


def is_silenced(person: Participant) -> bool:
    """Return whether any rule says so: as many queries as there are rules."""
    return any(rule(person) for rule in _RULES)
