"""Statements whose SQL is put together once in a process, for what is asked at every request.

Django composes a query anew each time it is asked, which costs the processor several times what the answer costs. Here
a queryset still says what is asked, but once: with `param` in the place of each value that differs from call to call.
Routing, converters, constraints and the count of queries are those of any other query. New rows: `core.inserts`.

    @kept
    def _below() -> QuerySet[Comment, Any]:
        return Comment.objects.filter(article_id=param()).order_by("path").values_list("pk", "path")

    rows = _below.rows(article.pk)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, F, Field, Func, IntegerField, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery
from django.db.transaction import TransactionManagementError

from core.database import open_cursor
from core.together import gathering

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")
Row = tuple[Any, ...]
Shape = tuple[Any, ...]
Around = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where the `index`-th value goes, prepared for the database as `field` does it."""

    index: int
    field: Field[Any, Any] | None

    def filled(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> Any:
        value = values[self.index]
        return value if self.field is None else self.field.get_db_prep_value(value, connection)


class _Param(Expression):
    """A value that is not known yet."""

    def __init__(self, slot: _Slot) -> None:
        super().__init__(output_field=slot.field)
        self.slot = slot

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        """Return the place."""
        return "%s", [self.slot]


def param(index: int = 0, field: Field[Any, Any] | None = None) -> Any:
    """Return the place of the `index`-th value of a kept statement.

    `field` is needed in sums, and where the database takes another value than Python has: times, paths, JSON.
    """
    return _Param(_Slot(index, field))


def params(count: int, start: int = 0) -> list[Any]:
    """Return the places of `count` values, for an IN."""
    return [param(start + n) for n in range(count)]


def padded(values: Collection[T]) -> list[T]:
    """Return `values`, the last repeated until they are a power of two, so that an IN has few shapes; none for none."""
    every = list(values)
    return every + every[-1:] * ((1 << (len(every) - 1).bit_length()) - len(every)) if every else []


def how_many() -> Func:
    """Return what `values_list` needs to answer with one row: how many rows there are."""
    # Not `Count`: an aggregate would group them.
    return Func(F("pk"), function="COUNT", output_field=IntegerField())


class _Statement:
    """SQL for one database, and what is to be filled in."""

    def __init__(self, sql: str, parts: Sequence[Any], *, locks: bool = False) -> None:
        self.sql, self.parts, self.locks = sql, tuple(parts), locks

    def run(self, cursor: Any, values: Sequence[Any], connection: BaseDatabaseWrapper) -> None:
        """Execute it. Raises `TransactionManagementError` for a lock that would be over at once."""
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        cursor.execute(self.sql, self.filled(values, connection))

    def filled(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        """Return what stands in the places of its SQL."""
        return [part.filled(values, connection) if isinstance(part, _Slot) else part for part in self.parts]


def _fits(value: Any) -> bool:
    """Return whether a column can hold the value: an address may name a number or a text that is in no row."""
    if isinstance(value, int):
        return value.bit_length() < 64
    # PostgreSQL refuses text with a NUL instead of not finding it.
    return not isinstance(value, str) or "\0" not in value


class _Read(_Statement):
    """A SELECT, with what makes rows or instances of its answer."""

    def __init__(self, asked: QuerySet[Any, Any], connection: BaseDatabaseWrapper, around: Around | None) -> None:
        compiler = asked.query.get_compiler(connection=connection)
        sql, parts = compiler.as_sql()
        sql = around(sql) if around else sql
        locks = asked.query.select_for_update and connection.features.has_select_for_update
        super().__init__(sql, parts, locks=locks)
        assert not compiler.has_extra_select, "what it sorts by has to be among its columns"
        self.compiler, self.annotations = compiler, compiler.annotation_col_map or {}
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        if info := compiler.klass_info:
            fields = info["select_fields"]
            self.model, self.own = info["model"], slice(fields[0], fields[-1] + 1)
            self.names = [column[0].target.attname for column in compiler.select[self.own]]
            self.joined = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]  # stubs of 6.0

    def rows(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Row]:
        if not all(map(_fits, values)):
            return []
        with open_cursor(connection) as cursor:
            self.run(cursor, values, connection)
            found: list[Row] = cursor.fetchall()
        if not self.converters:
            return found
        return [tuple(row) for row in self.compiler.apply_converters(found, self.converters)]

    def instance(self, row: Row, alias: str) -> Any:
        made = self.model.from_db(alias, self.names, row[self.own])
        for each in self.joined:
            each.populate(row, made)
        for name, column in self.annotations.items():
            setattr(made, name, row[column])
        return made


class Kept(Generic[M]):
    """A query that is composed once for each `shape`: the arguments of its function, such as the name of an order."""

    def __init__(self, make: Callable[..., QuerySet[M, Any]], around: Around | None = None) -> None:
        self._make, self._around = make, around
        self._kept: dict[Shape, _Read] = {}
        self._model: type[M] | None = None

    def rows(self, *values: Any, shape: Shape = ()) -> list[Row]:
        """Return all rows, as `values_list` does."""
        statement, connection = self._statement(shape)
        return statement.rows(values, connection)

    def row(self, *values: Any, shape: Shape = ()) -> Row | None:
        """Return the first row, None without one. The queryset should say how many it wants."""
        found = self.rows(*values, shape=shape)
        return found[0] if found else None

    def all(self, *values: Any, shape: Shape = ()) -> list[M]:
        """Return instances, with what `select_related`, `only` and `annotate` add to them."""
        statement, connection = self._statement(shape)
        return [statement.instance(row, connection.alias) for row in statement.rows(values, connection)]

    def one(self, *values: Any, shape: Shape = ()) -> M | None:
        """Return the first instance, None without one."""
        found = self.all(*values, shape=shape)
        return found[0] if found else None

    def get(self, *values: Any, shape: Shape = ()) -> M:
        """Return the first instance. Raises its model's `DoesNotExist` without one."""
        found = self.one(*values, shape=shape)
        if found is None:
            assert self._model is not None, "asking has found out what it asks for"
            raise self._model.DoesNotExist  # type: ignore[attr-defined]  # the stubs know it of one model only
        return found

    def sql_for(self, *values: Any, shape: Shape = ()) -> tuple[str, list[Any]]:
        """Return the statement and what stands in its places, for one that it becomes a part of."""
        statement, connection = self._statement(shape)
        return statement.sql, statement.filled(values, connection)

    def _statement(self, shape: Shape) -> tuple[_Read, BaseDatabaseWrapper]:
        if self._model is None:
            self._model = self._make(*shape).model
        connection = connections[router.db_for_read(self._model)]
        statement = self._kept.get((connection.alias, *shape))
        if statement is None:
            statement = self._kept[connection.alias, *shape] = _Read(self._make(*shape), connection, self._around)
        return statement, connection


def kept(make: Callable[..., QuerySet[M, Any]]) -> Kept[M]:
    """Keep the SQL of the queryset that `make` returns; it may ask nothing else than its arguments and settings."""
    return Kept(make)


def kept_around(make: Callable[..., QuerySet[M, Any]], around: Around) -> Kept[M]:
    """Keep the SQL that `around` makes of that of the queryset, such as one with more columns after its own."""
    return Kept(make, around)


class KeptUpdate:
    """An UPDATE that is composed once."""

    def __init__(self, make: Callable[[], tuple[QuerySet[Any, Any], Mapping[str, Any]]]) -> None:
        self._make = make
        self._kept: dict[str, _Statement] = {}

    def run(self, *values: Any) -> int:
        """Execute it and return how many rows it changed. No signal is sent, as by `QuerySet.update`."""
        statement, connection = self._statement()
        with open_cursor(connection) as cursor:
            statement.run(cursor, values, connection)
            return int(cursor.rowcount)

    def later(self, *values: Any) -> None:
        """Execute it with what else is written `together`, at once where nothing is."""
        if (gathered := gathering(connections["default"])) is None:
            self.run(*values)
        else:
            gathered.add(*self.sql_for(*values))

    def sql_for(self, *values: Any) -> tuple[str, list[Any]]:
        """Return the statement, which ends with its conditions, and what stands in its places."""
        statement, connection = self._statement()
        return statement.sql, statement.filled(values, connection)

    def _statement(self) -> tuple[_Statement, BaseDatabaseWrapper]:
        connection = connections["default"]
        statement = self._kept.get(connection.alias)
        if statement is None:
            rows, changes = self._make()
            query: Any = rows.query.chain(UpdateQuery)
            query.clear_ordering(force=True)
            query.add_update_values(changes)
            sql, parts = query.get_compiler(connection=connection).as_sql()
            statement = self._kept[connection.alias] = _Statement(sql, parts)
        return statement, connection


def kept_update(make: Callable[[], tuple[QuerySet[Any, Any], Mapping[str, Any]]]) -> KeptUpdate:
    """Keep the SQL that gives the rows of a queryset the values of a mapping; values may be expressions of `param`."""
    return KeptUpdate(make)
