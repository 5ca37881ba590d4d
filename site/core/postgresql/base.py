"""The engine: what `ENGINE` names."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, which asks the server at the beginning of each request whether it is there."""

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


def _says_something(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLPRI | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
