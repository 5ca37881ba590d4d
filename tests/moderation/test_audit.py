"""The audit log: appended to and never changed, and what was changed all the same is found."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from moderation import audit, triggers
from moderation.models import AuditEntry, AuditHead
from tests.factories import make_comment, make_moderator
from tests.threads import all_well, at_once

TABLE = AuditEntry._meta.db_table
COLUMNS = [field.column for field in AuditEntry._meta.concrete_fields]


@pytest.fixture
def log(moderator: User) -> list[AuditEntry]:
    """Return a log of five lines."""
    comment = make_comment()
    return [
        audit.record("comment.removed", by=moderator, comment=comment, case=n, seconds=2.5 + n, queue="held")
        for n in range(5)
    ]


@pytest.fixture
def open_log() -> None:
    """Take the triggers away, as somebody could who owns the database."""
    with connection.cursor() as cursor:
        for statement in triggers.DROP[connection.vendor]:
            cursor.execute(statement)


def _sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _verify(*options: str) -> str:
    out = io.StringIO()
    call_command("verify_audit_log", *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act",
    [
        lambda: AuditEntry.objects.update(name="case.opened"),
        lambda: AuditEntry.objects.filter(pk=1).delete(),
        lambda: _sql(f"UPDATE {TABLE} SET actor_id = 7 WHERE id = 1"),
        lambda: _sql(f"DELETE FROM {TABLE}"),
        # What is the same afterwards is refused too.
        lambda: _sql(f"UPDATE {TABLE} SET name = name"),
    ],
)
def test_the_database_refuses_to_change_a_line(act: Callable[[], object]) -> None:
    comment, by = make_comment(), make_moderator()
    audit.record("comment.removed", by=by, comment=comment)
    with pytest.raises(DatabaseError, match=triggers.WORDS):
        act()
    assert AuditEntry.objects.get().name == "comment.removed"
    assert audit.find_break() is None


@pytest.mark.django_db
def test_an_act_without_a_name_is_not_recorded(moderator: User) -> None:
    with pytest.raises(AssertionError, match=r"moderation\.audit\.NAMES"):
        audit.record("comment.eaten", by=moderator)


def test_a_whole_log_holds(log: list[AuditEntry]) -> None:
    assert audit.find_break() is None
    assert "5 lines, the chain holds" in _verify()
    assert [entry.pk for entry in log] == [1, 2, 3, 4, 5]
    assert {entry.previous for entry in log[1:]} == {entry.hash for entry in log[:-1]}


@pytest.mark.django_db
def test_an_empty_log_holds() -> None:
    assert "0 lines, the chain holds" in _verify()


def test_lines_are_numbered_without_gaps_though_an_act_fails(log: list[AuditEntry], moderator: User) -> None:
    with transaction.atomic():
        audit.record("note.written", by=moderator)
        transaction.set_rollback(True)
    assert audit.record("note.written", by=moderator).pk == 6
    assert audit.find_break() is None


def _flipped(value: object) -> object:
    """Return the value with one byte another one."""
    if isinstance(value, int):
        return value ^ 64
    text = str(value)
    position = len(text) // 2
    while not text[position].isalnum():
        position += 1
    return text[:position] + chr(ord(text[position]) ^ 1) + text[position + 1 :]


@pytest.mark.parametrize("line", [1, 3, 5])
@pytest.mark.parametrize("column", COLUMNS)
def test_one_changed_byte_is_found(log: list[AuditEntry], open_log: None, column: str, line: int) -> None:
    with connection.cursor() as cursor:
        kind = "varchar" if connection.vendor == "postgresql" else "text"
        expression = column if column.endswith("id") else f"CAST({column} AS {kind})"
        cursor.execute(f"SELECT {expression} FROM {TABLE} WHERE id = %s", [line])
        (value,) = cursor.fetchone()
    cast = {"data": "::jsonb", "at": "::timestamptz"}.get(column, "") if connection.vendor == "postgresql" else ""
    _sql(f"UPDATE {TABLE} SET {column} = %s{cast} WHERE id = %s", _flipped(value), line)
    found = audit.find_break()
    assert found is not None
    assert found.entry_id in (line, line + 1, line ^ 64)
    with pytest.raises(CommandError, match=rf"^line {found.entry_id}: "):
        _verify()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"case": 0},
        {"case": 0, "seconds": 2.5, "queue": "held", "more": 1},
        {"case": "0", "seconds": 2.5, "queue": "held"},
    ],
)  # fmt: skip
def test_other_data_is_found(log: list[AuditEntry], open_log: None, data: dict[str, object]) -> None:
    AuditEntry.objects.filter(pk=1).update(data=data)
    assert audit.find_break() == audit.Break(1, "the line was changed")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its types")
@pytest.mark.parametrize(
    ("column", "value"), [("at", "nonsense"), ("at", "2031-02-30 01:01:01"), ("name", b"\xff\xfe")]
)
def test_what_cannot_be_read_is_found(log: list[AuditEntry], open_log: None, column: str, value: object) -> None:
    _sql(f"UPDATE {TABLE} SET {column} = %s WHERE id = 3", value)
    with pytest.raises(CommandError, match="line 3: "):
        _verify()


@pytest.mark.parametrize(("line", "first_broken"), [(1, 2), (3, 4), (5, 4)])
def test_a_line_that_was_taken_out_is_found(
    log: list[AuditEntry], open_log: None, line: int, first_broken: int
) -> None:
    AuditEntry.objects.filter(pk=line).delete()
    with pytest.raises(CommandError, match=rf"line {first_broken}: .* (is|are) missing"):
        _verify()


def test_a_tail_that_was_cut_off_is_found(log: list[AuditEntry], open_log: None) -> None:
    AuditEntry.objects.filter(pk__gt=2).delete()
    with pytest.raises(CommandError, match="line 2: lines after this one are missing"):
        _verify()
    AuditEntry.objects.all().delete()
    with pytest.raises(CommandError, match="line 0: lines after this one are missing"):
        _verify()


def test_a_line_that_was_put_in_is_found(log: list[AuditEntry]) -> None:
    extra = AuditEntry(pk=6, at=log[4].at, name="case.opened", data={}, previous=log[4].hash)
    extra.hash = audit.hash_of(extra)
    extra.save(force_insert=True)
    assert audit.find_break() == audit.Break(6, "the line was put in")


def test_a_log_that_was_written_anew_is_found_by_the_head_that_was_kept(
    log: list[AuditEntry], open_log: None, moderator: User
) -> None:
    kept = _verify("--head").splitlines()[-1]
    assert kept == f"5:{log[4].hash}"
    audit.record("note.written", by=moderator)
    assert "6 lines, the chain holds" in _verify(f"--kept={kept}")
    AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    for _n in range(7):
        audit.record("case.opened", by=None)
    assert "7 lines, the chain holds" in _verify()
    with pytest.raises(CommandError, match="line 5: the log was written anew"):
        _verify(f"--kept={kept}")


def test_a_head_that_is_none_is_refused() -> None:
    for word in ("5", "x:" + audit.GENESIS, "5:abc"):
        with pytest.raises(CommandError, match="is not what --head prints"):
            _verify(f"--kept={word}")


@pytest.mark.django_db
def test_hashes_do_not_depend_on_how_a_database_writes_numbers(moderator: User) -> None:
    data: dict[str, Any] = {
        "seconds": 3.0,
        "waited": 1e16,
        "parts": [1.0, 2.5, {"x": -0.0}],
        "small": 1e-7,
        "none": None,
        "text": "ż",
    }
    entry = audit.record("note.written", by=moderator, **data)
    assert audit.hash_of(AuditEntry.objects.get(pk=entry.pk)) == entry.hash
    assert json.loads(json.dumps(data)) == data
    assert audit.find_break() is None


def test_the_log_is_read_in_batches(log: list[AuditEntry], django_assert_num_queries: Callable[[int], object]) -> None:
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        assert audit.find_break() is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_appends_at_once_leave_no_gap() -> None:
    people = [make_moderator() for _n in range(8)]

    def append(by: User) -> None:
        for n in range(40):
            audit.record("note.written", by=by, note=n)

    all_well(at_once([partial(append, by) for by in people]))

    assert list(AuditEntry.objects.order_by("id").values_list("id", flat=True)) == list(range(1, 321))
    assert audit.head().count == 320
    assert audit.find_break() is None
