"""How a database is emptied after a test with real transactions: only of what the test left there."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from moderation import triggers

Row = tuple[Any, ...]
#: What `migrate` puts into a new database. A test finds these rows again as they were; every other table is empty.
KEPT = (
    "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
    "moderation_guideline", "moderation_guidelineversion", "moderation_guidelinetext",
)  # fmt: skip


class CleanState:
    """The database as the migrations leave it.

    Django's own flush truncates every table, each with a wait for the disk on PostgreSQL, and then has all permissions
    made anew; a test leaves rows in ten tables or so, and these are deleted in one transaction.
    """

    def __init__(self) -> None:
        """Remember the rows of the `KEPT` tables."""
        self._kept = {table: _rows(table) for table in KEPT}
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        self._emptied = sorted(set(names) - set(KEPT))

    def restore(self) -> None:
        """Delete what was added since and put back what was changed."""
        with transaction.atomic():
            filled = _with_rows(self._emptied)
            changed = [table for table in KEPT if _rows(table) != self._kept[table]]
            _delete([*filled, *changed])
            for table in changed:
                _insert(table, self._kept[table])
        ContentType.objects.clear_cache()


def _rows(table: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")
        return list(cursor.fetchall())


def _with_rows(tables: list[str]) -> list[str]:
    quoted = ((table, connection.ops.quote_name(table)) for table in tables)
    parts = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in quoted]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return [name for (name,) in cursor.fetchall()]


def _delete(tables: list[str]) -> None:
    statements = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]
    if triggers.TABLE in tables:
        # The triggers refuse what nobody may do outside of tests.
        vendor = connection.vendor
        statements = [*triggers.DROP[vendor], *statements, *triggers.CREATE[vendor]]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _insert(table: str, rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        values = ", ".join(["%s"] * len(rows[0])) if rows else ""
        cursor.executemany(f"INSERT INTO {connection.ops.quote_name(table)} VALUES ({values})", rows)
