"""The rows that could not be imported, kept for a person to look at."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from discussions.importing.wxr import BadRow


class Rejects:
    """Writes one JSON object a line: `source_id`, `reason`, `raw`. The file is made when the first row comes.

    The rows hold addresses of people, so only the owner of the file may read it.
    """

    def __init__(self, path: Path | None) -> None:
        """Take the file's path; with None, rows are only counted."""
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        # Better now than in the middle of an import.
        if self.path and not os.access(self.path.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.path.parent))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def add(self, row: BadRow) -> None:
        """Write the row at once, so that an interrupted import leaves what it knew."""
        self.count += 1
        if self.path is None:
            return
        if self._file is None:
            self._file = self._open(self.path)
        line = {"source_id": row.source_id, "reason": row.reason, "raw": dict(row.raw)}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    @staticmethod
    def _open(path: Path) -> TextIO:
        def opener(name: str, flags: int) -> int:
            return os.open(name, flags, 0o600)

        return open(path, "w", encoding="utf-8", opener=opener)
