"""`docs/security.md` claims nothing that no test shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NODE = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def _rows() -> dict[int, tuple[str, str]]:
    return {int(number): (does, shown) for number, _attack, does, shown in ROW.findall(TABLE.read_text("utf-8"))}


def _tests_in(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_every_row_is_there_once() -> None:
    numbers = [int(found[0]) for found in ROW.findall(TABLE.read_text("utf-8"))]
    assert numbers == list(range(1, 69))


def test_every_row_has_a_test_or_says_what_it_waits_for() -> None:
    bare = [number for number, (does, shown) in _rows().items() if not NODE.search(shown) and "open: " not in does]
    assert bare == []


def test_every_test_that_is_named_exists() -> None:
    named = {(path, name) for _does, shown in _rows().values() for path, name in NODE.findall(shown)}
    known = {path: _tests_in(ROOT / path) for path, _name in named}
    assert sorted(f"{path}::{name}" for path, name in named if name not in known[path]) == []
    assert len(named) > 60


def test_every_test_that_is_named_after_a_row_is_in_it() -> None:
    """A test of a row that the table does not name would be missed by who reads the table."""
    rows = _rows()
    for path in (ROOT / "tests" / "security").glob("test_*.py"):
        for name in _tests_in(path):
            if found := re.match(r"test_row_(\d+)_", name):
                assert name in rows[int(found[1])][1], name
