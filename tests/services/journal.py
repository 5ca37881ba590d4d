"""What the clients were told, on the disk before they go on: the one witness that does not belong to the server."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

#: `invoke`: asked. `ok`: told that it is done. `fail`: told that it is not. `info`: never told.
OUTCOMES = ("ok", "fail", "info")


class Journal:
    """Lines of JSON, each written through to the disk; safe for many threads."""

    def __init__(self, path: Path) -> None:
        """Go on writing in `path`."""
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._lock = threading.Lock()
        self.counts: dict[str, int] = dict.fromkeys(("invoke", *OUTCOMES), 0)

    def write(self, event: str, op: str, key: str, **facts: Any) -> None:
        """Note `event` of the operation `op` that is known by `key`."""
        line = json.dumps({"event": event, "op": op, "key": key, **facts}) + "\n"
        with self._lock:
            os.write(self._file, line.encode())
            os.fsync(self._file)
            self.counts[event] += 1

    def close(self) -> None:
        """Write no more."""
        os.close(self._file)


def outcomes(path: Path) -> list[dict[str, Any]]:
    """Return the operations with their last event; one that was never answered is an `info`."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        found.setdefault((entry["op"], entry["key"]), {}).update(entry)
    for entry in found.values():
        if entry["event"] == "invoke":
            entry["event"] = "info"
    return list(found.values())
