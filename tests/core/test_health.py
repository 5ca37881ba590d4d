"""Probes of a load balancer."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings


def test_alive_without_a_query(client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content, response["Cache-Control"]) == (200, b"ok", "no-store")


@pytest.mark.django_db
def test_a_probe_comes_by_address_and_without_tls(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["news.example"]
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/readyz", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.json()) == (200, {"database": "ok", "cache": "ok"})


def test_not_ready_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(MigrationExecutor, "__init__", refuse)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "down")


@pytest.mark.django_db
def test_not_ready_before_the_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, nodes: ["one to go"])
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "migrations missing")


@pytest.mark.django_db
def test_ready_without_the_cache(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "set", refuse)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": "ok", "cache": "down"})
