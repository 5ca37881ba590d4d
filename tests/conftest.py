"""What every test may use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

from core import limits
from moderation import triggers

# A shared machine is slow at times; a property that is wrong fails at any speed.
hypothesis_settings.register_profile(
    "parkbench", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile("parkbench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs PostgreSQL when this run is on SQLite."""
    if not django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: this run is on SQLite")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Start with an empty process: what another test's rows said is not known."""
    caches["process"].clear()


@pytest.fixture(autouse=True)
def _audit_log_can_be_flushed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the flush after a test with real transactions empty the log: on SQLite it deletes, which triggers refuse.

    Set up after the database and so torn down before its flush; the next such test makes the triggers again.
    """
    marker = request.node.get_closest_marker("django_db")
    is_real = {"transactional_db", "live_server"} & set(request.fixturenames) or (
        marker and marker.kwargs.get("transaction")
    )
    if not is_real or connection.vendor != "sqlite":
        yield
        return
    request.getfixturevalue("transactional_db")
    with connection.schema_editor() as editor:
        triggers.create(None, editor)
    yield
    with connection.schema_editor() as editor:
        triggers.drop(None, editor)


@pytest.fixture
def limits_on(settings: Settings) -> Iterator[None]:
    """Count rate limits in this test, from zero."""
    settings.RATE_LIMITS_ENABLED = True
    limits._storage.cache_clear()
    yield
    limits._storage.cache_clear()
