"""A rule as a tree of typed parts: what `rules.parse` makes of validated JSON, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moderation.rules.facts import Key
from moderation.rules.vocabulary import (
    ACTIONS,
    DEFAULT_EVENTS,
    DEFAULT_NORMALISERS,
    FIELDS,
    FINDS_WORDS,
    NORMALISERS,
    Effect,
    Kind,
)

#: JSON as Python has it.
Json = Any


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field, an operator and what to compare with; `told` is what the field asks for."""

    field: str
    op: str
    value: str | float | bool | tuple[Any, ...]
    told: tuple[tuple[str, Any], ...] = ()
    normalisers: frozenset[str] = DEFAULT_NORMALISERS

    @property
    def key(self) -> Key:
        """Return under what the facts know it."""
        return self.field, self.told

    @property
    def reads_text(self) -> bool:
        """Return whether normalisers matter to it."""
        return FIELDS[self.field].kind in (Kind.TEXT, Kind.TEXTS)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Return the words and phrases that it looks for, if it looks for any."""
        if self.op not in FINDS_WORDS:
            return ()
        return self.value if isinstance(self.value, tuple) else (str(self.value),)


@dataclass(frozen=True, slots=True)
class All:
    """Every part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is not true."""

    part: Condition


Condition = Leaf | All | OneOf | Not


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do, and what it is told."""

    name: str
    argument: str | int = ""

    @property
    def effect(self) -> Effect:
        """Return what readers see of it."""
        return ACTIONS[self.name].effect


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a rule, whole."""

    title: str
    when: Condition
    then: tuple[Action, ...]
    unless: Condition | None = None
    #: The slug of the guideline that it stands for; empty for none.
    guideline: str = ""
    priority: int = 50
    applies_to: tuple[str, ...] = DEFAULT_EVENTS
    #: Hits after which it pauses itself; None: no limit.
    max_per_hour: int | None = None
    #: Share of all comments of a day after which it pauses itself.
    max_share: float | None = None
    #: The last day on which it applies, as in 2026-12-31; empty: for ever.
    expires_on: str = ""
    note: str = field(default="", compare=True)

    @property
    def effect(self) -> Effect:
        """Return what readers see of it; the form allows one such action."""
        return next((action.effect for action in self.then if action.effect != Effect.NONE), Effect.NONE)

    @property
    def restrains(self) -> bool:
        """Return whether somebody cannot write as before because of it: it holds, slows, closes, or reads first."""
        holds = self.effect in (Effect.HOLD, Effect.REJECT_SPAM)
        return holds or any(ACTIONS[action.name].lasts for action in self.then)

    def leaves(self) -> Iterator[Leaf]:
        """Yield every comparison in it, in the order of reading."""
        yield from leaves_of(self.when)
        if self.unless is not None:
            yield from leaves_of(self.unless)


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """Yield the comparisons of a condition, in the order of reading."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Not):
        yield from leaves_of(condition.part)
    else:
        for part in condition.parts:
            yield from leaves_of(part)


def to_json(definition: Definition) -> dict[str, Json]:
    """Return the definition as JSON, without what is as it would be anyway; `parse.parse` reads it back."""
    optional: dict[str, Json] = {
        "guideline": definition.guideline, "unless": definition.unless and _condition(definition.unless),
        "expires_on": definition.expires_on, "note": definition.note, "budget": _budget(definition),
    }  # fmt: skip
    return {
        "title": definition.title,
        "priority": definition.priority,
        "applies_to": list(definition.applies_to),
        "when": _condition(definition.when),
        "then": [
            {action.name: action.argument} if action.argument != "" else action.name for action in definition.then
        ],
        **{name: value for name, value in optional.items() if value},
    }


def _budget(definition: Definition) -> dict[str, Json]:
    budget = {"max_per_hour": definition.max_per_hour, "max_share": definition.max_share}
    return {name: value for name, value in budget.items() if value is not None}


def _condition(condition: Condition) -> Json:
    if isinstance(condition, Leaf):
        return _leaf(condition)
    if isinstance(condition, Not):
        return {"not": _condition(condition.part)}
    return {"all" if isinstance(condition, All) else "any": [_condition(part) for part in condition.parts]}


def _leaf(leaf: Leaf) -> Json:
    value = list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value
    result: dict[str, Json] = {"field": leaf.field, "op": leaf.op, "value": value}
    told = {name: list(value) if isinstance(value, tuple) else value for name, value in leaf.told}
    if told:
        result["of"] = told
    if leaf.reads_text and leaf.normalisers != DEFAULT_NORMALISERS:
        result["with"] = [name for name in NORMALISERS if name in leaf.normalisers]
    return result
