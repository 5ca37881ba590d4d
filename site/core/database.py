"""What a failure of the database means."""

from __future__ import annotations

from django.db import InterfaceError, InternalError, OperationalError

#: PostgreSQL's name for "cannot execute INSERT in a read-only transaction".
READ_ONLY = "25006"


def is_unavailable(error: BaseException | None) -> bool:
    """Return whether `error` says that the database is away, full, or takes no writes: no bug, and over some day."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    # A standby, or a server that was told to take no writes for a while, refuses with an error of another class.
    return isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", "") == READ_ONLY
