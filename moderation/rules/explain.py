"""A rule in plain words, for whoever wrote it and for whoever wonders."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from moderation.rules.language import Action, All, Condition, Definition, Leaf, Not, OneOf
from moderation.rules.vocabulary import (
    ACTIONS,
    COUNT_BY,
    DEFAULT_NORMALISERS,
    EVENTS,
    FIELDS,
    NORMALISERS,
    OPERATORS,
    Kind,
)

#: Of a long list, the words that are named.
NAMED = 8


def sentences(definition: Definition) -> list[tuple[int, str]]:
    """Return the rule as lines with the depth that each is indented by."""
    events = ", ".join(str(EVENTS[name]) for name in definition.applies_to)
    lines = [(0, _("A comment is looked at %(when)s. The rule fits if:") % {"when": events})]
    lines += _lines(definition.when, 1)
    if definition.unless is not None:
        lines += [(0, _("Unless:")), *_lines(definition.unless, 1)]
    lines += [(0, _("Then:")), *((1, action_words(action)) for action in definition.then)]
    return lines


def limits(definition: Definition) -> list[tuple[int, str]]:
    """Return what else there is to say of it: its name, its guideline, its limits."""
    said = [
        (_("Name: %(words)s"), definition.title), (_("Guideline: %(words)s"), definition.guideline),
        (_("Priority: %(words)s"), definition.priority),
        (_("Most hits in an hour: %(words)s"), definition.max_per_hour),
        (_("Most hits, in percent of all comments: %(words)s"), definition.max_share and 100 * definition.max_share),
        (_("Last day: %(words)s"), definition.expires_on), (_("Why there is this rule: %(words)s"), definition.note),
    ]  # fmt: skip
    return [(0, words % {"words": value}) for words, value in said if value not in ("", None)]


def _lines(condition: Condition, depth: int) -> Iterator[tuple[int, str]]:
    if isinstance(condition, Leaf):
        yield depth, leaf_words(condition)
    elif isinstance(condition, Not):
        part = condition.part
        yield depth, _("none of these is so:") if isinstance(part, OneOf) else _("this is not so:")
        for inner in part.parts if isinstance(part, OneOf) else (part,):
            yield from _lines(inner, depth + 1)
    elif len(condition.parts) == 1:
        yield from _lines(condition.parts[0], depth)
    else:
        yield depth, _("all of these are so:") if isinstance(condition, All) else _("at least one of these is so:")
        for part in condition.parts:
            yield from _lines(part, depth + 1)


def leaf_words(leaf: Leaf) -> str:
    """Return one comparison in words."""
    field = FIELDS[leaf.field]
    subject = str(field.label) + _told(leaf)
    if field.kind == Kind.YES_NO:
        return subject if leaf.value else _("it is not so that %(what)s") % {"what": subject}
    words = f"{subject} {OPERATORS[leaf.op].label} {_value(leaf)}"
    more = [str(NORMALISERS[name]) for name in NORMALISERS if name in leaf.normalisers - DEFAULT_NORMALISERS]
    return f"{words} ({'; '.join(more)})" if more and leaf.reads_text else words


def action_words(action: Action) -> str:
    """Return what an action does in words."""
    label = str(ACTIONS[action.name].label)
    return f"{label}: {action.argument}" if action.argument != "" else label


def _told(leaf: Leaf) -> str:
    words = {
        "days": _("in %(n)s days"), "hours": _("in %(n)s hours"), "n": _("in the last %(n)s comments"),
        "name": "%(n)s",
        "guideline": _("under guideline “%(n)s”"),
    }  # fmt: skip
    parts = [
        ", ".join(str(COUNT_BY[by]) for by in value) if name == "by" else words[name] % {"n": value}
        for name, value in leaf.told
        if value != ""
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _figure(leaf: Leaf, value: float) -> str:
    return _("%(n)g percent") % {"n": 100 * value} if FIELDS[leaf.field].kind == Kind.SHARE else f"{value:g}"


def _value(leaf: Leaf) -> str:
    answers = {code: str(label) for code, label in FIELDS[leaf.field].answers}
    if answers:
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        return ", ".join(f"“{answers.get(str(value), value)}”" for value in values)
    if not isinstance(leaf.value, tuple):
        return f"“{leaf.value}”" if isinstance(leaf.value, str) else _figure(leaf, leaf.value)
    if leaf.op == "between":
        least, most = (_figure(leaf, value) for value in leaf.value)
        return _("%(least)s and %(most)s") % {"least": least, "most": most}
    named = ", ".join(f"“{word}”" for word in leaf.value[:NAMED])
    more = len(leaf.value) - NAMED
    return named if more <= 0 else _("%(named)s and %(n)d more") % {"named": named, "n": more}
