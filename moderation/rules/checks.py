"""What a rule is made of in the end: lines, numbers and days that somebody typed, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from moderation.rules.language import Json


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, and where: a path such as `when.all.2.value`."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}: {self.words}" if self.path else self.words


class NotARule(ValueError):
    """What was written is no rule; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class Checks:
    """Reads the smallest parts; what is wrong is kept in `problems`, with its place."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, path: str, words: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(path, words))

    def day(self, given: Json) -> str:
        """Return a day as in 2026-12-31; empty for none."""
        try:
            return date.fromisoformat(str(given)).isoformat() if given else ""
        except ValueError:
            self.wrong("expires_on", _("Please write the day as in 2026-12-31."))
            return ""

    def line(self, path: str, value: Json, length: int) -> str:
        """Return a text in one line, of at most so many characters."""
        if not isinstance(value, str):
            self.wrong(path, _("This is a text."))
            return ""
        line = " ".join(value.replace("\0", "").split())
        if len(line) > length:
            self.wrong(path, _("At most %(n)d characters, please.") % {"n": length})
        return line[:length]

    def number(self, path: str, value: Json, least: float, most: float) -> Any:
        """Return a number in these bounds, or None."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.wrong(path, _("This is a number from %(least)s to %(most)s.") % {"least": least, "most": most})
            return None
        return value

    def whole(self, path: str, value: Json, least: int, most: int) -> int:
        """Return a whole number in these bounds; the least where it is none."""
        if isinstance(value, float) or self.number(path, value, least, most) is None:
            if isinstance(value, float):
                self.wrong(path, _("This is a whole number."))
            return least
        return int(value)

    def optional(self, read: Callable[..., Any], path: str, value: Json, least: float, most: float) -> Any:
        """Return what `read` makes of it, and None for nothing."""
        return None if value is None else read(path, value, least, most)

    def unknown(self, path: str, data: Mapping[str, Json], known: set[str]) -> None:
        """Say which names are not known."""
        for name in data:
            if name not in known:
                self.wrong(f"{path}.{name}".strip("."), _("Nothing is called so here."))
