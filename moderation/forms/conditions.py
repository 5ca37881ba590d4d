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

from moderation.rules.language import Json
from moderation.rules.vocabulary import (
    COUNT_BY,
    DEFAULT_NORMALISERS,
    FIELDS,
    GROUP_LABELS,
    NORMALISERS,
    OPERATORS,
    Group,
    Kind,
    Takes,
)
from moderation.scores.asking import labels

GROUPS = ("all", "any", "none")
#: More parts than the language takes are not read: a forged form must not cost much.
MOST_PARTS, DEEPEST = 60, 8


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
        return self.field in FIELDS and FIELDS[self.field].kind in (Kind.TEXT, Kind.TEXTS)

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
    told = {ask: data[f"{name}-{ask}"] for ask in ("days", "hours", "n", "name") if data.get(f"{name}-{ask}")}
    by = get_all(f"{name}-by")
    return Node(
        name, field=data.get(f"{name}-field", ""), op=data.get(f"{name}-op", ""), value=data.get(f"{name}-value", ""),
        told={**told, **({"by": by} if by else {})}, normalisers=frozenset(get_all(f"{name}-with")),
    )  # fmt: skip


def changed(top: Node, do: str) -> Node:
    """Return the form with a part added or taken away; `do` is such as `add:when-1`, `group:when`, `remove:when-0`."""
    act, _colon, name = do.partition(":")
    for node in list(top.walk()):
        if node.name == name and node.is_group and act in ("add", "group"):
            part = f"{name}-{len(node.parts)}"
            node.parts.append(Node(part) if act == "add" else Node(part, "any", [Node(f"{part}-0")]))
        if act == "remove":
            node.parts = [part for part in node.parts if part.name != name]
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
        words = _("yes") if value else _("no")
    else:
        words = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
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
        answer = node.value.strip().casefold()
        value: Json = {"yes": True, _("yes").casefold(): True, "no": False, _("no").casefold(): False}.get(answer)
    else:
        if kind in (Kind.NUMBER, Kind.SHARE):
            lines = [_number(word) for line in lines for word in str(line).split()]
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
        return list(_as_list(value))
    return str(value) if name == "name" else _number(str(value))


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _number(word: str) -> Json:
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        return word
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

    @cached_property
    def operators(self) -> list[tuple[str, str]]:
        """Return the operators."""
        return [(name, str(operator.label)) for name, operator in OPERATORS.items()]

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
