"""Writes whose answers nobody waits for: PostgreSQL carries those of a block out in one statement.

A statement costs both sides about as much as the row that it writes; and while an article's row is locked, everybody
else who writes there waits for each of them. Elsewhere, and outside a block, a write is carried out at once.

    with together():
        insert(comment, later=True)
        _counted.later(article.pk)

The writes of a block must not depend on each other, and no two may change the same row: only one of them would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.db.transaction import get_connection

from core.database import keeps_plans

_open: ContextVar[Together | None] = ContextVar("together", default=None)
#: Hears the key of a row that was written.
Hear = Callable[[Any], None]


class Together:
    """Writes of a connection that are still to be carried out; as an execute wrapper, before other queries are."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.around = connection, list(connection.execute_wrappers)
        self._writes: list[tuple[str, Sequence[Any], Hear | None]] = []

    def add(self, sql: str, values: Sequence[Any], hear: Hear | None = None) -> None:
        """Remember an INSERT or UPDATE. One with `hear` returns a key."""
        self._writes.append((sql, values, hear))

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Carry out what is remembered, then the query: it may ask for just that."""
        self.flush()
        return execute(sql, params, many, context)

    def flush(self) -> None:
        """Carry out what is remembered, in one statement."""
        writes, self._writes = self._writes, []
        if not writes:
            return
        sql = _joined(tuple((sql, hear is not None) for sql, _values, hear in writes))
        connection, inner = self.connection, self.connection.execute_wrappers
        # A savepoint that is made late, by a wrapper within the block, must not take along what was written before it.
        connection.execute_wrappers = self.around
        try:
            with connection.lasting_cursor() as cursor:
                cursor.execute(sql, [value for _sql, values, _hear in writes for value in values])
                keys = cursor.fetchone()
        finally:
            connection.execute_wrappers = inner
        for hear, key in zip((hear for _sql, _values, hear in writes if hear), keys, strict=False):
            hear(key)


@lru_cache(512)
def _joined(writes: tuple[tuple[str, bool], ...]) -> str:
    """Return one statement that carries out all, with a column for each key that somebody wants to hear."""
    parts = ", ".join(f"w{n} AS ({sql})" for n, (sql, _heard) in enumerate(writes))
    keys = ", ".join(f"(SELECT * FROM w{n})" for n, (_sql, heard) in enumerate(writes) if heard)  # noqa: S608
    return f"WITH {parts} SELECT {keys or '1'}"


@contextmanager
def together() -> Iterator[None]:
    """Let what the block writes with `later` be one statement, at its end or before the next query.

    Needs a transaction, which an error inside has to end, as it does with `atomic`. A block within another is part of
    it.
    """
    connection: Any = get_connection()
    assert connection.in_atomic_block, "what is written together is written or not in one transaction"
    if _open.get() is not None or not keeps_plans(connection):
        yield
        return
    mine = Together(connection)
    token = _open.set(mine)
    try:
        with connection.execute_wrapper(mine):
            yield
        mine.flush()
    finally:
        _open.reset(token)


def gathering(connection: Any) -> Together | None:
    """Return what gathers writes of this connection at the moment, if anything does."""
    found = _open.get()
    return found if found is not None and found.connection is connection else None
