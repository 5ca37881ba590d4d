"""What a monitoring system is told, and who may ask."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from core.metrics import state
from core.models import Outbox
from tests.factories import make_article

TOKEN = "a-token-of-more-than-24-characters"


@pytest.fixture
def allowed(settings: Settings) -> None:
    settings.METRICS_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def told(client: Client) -> str:
    response = client.get("/metrics")
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    return response.content.decode()


def value(text: str, series: str) -> float:
    return next((float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(series)), 0.0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("networks", "token", "given", "proxies", "forwarded", "status"),
    [
        ([], "", "", 0, "", 404),
        ([], "", "Bearer ", 0, "", 404),
        (["10.0.0.0/8"], "", "", 0, "", 404),
        (["127.0.0.0/8"], "", "", 0, "", 200),
        # The proxy stands in an allowed network; who asks it does not.
        (["127.0.0.0/8"], "", "", 1, "198.51.100.9", 404),
        (["127.0.0.0/8"], "", "", 0, "198.51.100.9", 200),
        (["10.0.0.0/8"], "", "", 0, "10.0.0.1", 404),
        ([], TOKEN, f"Bearer {TOKEN}", 0, "", 200),
        ([], TOKEN, f"Bearer {TOKEN}x", 0, "", 404),
        ([], TOKEN, "", 0, "", 404),
    ],
)
def test_figures_of_the_house_are_for_the_house(
    client: Client,
    settings: Settings,
    networks: list[str],
    token: str,
    given: str,
    proxies: int,
    forwarded: str,
    status: int,
) -> None:
    settings.METRICS_ALLOWED_NETWORKS, settings.METRICS_TOKEN = networks, token
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {"authorization": given} | ({"x-forwarded-for": forwarded} if forwarded else {})
    assert client.get("/metrics", headers=headers).status_code == status


@pytest.mark.django_db
def test_requests_are_counted_by_the_name_of_their_view(client: Client, allowed: None) -> None:
    article = make_article()
    before = told(client)
    client.get(f"/articles/{article.slug}/")
    client.get("/somebody/made/this/up/")
    client.generic("BREW", "/")
    after = told(client)
    page = 'parkbench_requests_total{method="GET",status="200",view="discussions:article"}'
    nowhere = 'parkbench_requests_total{method="GET",status="404",view="none"}'
    for series in (page, nowhere):
        assert value(after, series) == value(before, series) + 1
    assert value(after, 'parkbench_request_queries_sum{view="discussions:article"}') > 0
    assert value(after, 'parkbench_request_seconds_count{method="GET",view="discussions:article"}') >= 1
    assert "made" not in after
    assert "BREW" not in after


@pytest.mark.django_db
def test_what_waits_and_for_how_long(client: Client, allowed: None) -> None:
    now = timezone.now()
    rows = [
        Outbox(topic="test.mail", urgency=0, next_at=now - timedelta(seconds=90)),
        Outbox(topic="test.mail", urgency=2, next_at=now + timedelta(hours=1)),
        Outbox(topic="test.mail", urgency=2, failed_at=now, next_at=now - timedelta(days=1)),
        Outbox(topic="test.mail", urgency=2, done_at=now, next_at=now - timedelta(days=1)),
    ]
    Outbox.objects.bulk_create(rows)
    text = told(client)
    assert 90 <= value(text, 'parkbench_outbox_lag_seconds{urgency="now"}') < 150
    assert value(text, 'parkbench_outbox_lag_seconds{urgency="later"}') == 0
    assert value(text, 'parkbench_outbox_rows{state="waiting",topic="test.mail"}') == 2
    assert value(text, 'parkbench_outbox_rows{state="given_up",topic="test.mail"}') == 1
    assert 'parkbench_case_waiting_seconds{queue="held"} 0.0' in text


@pytest.mark.django_db
def test_the_state_is_few_questions(
    client: Client, allowed: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Each report of an app may ask one or two; whoever adds one raises this knowingly."""
    with django_assert_max_num_queries(3 + 2 * (len(state._REPORTS) - 3)):
        told(client)


@pytest.mark.django_db
def test_without_the_database_the_counters_are_told(
    client: Client, allowed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> state.Values:
        raise OperationalError

    monkeypatch.setattr(state, "_REPORTS", [state.Report("parkbench_x", "x", (), away)])
    assert "parkbench_requests_total" in told(client)


def test_queues_of_the_real_redis(redis_url: str, settings: Settings) -> None:
    assert set(state.queue_lengths()) == {("urgent",), ("default",), ("later",)}


@pytest.mark.parametrize("redis", ["dead_redis", "frozen_redis"])
def test_no_queues_without_redis(redis: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(redis)
    assert state.queue_lengths() == {}


_COUNT = """
from core.metrics import series
series.MAILS.labels("sent").inc()
"""
_TELL = """
import django
from django.conf import settings
settings.configure(USE_TZ=True, DATABASES={}, METRICS_ALLOWED_NETWORKS=[], REDIS_URL="")
from core.metrics import series
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_processes_add_up(tmp_path: Path) -> None:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": "site"}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", _COUNT], env=env, check=True)
    text = subprocess.run([sys.executable, "-c", _TELL], env=env, check=True, capture_output=True, text=True).stdout
    assert value(text, 'parkbench_mails_total{outcome="sent"}') == 2
