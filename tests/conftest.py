"""What every test may use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker, Settings

from core import limits, moulds
from discussions import freshness, page_cache
from tests.emptying import CleanState

# A shared machine is slow at times; a property that is wrong fails at any speed.
hypothesis_settings.register_profile(
    "parkbench", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile("parkbench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs PostgreSQL when this run is on SQLite, and begin with what mostly waits."""
    # Those wait for processes that are killed and frozen, and the other workers have the processors meanwhile.
    items.sort(key=lambda item: item.get_closest_marker("services") is None)
    if not django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: this run is on SQLite")
    for item in items:
        if item.get_closest_marker("postgres") or item.get_closest_marker("services"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Start with an empty process: what another test's rows said is not known."""
    caches["process"].clear()
    caches["default"].clear()
    freshness.forget()
    page_cache.forget()
    moulds.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make the test database, and let the tests with real transactions leave it as it was made."""
    with django_db_blocker.unblock():
        clean = CleanState()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: clean.restore())
        yield


@pytest.fixture
def limits_on(settings: Settings) -> Iterator[None]:
    """Count rate limits in this test, from zero."""
    settings.RATE_LIMITS_ENABLED = True
    limits._storage.cache_clear()
    yield
    limits._storage.cache_clear()
