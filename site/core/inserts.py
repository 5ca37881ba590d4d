"""New rows, written by statements that are put together once: alone, with others (`core.together`), or with a change.

What `core.kept` does for reading and changing; a model without parents and signals is saved no differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field

from core.database import open_cursor
from core.together import gathering

#: A statement and what stands in its places.
Sql = tuple[str, list[Any]]

_inserts: dict[tuple[type[models.Model], bool, bool, bool], str] = {}


def insert(instance: models.Model, *, unless_there: bool = False, later: bool = False) -> bool:
    """Write a new row, give `instance` its key, and return True.

    It is `save(force_insert=True)` for a model without parents and signals. With `unless_there`, a row that a
    constraint refuses is not written and False returned; on PostgreSQL, one that another transaction is writing is
    waited for. Raises `IntegrityError` otherwise. With `later`, row and key come with what else is written `together`.
    """
    assert not (unless_there and later), "whether it was there is known at once or not at all"
    connection = connections["default"]
    sql, values = _inserting(instance, connection, unless_there=unless_there)
    if later and (gathered := gathering(connection)) is not None:
        gathered.add(sql, values, partial(_is_written, instance))
        return True
    return _insert(instance, connection, sql, values)


def insert_provided(instance: models.Model, held: Sql, change: Sql) -> bool:
    """Write a new row and carry out `change`, provided that the query `held` finds the one row that it locks.

    One statement of PostgreSQL, which needs no transaction around it. Both are done, or, when there is no such row or
    a constraint refuses the new one, neither, and False is returned. `held` and `change` come from `sql_for`. Raises
    as `insert` does, and what `change` raises.
    """
    connection = connections["default"]
    sql, row = _inserting(instance, connection, unless_there=True, provided=True)
    # All are statements of ours, and the last one ends with its conditions.
    if_new = f"{change[0]} AND EXISTS (SELECT 1 FROM made)"  # noqa: S608
    whole = f"WITH held AS ({held[0]}), made AS ({sql}), changed AS ({if_new}) SELECT * FROM made"  # noqa: S608
    return _insert(instance, connection, whole, [*held[1], *row, *change[1]])


def _inserting(
    instance: models.Model, connection: BaseDatabaseWrapper, *, unless_there: bool, provided: bool = False
) -> Sql:
    """Return the statement that writes the row (if there is one in `held`), and its values."""
    meta, has_key = instance._meta, instance.pk is not None
    fields = [field for field in meta.local_concrete_fields if has_key or not field.primary_key]
    shape = type(instance), has_key, unless_there, provided
    sql = _inserts.get(shape)
    if sql is None:
        sql = _insert_sql(meta, fields, connection, unless_there=unless_there, provided=provided)
        _inserts[shape] = sql
    return sql, [field.get_db_prep_save(field.pre_save(instance, add=True), connection) for field in fields]


def _insert(instance: models.Model, connection: BaseDatabaseWrapper, sql: str, values: Sequence[Any]) -> bool:
    with open_cursor(connection) as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchone()
    if found is None:
        return False
    _is_written(instance, found[0])
    return True


def _is_written(instance: models.Model, key: Any) -> None:
    instance.pk = key
    state = instance._state  # noqa: SLF001 — what `from_db` sets, too
    state.adding, state.db = False, "default"


def _insert_sql(
    meta: Any, fields: Sequence[Field[Any, Any]], connection: BaseDatabaseWrapper, *, unless_there: bool, provided: bool
) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    # Beside VALUES a value has its column's type; in a SELECT it has to be told.
    places = ", ".join(f"CAST(%s AS {field.db_type(connection)})" if provided else "%s" for field in fields)
    source = f"SELECT {places} FROM held" if provided else f"VALUES ({places})"  # noqa: S608 — names of ours
    conflict = " ON CONFLICT DO NOTHING" if unless_there else ""
    return f"INSERT INTO {quote(meta.db_table)} ({names}) {source}{conflict} RETURNING {quote(meta.pk.column)}"
