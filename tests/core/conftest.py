"""Redis as it is met: the real one, one that is not there, and one that has frozen."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from core import limits, redis
from core.breaker import Breaker


@pytest.fixture
def fresh_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[Breaker]:
    """Return the breaker before Redis, closed, and forget the clients before and after."""
    breaker = Breaker("redis", catching=redis.breaker._catching)
    monkeypatch.setattr("core.redis.breaker", breaker)
    monkeypatch.setattr("core.cache.breaker", breaker)
    remembered = (redis.client, limits._storage, limits._memory, limits._items_without_redis)
    for one in remembered:
        one.cache_clear()
    yield breaker
    for one in remembered:
        one.cache_clear()


@pytest.fixture
def redis_url(fresh_redis: Breaker, settings: Settings) -> str:
    """Return the address of the real Redis of this run, set as the site's."""
    url = os.environ.get("REDIS_URL", "")
    if not url:
        pytest.skip("REDIS_URL names no Redis; `make test` brings one")
    settings.REDIS_URL = url
    return url


@pytest.fixture
def dead_redis(fresh_redis: Breaker, settings: Settings) -> str:
    """Return an address where nobody listens, set as the site's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    return str(settings.REDIS_URL)


@pytest.fixture
def frozen_redis(fresh_redis: Breaker, settings: Settings) -> Iterator[str]:
    """Return an address that takes connections and never answers, as a stopped process does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        settings.REDIS_URL = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        yield settings.REDIS_URL
