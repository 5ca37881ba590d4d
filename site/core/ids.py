"""Primary keys before the insert.

A comment's path contains its own id, so the id has to be known before the row is written.
"""

from __future__ import annotations

from functools import cache

from django.db import connections, models, router

from core.database import open_cursor


def allocate_ids(model: type[models.Model], count: int) -> list[int]:
    """Return `count` fresh primary keys of `model`, ascending. Must run inside a transaction.

    PostgreSQL hands them out of the column's sequence. SQLite has none: Django's tables are AUTOINCREMENT, so the last
    id ever used is in `sqlite_sequence`, and a transaction that began IMMEDIATE is the only writer until it ends.

    Raises `RuntimeError` outside a transaction.
    """
    connection = connections[router.db_for_write(model)]
    if not connection.in_atomic_block:
        raise RuntimeError("allocate_ids needs a transaction: two writers would get the same ids")
    if connection.vendor == "postgresql":
        with open_cursor(connection) as cursor:
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence_of(model), count])
            return sorted(row[0] for row in cursor.fetchall())
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        row = cursor.fetchone()
    last = row[0] if row else 0
    return list(range(last + 1, last + count + 1))


@cache
def sequence_of(model: type[models.Model]) -> str:
    """Return the name of the sequence of the model's keys: it does not change while the site runs."""
    with connections[router.db_for_write(model)].cursor() as cursor:
        table, column = model._meta.db_table, model._meta.pk.column
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
        return str(cursor.fetchone()[0])
