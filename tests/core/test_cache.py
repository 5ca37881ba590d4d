"""A cache that is down costs speed and never facts; who counts in it goes on counting."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from core.breaker import FAILURES, Breaker
from core.cache import RedisCache
from core.redis import TIMEOUT


def cache_at(url: str) -> RedisCache:
    return RedisCache(url, {})


def test_with_redis_it_is_djangos(redis_url: str) -> None:
    cache, name = cache_at(redis_url), uuid4().hex
    assert cache.add(name, 1, 30)
    assert not cache.add(name, 2, 30)
    assert (cache.get(name), cache.incr(name), cache.has_key(name), cache.touch(name, 30)) == (1, 2, True, True)
    assert cache.set_many({f"{name}:a": [1], f"{name}:b": "x"}, 30) == []
    assert cache.get_many([f"{name}:a", f"{name}:b", f"{name}:c"]) == {f"{name}:a": [1], f"{name}:b": "x"}
    cache.delete_many([f"{name}:a", f"{name}:b"])
    assert (cache.delete(name), cache.get(name, "gone")) == (True, "gone")
    with pytest.raises(ValueError):
        cache.incr(name)


@pytest.mark.parametrize("state", ["dead_redis", "frozen_redis"])
def test_without_redis_reads_miss_and_writes_do_nothing(state: str, request: pytest.FixtureRequest) -> None:
    cache = cache_at(request.getfixturevalue(state))
    cache.set("page", "text", 30)
    assert (cache.get("page"), cache.get("page", "none"), cache.get_many(["page"])) == (None, "none", {})
    assert (cache.delete("page"), cache.has_key("page"), cache.touch("page")) == (False, False, False)
    assert cache.set_many({"a": 1}) == ["a"]
    assert cache.get_or_set("made", lambda: "new") == "new"
    assert (cache.incr("n"), cache.incr("n", 2)) == (1, 3)
    cache.delete_many(["a"])
    cache.clear()


def test_a_frozen_redis_is_waited_for_three_times_in_all(frozen_redis: str, fresh_redis: Breaker) -> None:
    cache = cache_at(frozen_redis)
    began = time.monotonic()
    for _ in range(200):
        cache.get("page")
    assert fresh_redis.is_open
    # Each of the three may wait for the connection and for the answer; a second try of redis-py's would double that.
    assert time.monotonic() - began < 2 * TIMEOUT * FAILURES + 1


def test_without_redis_a_lock_holds_within_the_process(dead_redis: str) -> None:
    cache = cache_at(dead_redis)
    assert cache.add("lock", 1, 30)
    assert not cache.add("lock", 1, 30)
    cache.delete("lock")
    assert cache.add("lock", 1, 30)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["dead_redis", "frozen_redis"])
def test_log_in_without_redis_answers_and_stays_limited(
    client: Client, settings: Settings, state: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(state)
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": "core.cache.RedisCache", "LOCATION": url}}
    caches["default"].clear()
    guesses = [
        client.post("/accounts/login/", {"login": "bo@example.org", "password": f"guess number {n}"}).status_code
        for n in range(8)
    ]
    assert guesses[0] == 200
    assert set(guesses) <= {200, 429}, "words, not an error"
    page = client.post("/accounts/login/", {"login": "bo@example.org", "password": "guess"})
    assert page.status_code == 429 or b"Too many failed" in page.content
