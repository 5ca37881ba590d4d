"""Mistakes of a deployment are told before anybody meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core import checks
from django.db import connection, connections
from django.test import override_settings
from pytest_django import Settings

from core.checks import forged_forms, metrics, names, postgres_version, processes, public_face
from scripts.check import PRODUCTION
from scripts.venv import ROOT

#: As a site should be: nothing is found.
GOOD: dict[str, Any] = {
    "SECRET_KEY": "3x" * 40,
    "ALLOWED_HOSTS": ["news.example"],
    "SITE_URL": "https://news.example",
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "TRUSTED_PROXY_COUNT": 1,
    "WEB_PROCESSES": 4,
    "REDIS_URL": "redis://redis:6379/0",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "METRICS_ALLOWED_NETWORKS": ["10.0.0.0/8"],
    "METRICS_TOKEN": "x" * 24,
    "COMMENT_SCREENS": ["moderation.screening.HouseScreen"],
}


def found(**wrong: Any) -> list[str]:
    # Not the fixture: Django itself warns when DATABASES changes, and nothing here asks a database.
    values = {name: value for name, value in {**GOOD, **wrong}.items() if name != "DATABASES"}
    from django.conf import settings

    engine = {**GOOD, **wrong}["DATABASES"]["default"]["ENGINE"]
    before = settings.DATABASES["default"]["ENGINE"]
    settings.DATABASES["default"]["ENGINE"] = engine
    try:
        with override_settings(**values):
            messages = [*public_face(), *processes(), *names(), *metrics()]
    finally:
        settings.DATABASES["default"]["ENGINE"] = before
    return [str(message.id) for message in messages]


def test_a_good_deployment_is_left_in_peace() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("wrong", "ids"),
    [
        ({"SECRET_KEY": "insecure-demo-key-only-for-a-laptop"}, ["parkbench.W001"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["parkbench.W002"]),
        ({"SITE_URL": "http://news.example"}, ["parkbench.W003"]),
        ({"SITE_URL": "https://other.example"}, ["parkbench.W004"]),
        ({"SITE_URL": "news.example"}, ["parkbench.W003", "parkbench.W004"]),
        ({"ALLOWED_HOSTS": [".example"]}, []),
        ({"TRUSTED_PROXY_COUNT": 0}, ["parkbench.W005"]),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, ["parkbench.W006"]),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}, "WEB_PROCESSES": 1}, []),
        ({"REDIS_URL": ""}, ["parkbench.W007"]),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, ["parkbench.W008"]),
        ({"USE_TZ": False}, ["parkbench.W009"]),
        ({"METRICS_ALLOWED_NETWORKS": ["0.0.0.0/0", "::/0"]}, ["parkbench.W010"]),
        ({"METRICS_TOKEN": "secret"}, ["parkbench.W011"]),
        ({"COMMENT_SCREENS": ["moderation.screening.NoSuchScreen"]}, ["parkbench.E001"]),
        ({"METRICS_ALLOWED_NETWORKS": ["10.0.0.1/8", "home"]}, ["parkbench.E002", "parkbench.E002"]),
    ],
)
def test_a_mistake_is_named(wrong: dict[str, Any], ids: list[str]) -> None:
    assert found(**wrong) == ids


@pytest.mark.django_db
def test_forms_that_anybody_may_forge_are_named(settings: Settings) -> None:
    assert forged_forms() == []
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "core.origin.OriginMiddleware"]
    assert [found.id for found in forged_forms()] == ["parkbench.E005"]


@pytest.mark.django_db
def test_an_old_postgres_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert postgres_version(databases=["default"]) == []
    assert postgres_version() == []
    if connection.vendor == "postgresql":
        monkeypatch.setitem(connections["default"].__dict__, "pg_version", 140_011)
        (message,) = postgres_version(databases=["default"])
        assert (message.level, message.msg) == (checks.ERROR, "PostgreSQL 14 is too old.")


def manage(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "manage.py", *command, "--settings=config.settings.production"],
        cwd=ROOT, env={**clean, **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.once
def test_production_says_in_one_sentence_all_that_is_missing() -> None:
    answer = manage("check", SECRET_KEY=" ", SITE_URL="https://news.example", SOCIAL_GITHUB_CLIENT_ID="7")
    assert answer.returncode != 0
    told = answer.stderr.splitlines()[-1]
    assert "Parkbench does not start" in told
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "SOCIAL_GITHUB_SECRET"):
        assert name in told
    assert "SITE_URL" not in told


@pytest.mark.once
def test_a_proper_production_has_no_warning() -> None:
    several = {"WEB_WORKERS": "4", "DATABASE_URL": "postgres://a@db/a", "REDIS_URL": "redis://redis/0"}
    answer = manage("check", "--deploy", "--fail-level", "WARNING", **(PRODUCTION | several))
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
    assert "no issues" in answer.stdout
