"""Which database is asked, and for how long."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import router, transaction
from environs import Env
from pytest_django import Settings

from config.settings.database import databases
from core.database import replica
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
    for name in ("DATABASE_URL", "DATABASE_REPLICA_URL", "DATABASE_STATEMENT_SECONDS"):
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


def test_a_command_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    one = found(monkeypatch, DATABASE_URL="postgres://a@one/db", DATABASE_STATEMENT_SECONDS="0")
    assert "statement_timeout=0 " in str(one["default"]["OPTIONS"])
    assert list(found(monkeypatch)) == ["default"]
