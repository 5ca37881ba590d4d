"""The conditions of a rule as a form: groups in groups, and back. Every button posts the whole form, and it comes back.

A node is named by its place: `when` is the group at the top, `when-0` its first part. A group is "all", "any" or "none"
of its parts, so that nobody has to write "not".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from discussions.models import Section
from moderation.rules.language import Json
from moderation.rules.vocabulary import (
    ASK_LIMITS,
    ASKS_WORDS,
    COUNT_BY,
    DEFAULT_NORMALISERS,
    FIELDS,
    GROUP_LABELS,
    NORMALISERS,
    OPERATORS,
    Group,
    Kind,
    Takes,
    Words,
)
from moderation.scores.asking import labels

GROUPS = ("all", "any", "none")
#: More parts than the language takes are not read: a forged form must not cost much.
MOST_PARTS, DEEPEST = 60, 8
SECTIONS_OFFERED = 200


@dataclasses.dataclass(slots=True)
class Node:
    """A group of conditions, or one comparison, as it stands in the form."""

    name: str
    kind: str = "leaf"
    parts: list[Node] = dataclasses.field(default_factory=list)
    field: str = "text_without_quotes"
    op: str = "has_any"
    value: str = ""
    told: dict[str, Any] = dataclasses.field(default_factory=dict)
    normalisers: frozenset[str] = DEFAULT_NORMALISERS
    problems: list[str] = dataclasses.field(default_factory=list)
    #: Where the reader goes on: what was just added, or where something was taken away.
    is_here: bool = False

    @property
    def is_group(self) -> bool:
        """Return whether it holds others."""
        return self.kind != "leaf"

    @property
    def asks(self) -> list[tuple[str, Any]]:
        """Return what its field has to be told, with what it was told."""
        known = FIELDS.get(self.field)
        return [(name, self.told.get(name, default)) for name, default in (known.asks if known else ())]

    @property
    def reads_text(self) -> bool:
        """Return whether disguises matter."""
        return self.kind_of_value in (Kind.TEXT, Kind.TEXTS)

    @property
    def kind_of_value(self) -> Kind:
        """Return what its field is compared with."""
        return FIELDS[self.field].kind if self.field in FIELDS else Kind.TEXT

    @property
    def operators(self) -> list[tuple[str, Words]]:
        """Return the operators that suit its field."""
        return [(name, one.label) for name, one in OPERATORS.items() if self.kind_of_value in one.kinds]

    @property
    def control(self) -> str:
        """Return how its value is typed: yes_no, answer, answers, number, pair, lines or line."""
        takes = OPERATORS[self.op].takes if self.op in OPERATORS else Takes.ONE
        if self.kind_of_value == Kind.YES_NO:
            return "yes_no"
        if self.answers:
            return "answers" if takes == Takes.MANY else "answer"
        if self.kind_of_value in (Kind.NUMBER, Kind.SHARE):
            return "pair" if takes == Takes.PAIR else "number"
        return "lines" if takes == Takes.MANY else "line"

    @property
    def answers(self) -> tuple[tuple[str, Words], ...]:
        """Return all that its field can be, where that is a handful."""
        return FIELDS[self.field].answers if self.field in FIELDS else ()

    @property
    def is_share(self) -> bool:
        """Return whether its value is typed in percent."""
        return self.kind_of_value == Kind.SHARE

    @property
    def lines(self) -> list[str]:
        """Return what was typed, line by line; of a pair, both."""
        found = self.value.split() if self.control == "pair" else self.value.splitlines()
        return [*found, "", ""][:2] if self.control == "pair" else found

    @property
    def rows(self) -> int:
        """Return how many lines its box shows."""
        return min(max(len(self.lines) + 1, 3), 10)

    def settle(self) -> None:
        """Choose an operator that suits the field, where another field has just been chosen."""
        suited = [name for name, _label in self.operators]
        if not self.is_group and self.op not in suited:
            self.op = suited[0]

    def walk(self) -> Iterator[Node]:
        """Yield it and everything in it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def from_json(name: str, data: Json) -> Node:
    """Return the group at the top that a stored condition is; an empty one for None."""
    if not data:
        return Node(name, "all")
    node = _node(name, data)
    return node if node.is_group else Node(name, "all", [_node(f"{name}-0", data)])


def from_post(name: str, data: Mapping[str, Any], depth: int = 1) -> Node:
    """Return the node that was posted under `name`."""
    kind = data.get(f"{name}-kind", "all" if depth == 1 else "leaf")
    if kind in GROUPS:
        typed = data.get(f"{name}-n", "0")
        n = min(int(typed), MOST_PARTS) if typed.isdecimal() and len(typed) < 4 else 0
        parts = [from_post(f"{name}-{i}", data, depth + 1) for i in range(n)] if depth < DEEPEST else []
        return Node(name, kind, parts)
    get_all = getattr(data, "getlist", lambda key: data.get(key, []))
    told = {ask: data[f"{name}-{ask}"] for ask in (*ASK_LIMITS, *ASKS_WORDS - {"by"}) if data.get(f"{name}-{ask}")}
    by = get_all(f"{name}-by")
    value = "\n".join(_as_list(get_all(f"{name}-value")))
    return Node(
        name, field=data.get(f"{name}-field", ""), op=data.get(f"{name}-op", ""), value=value,
        told={**told, **({"by": by} if by else {})}, normalisers=frozenset(get_all(f"{name}-with")),
    )  # fmt: skip


def changed(top: Node, do: str) -> Node:
    """Return the form with a part added or taken away; `do` is such as `add:when-1`, `group:when`, `remove:when-0`."""
    act, _colon, name = do.partition(":")
    for node in list(top.walk()):
        if node.name == name and node.is_group and act in ("add", "group"):
            part = f"{name}-{len(node.parts)}"
            leaf = Node(part if act == "add" else f"{part}-0", is_here=True)
            node.parts.append(leaf if act == "add" else Node(part, "any", [leaf]))
        if act == "remove" and any(part.name == name for part in node.parts):
            node.parts, node.is_here = [part for part in node.parts if part.name != name], True
    for node in top.walk():
        node.settle()
    return _renamed(top, top.name)


def to_json(node: Node, path: str, places: dict[str, Node]) -> Json:
    """Return the condition that the form says, None for an empty group; `places` is told which path is which node."""
    places[path] = node
    if not node.is_group:
        return _leaf(node)
    key = "any" if node.kind == "none" else node.kind
    inner = f"{path}.not.{key}" if node.kind == "none" else f"{path}.{key}"
    places[inner] = node
    parts = [to_json(part, f"{inner}.{i}", places) for i, part in enumerate(node.parts)]
    if not parts:
        return None
    return {"not": {"any": parts}} if node.kind == "none" else {key: parts}


def _renamed(node: Node, name: str) -> Node:
    node.name = name
    for i, part in enumerate(node.parts):
        _renamed(part, f"{name}-{i}")
    return node


def _node(name: str, data: Mapping[str, Json]) -> Node:
    if "field" in data:
        return _from_leaf(name, data)
    kind, inner = next(iter(data.items()))
    if kind == "not":
        parts = inner.get("any", [inner])
        kind = "none"
    else:
        parts = inner
    return Node(name, kind, [_node(f"{name}-{i}", part) for i, part in enumerate(parts)])


def _from_leaf(name: str, data: Mapping[str, Json]) -> Node:
    value = data["value"]
    if isinstance(value, bool):
        words = "yes" if value else "no"
    else:
        values = value if isinstance(value, list) else [value]
        is_share = FIELDS[data["field"]].kind == Kind.SHARE
        words = "\n".join(f"{100 * one:g}" if is_share else str(one) for one in values)
    return Node(
        name, field=data["field"], op=data["op"], value=words, told=dict(data.get("of", {})),
        normalisers=frozenset(data.get("with", DEFAULT_NORMALISERS)),
    )  # fmt: skip


def _leaf(node: Node) -> Json:
    known = FIELDS.get(node.field)
    kind = known.kind if known else Kind.TEXT
    operator = OPERATORS.get(node.op)
    lines: list[Json] = [line.strip() for line in node.value.splitlines() if line.strip()]
    if kind == Kind.YES_NO:
        value: Json = {"yes": True, "no": False}.get(node.value.strip())
    else:
        if kind in (Kind.NUMBER, Kind.SHARE):
            lines = [_number(word, kind == Kind.SHARE) for line in lines for word in str(line).split()]
        value = lines if operator and operator.takes != Takes.ONE else (lines[0] if len(lines) == 1 else node.value)
    told = {name: _told(name, value) for name, value in node.asks}
    row: dict[str, Json] = {"field": node.field, "op": node.op, "value": value}
    if told:
        row["of"] = told
    if node.reads_text:
        row["with"] = sorted(node.normalisers)
    return row


def _told(name: str, value: Any) -> Json:
    if name == "by":
        return _as_list(value)
    return str(value) if name in ASKS_WORDS else _number(str(value))


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _number(word: str, is_percent: bool = False) -> Json:
    """Return the number that was typed, or what was typed instead; of a hundred, the share."""
    try:
        number = float(word.replace(",", ".").removesuffix("%"))
    except ValueError:
        return word
    number = round(number / 100, 6) if is_percent else number
    return int(number) if number.is_integer() else number


class Choices:
    """What the selects of the form offer, in the active language."""

    @cached_property
    def fields(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the fields by group."""
        return [
            (str(GROUP_LABELS[group]), [(name, str(it.label)) for name, it in FIELDS.items() if it.group == group])
            for group in Group
        ]  # fmt: skip

    def __init__(self, guidelines: list[tuple[str, str]]) -> None:
        """Take the guidelines of the site, slug and words."""
        self.guidelines = guidelines

    @cached_property
    def sections(self) -> list[str]:
        """Return the short names of the sections: one query."""
        return list(Section.objects.order_by("slug").values_list("slug", flat=True)[:SECTIONS_OFFERED])

    @cached_property
    def normalisers(self) -> list[tuple[str, str]]:
        """Return the normalisers."""
        return [(name, str(label)) for name, label in NORMALISERS.items()]

    @cached_property
    def count_by(self) -> list[tuple[str, str]]:
        """Return what can be counted by."""
        return [(name, str(label)) for name, label in COUNT_BY.items()]

    @cached_property
    def signals(self) -> list[tuple[str, str]]:
        """Return the plug-ins of the site."""
        return list(labels().items())

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """Return the kinds of groups."""
        return [("all", _("All of these are so")), ("any", _("At least one is so")), ("none", _("None of these is so"))]
