"""Whether a connection is still there is known without asking the server."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import NotSupportedError, connection, connections
from django.db.backends.postgresql import base
from django.db.models import QuerySet

from core.kept import kept, param
from core.models import Outbox

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_connection_that_is_there_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda wrapper: pytest.fail("asked"))
    assert connection.is_usable()


def test_one_that_the_server_has_ended_is_made_anew() -> None:
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ended = cursor.fetchone()[0]
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [ended])
    other.close()
    assert not connection.is_usable()
    wrapper: Any = connection
    wrapper.health_check_enabled, wrapper.health_check_done = True, False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] != ended


def test_one_that_was_closed_cannot_be_used() -> None:
    connection.ensure_connection()
    connection.connection.close()
    assert not connection.is_usable()
    connection.close()
    connection.ensure_connection()
    assert connection.is_usable()


@kept
def _topics() -> QuerySet[Outbox, Any]:
    return Outbox.objects.filter(pk__gt=param()).values_list("topic")


def test_a_plan_from_before_a_migration_costs_one_request_and_no_more() -> None:
    wrapper: Any = connection
    for _n in range(4):
        assert _topics.rows(0) == []
    migrated("ALTER TABLE core_outbox ALTER COLUMN topic TYPE text")
    try:
        with pytest.raises(NotSupportedError):
            _topics.rows(0)
        wrapper.close_if_unusable_or_obsolete()  # as Django does when the request is over
        assert wrapper.connection is None
        assert _topics.rows(0) == []
    finally:
        migrated("ALTER TABLE core_outbox ALTER COLUMN topic TYPE varchar(40)")
        connection.close()


def migrated(statement: str) -> None:
    """Carry out a migration's statement on a connection of its own."""
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute(statement)
    other.close()
