"""JSON that somebody wrote, as a rule: everything that is wrong with it is said at once, in words, with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from moderation.rules import patterns
from moderation.rules.checks import Checks, NotARule, Problem
from moderation.rules.language import Action, All, Condition, Definition, Json, Leaf, Not, OneOf
from moderation.rules.normalise import normalise
from moderation.rules.vocabulary import (
    ACTIONS,
    ARGUMENT_LENGTHS,
    ASK_LIMITS,
    COUNT_BY,
    DEFAULT_EVENTS,
    DEFAULT_NORMALISERS,
    EVENTS,
    FIELDS,
    FINDS_WORDS,
    MOST_OF,
    NORMALISERS,
    OPERATORS,
    TAG_LENGTH,
    Effect,
    Field,
    Kind,
    Takes,
)

__all__ = ["NotARule", "Problem", "parse"]

DEEPEST, MOST_LEAVES, MOST_ACTIONS = 8, 200, 10
MOST_PHRASES, PHRASE_LENGTH, TITLE_LENGTH, NOTE_LENGTH = 5000, 100, 120, 500
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_KEYS = {
    "title", "guideline", "priority", "applies_to", "when", "unless", "then", "budget", "expires_on", "note",
}  # fmt: skip


def parse(data: Json) -> Definition:
    """Return the rule that `data` says. Raises `NotARule` with everything that is wrong."""
    reader = _Reader()
    definition = reader.definition(data)
    if reader.problems or definition is None:
        raise NotARule(reader.problems)
    return definition


class _Reader(Checks):
    """Reads on after a mistake, so that somebody who writes a rule sees all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.leaves = 0

    def definition(self, data: Json) -> Definition | None:
        if not isinstance(data, Mapping):
            self.wrong("", _("A rule is a list of names with values."))
            return None
        self.unknown("", data, _KEYS)
        when = self.condition("when", data.get("when"), 1)
        unless = self.condition("unless", data["unless"], 1) if data.get("unless") is not None else None
        then = self.actions(data.get("then"))
        title = self.line("title", data.get("title", ""), TITLE_LENGTH)
        if not title:
            self.wrong("title", _("Please give it a title."))
        budget = data.get("budget") or {}
        if not isinstance(budget, Mapping):
            self.wrong("budget", _("This is a list of names with values."))
            budget = {}
        self.unknown("budget", budget, {"max_per_hour", "max_share"})
        rest: dict[str, Any] = {
            "guideline": self.line("guideline", data.get("guideline", ""), ARGUMENT_LENGTHS["guideline"]),
            "priority": self.whole("priority", data.get("priority", 50), 0, 100),
            "applies_to": self.events(data.get("applies_to", list(DEFAULT_EVENTS))),
            "max_per_hour": self.optional(self.whole, "budget.max_per_hour", budget.get("max_per_hour"), 1, 100_000),
            "max_share": self.optional(self.number, "budget.max_share", budget.get("max_share"), 0.001, 1),
            "expires_on": self.day(data.get("expires_on", "")),
            "note": self.line("note", data.get("note", ""), NOTE_LENGTH),
        }
        if when is None:
            return None
        definition = Definition(title=title, when=when, unless=unless, then=then, **rest)
        self.fits_together(definition)
        return definition

    def fits_together(self, definition: Definition) -> None:
        """Say where two parts, right by themselves, do not go together."""
        if "report" in definition.applies_to and definition.effect in (Effect.NUDGE, Effect.ASK_EDIT):
            self.wrong(
                "applies_to", _("A hint comes before posting. When a comment is reported, it is too late for one.")
            )
        if not definition.guideline and any(action.name == "premoderate_author" for action in definition.then):
            self.wrong("guideline", _("Please choose the guideline: the author is told what they have gone against."))

    def condition(self, path: str, data: Json, depth: int) -> Condition | None:
        if depth > DEEPEST:
            self.wrong(path, _("Conditions can stand in each other %(n)d deep.") % {"n": DEEPEST})
        elif not isinstance(data, Mapping) or not data:
            self.wrong(path, _("Please say what has to be true."))
        elif "field" in data:
            return self.leaf(path, data)
        elif len(data) != 1 or next(iter(data)) not in ("all", "any", "not"):
            self.wrong(path, _("A condition is “all”, “any”, “not”, or a field with “op” and “value”."))
        elif "not" in data:
            part = self.condition(f"{path}.not", data["not"], depth + 1)
            return Not(part) if part else None
        else:
            return self.several(path, data, depth)
        return None

    def several(self, path: str, data: Mapping[str, Json], depth: int) -> Condition | None:
        name, parts = next(iter(data.items()))
        if not isinstance(parts, list) or not parts:
            self.wrong(f"{path}.{name}", _("Please put at least one condition in it."))
            return None
        read = [self.condition(f"{path}.{name}.{i}", part, depth + 1) for i, part in enumerate(parts)]
        kept = tuple(part for part in read if part is not None)
        return All(kept) if name == "all" else OneOf(kept)

    def leaf(self, path: str, data: Mapping[str, Json]) -> Leaf | None:
        self.unknown(path, data, {"field", "op", "value", "of", "with"})
        self.leaves += 1
        if self.leaves == MOST_LEAVES + 1:
            self.wrong(path, _("A rule has at most %(n)d comparisons.") % {"n": MOST_LEAVES})
        name, op = str(data["field"]), str(data.get("op", ""))
        field = FIELDS.get(name)
        if field is None:
            self.wrong(f"{path}.field", _("There is no field “%(name)s”.") % {"name": name[:60]})
            return None
        if op not in OPERATORS or field.kind not in OPERATORS[op].kinds:
            self.wrong(f"{path}.op", _("This field cannot be compared with “%(op)s”.") % {"op": op[:60]})
            return None
        value = self.value(f"{path}.value", field, op, data.get("value"))
        normalisers = self.normalisers(f"{path}.with", data.get("with"))
        if op in FINDS_WORDS and value is not None:
            self.visible(f"{path}.value", value, normalisers)
        told = self.told(f"{path}.of", field, data.get("of") or {})
        return None if value is None else Leaf(name, op, value, told, normalisers)

    def value(self, path: str, field: Field, op: str, value: Json) -> Any:
        takes = OPERATORS[op].takes
        if field.kind == Kind.YES_NO:
            if not isinstance(value, bool):
                self.wrong(path, _("This is yes or no."))
                return None
            return value
        one = self.name(field) if field.kind in (Kind.TEXT, Kind.TEXTS, Kind.NAME) else self.amount(field)
        if takes == Takes.ONE:
            return self.pattern(path, value) if op == "matches" else one(path, value)
        if not isinstance(value, list) or not value or len(value) > MOST_PHRASES:
            self.wrong(path, _("This is a list of 1 to %(n)d.") % {"n": MOST_PHRASES})
            return None
        if takes == Takes.PAIR and len(value) != 2:
            self.wrong(path, _("Please give the smallest and the largest."))
            return None
        read: list[Any] = [one(f"{path}.{i}", item) for i, item in enumerate(value)]
        if takes == Takes.PAIR and None not in read and read[0] > read[1]:
            self.wrong(path, _("The smallest comes first."))
        return tuple(item for item in read if item is not None)

    def amount(self, field: Field) -> Callable[[str, Json], float | None]:
        most = 1 if field.kind == Kind.SHARE else 1_000_000
        return lambda path, value: self.number(path, value, 0, most)

    def name(self, field: Field) -> Callable[[str, Json], str | None]:
        known = {code for code, _label in field.answers}

        def read(path: str, value: Json) -> str | None:
            phrase = self.phrase(path, value)
            if phrase is not None and known and phrase not in known:
                self.wrong(path, _("This is one of: %(names)s.") % {"names": ", ".join(sorted(known))})
            return phrase

        return read

    def phrase(self, path: str, value: Json) -> str | None:
        if not isinstance(value, str) or not value.strip():
            self.wrong(path, _("Please write something to look for."))
            return None
        return self.line(path, value, PHRASE_LENGTH)

    def visible(self, path: str, value: Json, normalisers: frozenset[str]) -> None:
        for phrase in value if isinstance(value, tuple) else (value,):
            if not any(mapped.text.strip() for mapped in normalise(phrase, normalisers)):
                self.wrong(path, _("Nothing is left of “%(words)s” to look for.") % {"words": phrase})

    def pattern(self, path: str, value: Json) -> str | None:
        if not isinstance(value, str) or not value:
            self.wrong(path, _("Please write a pattern."))
            return None
        try:
            patterns.compiled(value)
        except patterns.BadPattern as error:
            self.wrong(path, str(error))
            return None
        return value

    def told(self, path: str, field: Field, data: Json) -> tuple[tuple[str, Any], ...]:
        if not isinstance(data, Mapping):
            self.wrong(path, _("This is a list of names with values."))
            return ()
        self.unknown(path, data, {name for name, _default in field.asks})
        told: list[tuple[str, Any]] = []
        for name, default in field.asks:
            given = data.get(name, default)
            if name == "by":
                told.append((name, self.count_by(f"{path}.by", given)))
            elif name == "name":
                told.append((name, self.code(f"{path}.name", given)))
            elif name == "guideline":
                told.append((name, self.line(f"{path}.guideline", given, ARGUMENT_LENGTHS["guideline"])))
            else:
                told.append((name, self.whole(f"{path}.{name}", given, *ASK_LIMITS[name])))
        return tuple(told)

    def count_by(self, path: str, given: Json) -> tuple[str, ...]:
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, list) or not names or not all(name in COUNT_BY for name in map(str, names)):
            self.wrong(path, _("Comments are counted by: %(names)s.") % {"names": ", ".join(COUNT_BY)})
            return ()
        return tuple(name for name in COUNT_BY if name in names)

    def code(self, path: str, given: Json) -> str:
        if not isinstance(given, str) or not _CODE.fullmatch(given):
            self.wrong(path, _("This is the short name of a plug-in: small letters, digits and “_”."))
            return ""
        return given

    def normalisers(self, path: str, given: Json) -> frozenset[str]:
        if given is None:
            return DEFAULT_NORMALISERS
        if not isinstance(given, list) or not all(isinstance(name, str) and name in NORMALISERS for name in given):
            self.wrong(path, _("This is a list of: %(names)s.") % {"names": ", ".join(NORMALISERS)})
            return DEFAULT_NORMALISERS
        return frozenset(given)

    def actions(self, given: Json) -> tuple[Action, ...]:
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_ACTIONS:
            self.wrong("then", _("Please say what the rule does: 1 to %(n)d things.") % {"n": MOST_ACTIONS})
            return ()
        read = [action for i, item in enumerate(given) if (action := self.action(f"then.{i}", item))]
        if sum(action.effect != Effect.NONE for action in read) > 1:
            self.wrong("then", _("A rule holds, hints or asks: please choose one of them."))
        if len({action.name for action in read}) < len(read):
            self.wrong("then", _("A rule does each thing once."))
        return tuple(read)

    def action(self, path: str, item: Json) -> Action | None:
        name, given = next(iter(item.items())) if isinstance(item, Mapping) and len(item) == 1 else (item, "")
        kind = ACTIONS.get(name) if isinstance(name, str) else None
        if kind is None:
            self.wrong(path, _("There is no action “%(name)s”.") % {"name": str(name)[:60]})
            return None
        if not kind.argument:
            return Action(name)
        if kind.argument in MOST_OF:
            return Action(name, self.whole(path, given, 1, MOST_OF[kind.argument]))
        words = self.line(path, given, TAG_LENGTH if name == "tag" else ARGUMENT_LENGTHS[kind.argument])
        if not words:
            self.wrong(path, _("Please write what it says."))
        return Action(name, words)

    def events(self, given: Json) -> tuple[str, ...]:
        if (
            not isinstance(given, list)
            or not given
            or not all(isinstance(name, str) and name in EVENTS for name in given)
        ):
            self.wrong("applies_to", _("This is a list of: %(names)s.") % {"names": ", ".join(EVENTS)})
            return ()
        return tuple(name for name in EVENTS if name in given)
