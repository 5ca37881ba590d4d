"""The cache of a site with Redis: when Redis is down or frozen, pages are slower and right, and log-in stays limited.

Then a read is a miss and a write does nothing, with two exceptions that are kept in this process's memory instead:

* `add` and `incr`. A lock taken with `add` is exclusive among the threads of one process only: enough to keep a page
  from being made a hundred times at once. What must happen once on the whole site needs a row of the database.
* everything of allauth, which counts log-ins here. A process that knows nothing of the others' counts refuses later
  than all of them together would; it starts from zero, and never from "anything goes".

A delete while Redis is down is lost: what is cached has a version in its key or lives for a short time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.core.cache.backends.redis import RedisCacheClient

from core.redis import breaker, connection_options

T = TypeVar("T")

#: Keys that count something, and are counted on in memory.
COUNTED = "allauth"


class _Client(RedisCacheClient):
    """Django's, which makes a client for every call: to make one takes as long as to ask Redis."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client, the same each time."""
        if write not in self._made:
            self._made[write] = super().get_client(key, write=write)
        return self._made[write]

    @cached_property
    def _made(self) -> dict[bool, Any]:
        return {}


class RedisCache(DjangoRedisCache):
    """Django's, behind the breaker of `core.redis`; `OPTIONS` may name other time-outs."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**connection_options(), **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = _Client
        # Room for many: who can push counts out by making others can try log-ins for ever.
        self._memory = LocMemCache(f"instead of {server}", {"OPTIONS": {"MAX_ENTRIES": 20_000}})

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Set `key` unless it is there; return whether this was done. Without Redis: as far as this process knows."""
        return breaker.run(
            lambda: super(RedisCache, self).add(key, value, timeout, version),
            lambda: self._memory.add(key, value, timeout, version),
        )

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """Return the value, `default` when there is none or Redis does not say."""
        return breaker.run(
            lambda: super(RedisCache, self).get(key, default, version),
            lambda: self._memory.get(key, default, version) if _counts(key) else default,
        )

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        """Keep the value, if it can be."""
        breaker.run(
            lambda: super(RedisCache, self).set(key, value, timeout, version),
            lambda: self._memory.set(key, value, timeout, version) if _counts(key) else None,
        )

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Keep the value for longer; return whether it is there."""
        return self._or(lambda: super(RedisCache, self).touch(key, timeout, version), otherwise=False)

    def delete(self, key: Any, version: Any = None) -> bool:
        """Forget the value; return whether there was one. A lock that was taken without Redis goes too."""
        in_memory = self._memory.delete(key, version)
        return self._or(lambda: super(RedisCache, self).delete(key, version), otherwise=in_memory)

    def get_many(self, keys: Iterable[Any], version: Any = None) -> dict[Any, Any]:
        """Return what is there of `keys`."""
        wanted, nothing = list(keys), dict[Any, Any]()
        return self._or(lambda: super(RedisCache, self).get_many(wanted, version), otherwise=nothing)

    def has_key(self, key: Any, version: Any = None) -> bool:
        """Return whether there is a value."""
        return self._or(lambda: super(RedisCache, self).has_key(key, version), otherwise=False)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Add to a number and return it; raises `ValueError` if there is none. Without Redis it begins at nought."""

        def in_memory() -> int:
            self._memory.add(key, 0, version=version)
            return self._memory.incr(key, delta, version)

        return breaker.run(lambda: super(RedisCache, self).incr(key, delta, version), in_memory)

    def set_many(self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> list[Any]:
        """Keep the values; return the keys of those that could not be."""
        keys = list(data)
        return self._or(lambda: super(RedisCache, self).set_many(data, timeout, version), otherwise=keys)

    def delete_many(self, keys: Iterable[Any], version: Any = None) -> None:
        """Forget the values."""
        unwanted = list(keys)
        self._memory.delete_many(unwanted, version)
        self._or(lambda: super(RedisCache, self).delete_many(unwanted, version), otherwise=None)

    def clear(self) -> None:
        """Forget everything."""
        self._memory.clear()
        self._or(super().clear, otherwise=None)

    @staticmethod
    def _or(action: Callable[[], T], *, otherwise: T) -> T:
        return breaker.run(action, lambda: otherwise)


def _counts(key: Any) -> bool:
    return str(key).startswith(COUNTED)
