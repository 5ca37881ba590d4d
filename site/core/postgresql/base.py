"""The engine: what `ENGINE` names."""

from __future__ import annotations

import re
import select
from functools import lru_cache
from itertools import count
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg import RawCursor
from psycopg.adapt import Loader
from psycopg.pq import Format

#: Plans that a connection keeps at most; the oldest goes.
PLANS = 400


class LastingCursor(CursorWrapper):
    """A cursor for one statement after the other: what it has found is read before the next one is executed."""

    def __exit__(self, *_error: object) -> None:
        """Stay open; it ends with its connection."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Execute as Django's own does; the places of the values are looked for in each text once."""
        return super().execute(sql if params is None else _numbered(sql), params)

    def fetchall(self) -> list[Any]:
        """Return what has been found, as Django's own does, which looks for the method by its name each time."""
        with self.db.wrap_database_errors:
            found: list[Any] = self.cursor.fetchall()
        return found


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with a cheaper question whether a connection is still there, and a cursor that lasts."""

    _lasting: LastingCursor | None = None

    def is_usable(self) -> bool:
        """Return whether the connection can be used.

        A server that has gone, or put us out, has said so: there is something to read. Where there is nothing, a
        question would have to wait for the answer as long as the statement after it.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred:
            # Asked at the end of a request that met an error. It may have been a kept plan of a table that a migration
            # has changed since: with another connection it is made anew.
            return False
        if _says_something(self.connection.fileno()):
            return bool(super().is_usable())
        return True

    @property
    def keeps_plans(self) -> bool:
        """Return whether `lasting_cursor` may be used: not when statements are to be logged with their values."""
        return bool(self.settings_dict["OPTIONS"].get("prepare_threshold")) and not self.queries_logged

    def lasting_cursor(self) -> LastingCursor:
        """Return the cursor on which PostgreSQL keeps its plans, open as long as the connection."""
        # What `cursor()` does, but for the class: Django knows one for all statements of a connection.
        self.close_if_health_check_failed()
        self.ensure_connection()
        self.validate_thread_sharing()
        lasting = self._lasting
        if lasting is None or lasting.cursor.connection is not self.connection:
            self.connection.prepared_max = PLANS
            with self.wrap_database_errors:
                lasting = self._lasting = LastingCursor(_binary_cursor(self.connection), self)
        return lasting


def _binary_cursor(connection: Any) -> RawCursor[Any]:
    """Return a cursor that gets numbers, times and paths as they are: written out, they have to be read in Python."""
    cursor: RawCursor[Any] = RawCursor(connection)
    cursor.format = Format.BINARY
    cursor.adapters.register_loader("jsonb", _JsonbAsText)
    return cursor


class _JsonbAsText(Loader):
    """JSON as the text that Django's field makes values of; its first byte is the format's version."""

    format = Format.BINARY

    def load(self, data: Any) -> str:
        return bytes(data[1:]).decode()


@lru_cache(1024)
def _numbered(sql: str) -> str:
    """Return `sql` as PostgreSQL itself writes it: `$1` for the first `%s`."""
    # psycopg would look for them at each execution in a text of more than 4,096 characters, or with more than 50.
    number = count(1)
    return re.sub("%[s%]", lambda found: f"${next(number)}" if found[0] == "%s" else "%", sql)


def _says_something(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLPRI | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
