"""What reaches the database, heard where a cursor that lasts is still used: counting queries turns it off."""

from __future__ import annotations

from typing import Any


class Seen(list[str]):
    """The statements that have reached the database; an execute wrapper."""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Note it."""
        self.append(sql)
        return execute(sql, params, many, context)
