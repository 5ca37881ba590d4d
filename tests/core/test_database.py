"""Which database is asked, and for how long."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, router, transaction
from environs import Env
from pytest_django import DjangoAssertNumQueries, Settings

from config.settings.database import databases
from core.database import replica, savepoint_if_asked
from core.models import Outbox


@pytest.fixture
def with_replica(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES, "replica", {})


@pytest.mark.django_db(transaction=True)
def test_only_marked_reads_go_to_the_copy(with_replica: None) -> None:
    rows = Outbox.objects.all()
    assert rows.db == "default"
    with replica():
        assert rows.db == "replica"
        assert router.db_for_write(Outbox, instance=Outbox()) == "default"
        with replica():
            pass
        assert Outbox.objects.all().db == "replica"
    assert Outbox.objects.all().db == "default"


@pytest.mark.django_db
def test_a_transaction_sees_one_database(with_replica: None) -> None:
    with transaction.atomic(), replica():
        assert Outbox.objects.all().db == "default"


@pytest.mark.django_db(transaction=True)
def test_without_a_copy_there_is_one_database() -> None:
    with replica():
        assert Outbox.objects.count() == 0


def found(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, dict[str, object]]:
    for name in ("DATABASE_URL", "DATABASE_REPLICA_URL", "DATABASE_STATEMENT_SECONDS", "DATABASE_KEEPS_PLANS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return databases(Env(), Path("x.sqlite3"))


def test_postgres_is_asked_with_a_limit_and_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    both = found(monkeypatch, DATABASE_URL="postgres://a@one/db", DATABASE_REPLICA_URL="postgres://a@two/db")
    assert {alias: config["HOST"] for alias, config in both.items()} == {"default": "one", "replica": "two"}
    for config in both.values():
        assert config["CONN_HEALTH_CHECKS"] is True
        assert "statement_timeout=15000 -c lock_timeout=10000" in str(config["OPTIONS"])
        assert "'connect_timeout': 3" in str(config["OPTIONS"])


def test_plans_are_kept_unless_a_pooler_is_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, threshold in (("true", 1), ("false", None)):
        one = found(monkeypatch, DATABASE_URL="postgres://a@one/db", DATABASE_KEEPS_PLANS=value)
        assert one["default"]["OPTIONS"]["prepare_threshold"] == threshold  # type: ignore[index]


@pytest.mark.django_db
def test_a_savepoint_is_made_by_the_first_query_of_a_block(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0), savepoint_if_asked():
        pass
    with django_assert_num_queries(4), savepoint_if_asked():  # savepoint, two queries, release
        Outbox.objects.exists()
        Outbox.objects.exists()


@pytest.mark.django_db
def test_what_fails_in_a_block_takes_nothing_else_along() -> None:
    row = Outbox.objects.create(topic="test.before")
    same = [Outbox(topic="test.inside"), Outbox(pk=row.pk, topic="test.twice")]
    with pytest.raises(IntegrityError), savepoint_if_asked():
        Outbox.objects.bulk_create(same)
    with pytest.raises(ZeroDivisionError), savepoint_if_asked():
        1 / 0  # noqa: B018
    assert [row.topic for row in Outbox.objects.all()] == ["test.before"]
    with savepoint_if_asked(), transaction.atomic(savepoint=False):
        Outbox.objects.create(topic="test.after")
        transaction.set_rollback(True)
    assert [row.topic for row in Outbox.objects.all()] == ["test.before"]


@pytest.mark.django_db(transaction=True)
def test_such_a_block_is_a_transaction_where_there_is_none() -> None:
    with pytest.raises(ZeroDivisionError), savepoint_if_asked():
        _writes_and_fails([])
    assert not Outbox.objects.exists()
    done: list[str] = []
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), savepoint_if_asked():
            _writes_and_fails(done)
        transaction.on_commit(lambda: done.append("outside"))
    assert (done, Outbox.objects.exists()) == (["outside"], False)


def _writes_and_fails(done: list[str]) -> None:
    transaction.on_commit(lambda: done.append("inside"))
    Outbox.objects.create(topic="test.inside")
    raise ZeroDivisionError


def test_a_command_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    one = found(monkeypatch, DATABASE_URL="postgres://a@one/db", DATABASE_STATEMENT_SECONDS="0")
    assert "statement_timeout=0 " in str(one["default"]["OPTIONS"])
    assert list(found(monkeypatch)) == ["default"]
