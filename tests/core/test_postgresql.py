"""Whether a connection is still there is known without asking the server."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import NotSupportedError, connection, connections, transaction
from django.db.backends.postgresql import base
from django.db.models import QuerySet
from django.utils import timezone

from core.database import exclusively
from core.inserts import insert
from core.kept import kept, param
from core.models import Outbox
from tests.threads import all_well, at_once

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


@kept
def _payloads() -> QuerySet[Outbox, Any]:
    rows = Outbox.objects.filter(topic=param())
    # A sign that both Django and PostgreSQL have a use for.
    return rows.exclude(topic__contains="100%s").values_list("payload", "event", "created_at", "attempts", "topic")


def test_values_are_those_of_any_other_query() -> None:
    insert(Outbox(topic="a", payload={"n": [1, None, "ü"], "of": {"x": 1.5}}, next_at=timezone.now()))
    asked = Outbox.objects.filter(topic="a").values_list("payload", "event", "created_at", "attempts", "topic")
    wrapper: Any = connection
    assert wrapper.keeps_plans
    for _n in range(3):
        assert _payloads.rows("a") == list(asked)
    assert Outbox.objects.get().payload == {"n": [1, None, "ü"], "of": {"x": 1.5}}


def test_one_cursor_lasts_as_long_as_its_connection() -> None:
    wrapper: Any = connection
    first = wrapper.lasting_cursor()
    with first as cursor:
        cursor.execute("SELECT %s::int, '100%%'", [1])
        assert cursor.fetchall() == [(1, "100%")]
    assert wrapper.lasting_cursor() is first
    connection.close()
    with wrapper.lasting_cursor() as cursor:
        assert cursor is not first
        cursor.execute("SELECT %s::int", [2])
        assert cursor.fetchall() == [(2,)]


def test_what_is_asked_for_by_name_is_had_by_one_at_a_time() -> None:
    inside, most = [0], [0]

    def alone() -> None:
        with transaction.atomic():
            exclusively("the lamp")
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.02)
            inside[0] -= 1

    all_well(at_once([alone] * 5))
    assert most == [1]
