"""What each app has to say when a person asks for their data or wants it gone. Apps register when they are ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from accounts.privacy.subject import Subject

#: Returns one document, or yields many: dicts that JSON can hold (dates and ids are made text).
Exporter = Callable[[Subject], "dict[str, Any] | Iterable[dict[str, Any]]"]
#: Erases a part: (who, whether their texts stay). Returns False when there is more to do: it is called again. It may be
#: called again after a crash, too, and then finds done what it did.
Eraser = Callable[[Subject, bool], bool]
#: Returns why the erasure has to wait, as a sentence in the active language, or an empty string.
Obstacle = Callable[[Subject], str]
#: Deletes what was kept long enough, and returns how many rows.
Sweep = Callable[[], int]

exporters: dict[str, Exporter] = {}
erasers: list[Eraser] = []
obstacles: list[Obstacle] = []
sweeps: dict[str, Sweep] = {}


def register_export(name: str, function: Exporter) -> None:
    """Let the copy have a file `<name>.json` with what `function` returns for the person."""
    assert name not in exporters, f"{name} is exported already"
    exporters[name] = function


def register_erasure(function: Eraser) -> None:
    """Let `function` erase its part. The last to register goes first, as its rows refer to those of apps below."""
    erasers.insert(0, function)


def register_obstacle(function: Obstacle) -> None:
    """Ask `function` before anything is erased."""
    obstacles.append(function)


def register_sweep(name: str, function: Sweep) -> None:
    """Let `function` run once a day; `name` is what the log calls it."""
    assert name not in sweeps, f"{name} is swept already"
    sweeps[name] = function
