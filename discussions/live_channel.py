"""The channel in Redis by which a process that serves streams learns that something has happened somewhere.

It carries the id of an article and no more: what happened is read from the rows, so that a message which is lost, late
or doubled changes nothing but the moment.
"""

from __future__ import annotations

from django.conf import settings

from core.redis import breaker, client

CHANNEL = "parkbench:live"


def publish(article_id: int) -> None:
    """Say that something happened under the article; never fails. Without Redis nobody listens."""
    if settings.REDIS_URL:
        breaker.run(lambda: client().publish(CHANNEL, str(article_id)), lambda: None)
