"""The comments that are written by hand."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from discussions.demo.people import reader_named

SCRIPTS = Path(__file__).parent / "texts" / "scripts"


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One comment of a script. `re` names the line it answers."""

    id: str
    re: str | None
    author_index: int
    #: Minutes after publication.
    at: float
    text: str
    language: str
    up: int = 0
    down: int = 0
    state: str = "public"
    reason: str = ""
    #: The text before an edit.
    was: str | None = None
    pinned: bool = False
    locked: bool = False
    #: The aspect that invented replies may be about; without it there are none.
    about: str | None = None
    #: Words of the article that a comment of its own is about, or `?mark` of a question that its author asks.
    passage: str = ""

    @property
    def is_readable(self) -> bool:
        """Return whether readers see the text."""
        return self.state in {"public", "collapsed"}


@cache
def load_script(topic: str) -> tuple[ScriptLine, ...]:
    """Return the lines for `topic` in time order; none when nobody wrote any.

    Raises `ValueError` when a line answers an unknown or a later one, or an answer names a passage.
    """
    path = SCRIPTS / f"{topic}.toml"
    if not path.exists():
        return ()
    raw = tomllib.loads(path.read_text("utf-8"))
    lines = sorted((_line(entry, raw["language"]) for entry in raw["comment"]), key=lambda line: line.at)
    _check(lines, path.name)
    return tuple(lines)


def _line(entry: dict[str, Any], language: str) -> ScriptLine:
    fields = {key: value for key, value in entry.items() if key not in {"by", "text", "was"}}
    return ScriptLine(
        **{"re": None, "language": language, **fields},
        author_index=reader_named(entry["by"]).index,
        text=entry["text"].strip(),
        was=entry["was"].strip() if "was" in entry else None,
    )


def _check(lines: list[ScriptLine], name: str) -> None:
    seen: set[str] = set()
    for line in lines:
        if line.re is not None and line.re not in seen:
            raise ValueError(f"{name}: {line.id} answers {line.re}, which is not there yet")
        if line.re is not None and line.passage:
            raise ValueError(f"{name}: {line.id} is an answer, so it is about no passage of its own")
        if line.id in seen:
            raise ValueError(f"{name}: {line.id} is there twice")
        seen.add(line.id)
