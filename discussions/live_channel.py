"""The channel in Redis by which a process that serves streams learns that something has happened somewhere.

It carries the id of an article and no more: what happened is read from the rows, so that a message which is lost, late
or doubled changes nothing but the moment.
"""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings

from core.background import Breaker

CHANNEL = "parkbench:live"
#: Seconds that a post may wait for it; after three failures nobody waits for a while.
PATIENCE = 0.25

breaker = Breaker()


def publish(article_id: int) -> None:
    """Say that something happened under the article; never fails. Without Redis nobody listens."""
    if settings.REDIS_URL:
        breaker.call(lambda: _client(settings.REDIS_URL).publish(CHANNEL, str(article_id)))


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
