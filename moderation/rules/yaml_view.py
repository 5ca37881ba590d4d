"""Rules as YAML, for reading, sending to somebody, and taking from somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml
from django.utils.translation import gettext as _

from moderation.rules.language import Definition, to_json
from moderation.rules.parse import NotARule, Problem, parse

LONGEST = 400_000
MOST_RULES = 500


class _Loader(yaml.SafeLoader):
    """Takes no aliases: nine lines of them would become a thousand million words."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse an alias, read everything else."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem=_("a rule does not refer to another part"))
        return super().compose_node(parent, index)


# A day is text here, and "no" and "on" are words that somebody looks for; numbers, true and false stay.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def to_yaml(definitions: Iterable[Definition]) -> str:
    """Return the rules as one YAML list; `from_yaml` reads it back."""
    rows = [to_json(definition) for definition in definitions]
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=100) if rows else ""


def from_yaml(text: str) -> list[Definition]:
    """Return the rules of a YAML list, or of a single rule. Raises `NotARule`: all or none."""
    if len(text) > LONGEST:
        raise NotARule([Problem("", _("This is too long: at most %(n)d characters.") % {"n": LONGEST})])
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 — a safe loader with less
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = _("line %(n)d") % {"n": mark.line + 1} if mark else ""
        words = getattr(error, "problem", None) or _("it is nested too deeply")
        raise NotARule([Problem(where, _("This is no YAML: %(why)s") % {"why": words})]) from error
    rows = data if isinstance(data, list) else [data]
    if not 1 <= len(rows) <= MOST_RULES:
        raise NotARule([Problem("", _("This is a list of 1 to %(n)d rules.") % {"n": MOST_RULES})])
    return _each(rows)


def _each(rows: list[Any]) -> list[Definition]:
    definitions: list[Definition] = []
    problems: list[Problem] = []
    for i, row in enumerate(rows):
        try:
            definitions.append(parse(row))
        except NotARule as error:
            problems += [Problem(f"{i + 1}.{problem.path}".strip("."), problem.words) for problem in error.problems]
    if problems:
        raise NotARule(problems)
    return definitions
