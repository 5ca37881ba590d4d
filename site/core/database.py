"""What a failure of the database means, and which reads a copy of it may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.db.transaction import atomic, get_connection

#: PostgreSQL's name for "cannot execute INSERT in a read-only transaction".
READ_ONLY = "25006"

_from_replica: ContextVar[bool] = ContextVar("from_replica", default=False)


def is_unavailable(error: BaseException | None) -> bool:
    """Return whether `error` says that the database is away, full, or takes no writes: no bug, and over some day."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    # A standby, or a server that was told to take no writes for a while, refuses with an error of another class.
    return isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", "") == READ_ONLY


@contextmanager
def replica() -> Iterator[None]:
    """Let the reads of the block be answered by `DATABASE_REPLICA_URL`, where there is one: seconds late, perhaps.

    For what nobody has just written themselves: feeds, exports, figures. Inside a transaction nothing changes, since
    a transaction sees one database.
    """
    token = _from_replica.set(not get_connection().in_atomic_block)
    try:
        yield
    finally:
        _from_replica.reset(token)


def open_cursor(connection: Any) -> Any:
    """Return a cursor, which lets PostgreSQL keep its plans too where the settings allow it."""
    return connection.lasting_cursor() if keeps_plans(connection) else connection.cursor()


def keeps_plans(connection: Any) -> bool:
    """Return whether it is PostgreSQL that keeps plans on this connection: no other engine has a cursor that lasts."""
    return getattr(connection, "keeps_plans", False)


def exclusively(name: str) -> None:
    """Let nobody else who asks for `name` go on before this transaction is over. SQLite has one writer anyway."""
    connection = get_connection()
    assert connection.in_atomic_block, "it lasts until the transaction ends"
    if connection.vendor == "postgresql":
        number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
        with open_cursor(connection) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


@contextmanager
def savepoint_if_asked() -> Iterator[None]:
    """Keep what fails in the block from taking the transaction around it along; a block without a query costs none.

    As `atomic()`, but for the moment: the savepoint is made by the first query of the block.
    """
    connection = get_connection()
    if not connection.in_atomic_block:
        with atomic():
            yield
        return
    late = _Late(connection)
    try:
        with connection.execute_wrapper(late):
            yield
    except BaseException:
        late.undo()
        raise
    late.end()


class _Late:
    """A savepoint that is made by the first query.

    By hand, since `atomic` has to be left in the order it was entered, and that query may be inside another one.
    """

    def __init__(self, connection: Any) -> None:
        self.connection, self.callbacks = connection, len(connection.run_on_commit)
        self.sid: str | None = None
        self._is_made = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self._is_made:
            self._is_made = True
            self.sid = self.connection.savepoint()
        return execute(sql, params, many, context)

    def end(self) -> None:
        """Keep what was done, unless somebody inside has found that it cannot be."""
        if self.connection.needs_rollback:
            self.undo()
        elif self.sid is not None:
            self.connection.savepoint_commit(self.sid)

    def undo(self) -> None:
        """Take back what was done, if anything was."""
        if self.sid is None:
            return
        self.connection.needs_rollback = False
        self.connection.savepoint_rollback(self.sid)
        self.connection.savepoint_commit(self.sid)
        del self.connection.run_on_commit[self.callbacks :]


class ReplicaRouter:
    """Sends what `replica` marks to the copy, and everything else to the one database that is true."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the alias to read from."""
        return "replica" if _from_replica.get() and "replica" in settings.DATABASES else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the alias to write to, also for a row that was read from the copy."""
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Allow: it is one database twice."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Refuse for the copy: PostgreSQL brings it everything."""
        return db == "default"
