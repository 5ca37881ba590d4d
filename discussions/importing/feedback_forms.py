"""wpDiscuz's table `wc_feedback_forms`, as its owner can dump it: which row is which shortcode.

The export of WordPress has no such table, and comments name their passage by the number of its row. Read are a dump of
the database (`INSERT INTO … VALUES …`, as mysqldump and phpMyAdmin write it) and CSV with the names of the columns in
its first line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from discussions.importing.streams import BrokenExportError

#: The table alone has a few hundred bytes for each passage of a site.
MOST_BYTES = 64 * 2**20
#: In the order in which the plug-in creates them.
_COLUMNS = ("id", "post_id", "unique_id", "question", "opened", "content")
_WANTED = ("id", "unique_id")

_INSERT = re.compile(
    r"INSERT\s+(?:IGNORE\s+)?INTO\s+[`\"]?\w{0,60}wc_feedback_forms[`\"]?\s*(?:\(([^()]{1,500})\)\s*)?VALUES\s*",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\s*(?:'((?:[^'\\]|\\.|'')*)'|(NULL|-?[0-9.]+))\s*([,)])", re.DOTALL | re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)|''", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "0": ""}


def read_forms(path: Path) -> dict[str, str]:
    """Return the shortcodes' ids by the numbers of their rows.

    Raises `BrokenExportError` for a file that holds no such table or breaks off, and `OSError` as `open` does.
    """
    if path.stat().st_size > MOST_BYTES:
        raise BrokenExportError(f"{path.name} is larger than {MOST_BYTES:,} bytes. Please dump only wc_feedback_forms.")
    text = path.read_text("utf-8-sig", errors="replace")
    rows = list(_rows_of_sql(text) if _INSERT.search(text) else _rows_of_csv(text))
    if not rows:
        raise BrokenExportError(f"{path.name} has no rows of wc_feedback_forms.")
    return {row["id"].strip(): row["unique_id"].strip() for row in rows}


def _rows_of_csv(text: str) -> Iterator[Mapping[str, str]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter):
        if all(row.get(name) for name in _WANTED):
            yield row


def _rows_of_sql(text: str) -> Iterator[Mapping[str, str]]:
    for insert in _INSERT.finditer(text):
        named = re.findall(r"\w+", insert[1]) if insert[1] else _COLUMNS
        if not {*_WANTED} <= {*named}:
            raise BrokenExportError(f"The dump has no columns {' and '.join(_WANTED)}.")
        at = insert.end()
        while text[at : at + 1] == "(":
            values, at = _tuple(text, at + 1)
            yield dict(zip(named, values, strict=False))
            at = _behind_comma(text, at)


def _tuple(text: str, at: int) -> tuple[list[str], int]:
    """Return the values of a row that begins at `at`, and where it ends."""
    values: list[str] = []
    while found := _VALUE.match(text, at):
        values.append(_ESCAPED.sub(_meant, found[1]) if found[1] is not None else found[2])
        at = found.end()
        if found[3] == ")":
            return values, at
    raise BrokenExportError("The dump of wc_feedback_forms breaks off.", line=text.count("\n", 0, at) + 1, byte=at)


def _meant(escaped: re.Match[str]) -> str:
    return _MEANT.get(escaped[1], escaped[1]) if escaped[1] else "'"


def _behind_comma(text: str, at: int) -> int:
    comma = re.compile(r"\s*,\s*").match(text, at)
    return comma.end() if comma else at
