"""How this process talks to Redis: with little patience, and not at all for a while when it is down.

Redis holds nothing that is true only there: losing it costs speed, never facts.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.breaker import Breaker

#: Seconds. A healthy Redis answers in one thousandth of that.
TIMEOUT = 0.25

#: One for cache, limits and queue lengths: it is one Redis.
breaker = Breaker("redis", catching=(RedisError, OSError))


def connection_options() -> dict[str, Any]:
    """Return keywords for a connection: short time-outs, and no second try, which would take as long again."""
    return {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 0)}


@cache
def client() -> Redis:
    """Return this process's client of `REDIS_URL`. Every call goes through `breaker`."""
    return Redis.from_url(settings.REDIS_URL, **connection_options())
