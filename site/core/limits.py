"""How often one person may do something: one table of names, kept in memory or in Redis.

The moving window is used because a fixed one lets twice the budget through at its edge.

A reader is not kept from writing because Redis is down: then each process counts in its own memory, from zero. What
could be abused meanwhile (`TIGHTENED`) gets a smaller budget, less than the site's when all its processes are taken
together. Log-in and sign-up are counted by allauth, see `ACCOUNT_RATE_LIMITS` and `core.cache`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.translation import ngettext
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from core import redis
from core.errors import TooMany
from core.metrics import series

LIMITS: dict[str, str] = {
    # Nobody writes six considered comments in a minute.
    "post": "6/minute; 60/hour",
    # New guests from one network: a school or an office shares one.
    "guest": "20/minute; 120/hour",
    "edit": "10/minute",
    # Passages that one person chooses in one article; in a day, with an account that is known a little, and a new one.
    "passage": "5/hour",
    "passage_day": "20/day",
    "passage_day_new": "2/day",
    # A quick reader votes on everything while scrolling.
    "vote": "60/minute",
    # Open pages of a whole network that hear something new; a page asks once in four seconds at most.
    "poll": "1200/minute",
    "preview": "60/minute",
    "share": "20/minute",
    "report": "10/minute; 40/hour",
    "unlawful_notice": "5/hour; 20/day",
    "appeal": "5/hour",
    "appeal_message": "10/hour",
    # A mail to an address that somebody typed: few, or we are the spammer.
    "guest_mail": "3/hour; 10/day",
    "guest_mail_network": "20/hour; 60/day",
    # May send a mail too, and is answered the same whether it does.
    "subscribe": "10/hour; 30/day",
    # Costs the database more than reading does.
    "search": "30/minute",
    # A copy of everything about oneself: seldom asked for, and work to make.
    "export": "3/hour; 5/day",
}
#: What somebody gains from doing often, and others pay for.
TIGHTENED = frozenset({"guest", "guest_mail", "guest_mail_network", "subscribe", "unlawful_notice", "export"})


@cache
def _storage() -> Storage:
    options = redis.connection_options() if settings.REDIS_URL else {}
    return cast("Storage", storage_from_string(settings.REDIS_URL or "memory://", **options))


@cache
def _memory() -> Storage:
    return MemoryStorage()


@cache
def _items(name: str) -> list[RateLimitItem]:
    return parse_many(LIMITS[name])


@cache
def _items_without_redis(name: str) -> list[RateLimitItem]:
    if name not in TIGHTENED:
        return _items(name)
    share = 2 * settings.WEB_PROCESSES
    return [type(item)(max(1, item.amount // share), item.multiples) for item in _items(name)]


def check_limit(name: str, who: str) -> None:
    """Count one `name` by `who` (an identity such as `user:12` or `network:192.0.2.0`).

    Raises `TooMany`, with the wait in words, when the budget of `LIMITS[name]` is used up.
    """
    if not settings.RATE_LIMITS_ENABLED:
        return

    def in_memory() -> float | None:
        series.LIMIT_FALLBACKS.labels(name).inc()
        return _hit(_memory(), _items_without_redis(name), name, who)

    if settings.REDIS_URL:
        wait = redis.breaker.run(lambda: _hit(_storage(), _items(name), name, who), in_memory)
    else:
        wait = _hit(_storage(), _items(name), name, who)
    if wait is not None:
        series.LIMIT_REFUSALS.labels(name).inc()
        raise _too_many(math.ceil(wait))


def _hit(storage: Storage, items: Sequence[RateLimitItem], name: str, who: str) -> float | None:
    """Count, and return None, or the seconds to wait when there were too many."""
    limiter = MovingWindowRateLimiter(storage)
    for item in items:
        if not limiter.hit(item, name, who):
            return limiter.get_window_stats(item, name, who).reset_time - time.time()
    return None


def _too_many(seconds: int) -> TooMany:
    seconds = max(1, seconds)
    if seconds < 90:
        message = ngettext(
            "You are going very fast. Please try again in %(n)d second; your text is kept.",
            "You are going very fast. Please try again in %(n)d seconds; your text is kept.",
            seconds,
        ) % {"n": seconds}
    else:
        minutes = math.ceil(seconds / 60)
        message = ngettext(
            "You are going very fast. Please try again in %(n)d minute; your text is kept.",
            "You are going very fast. Please try again in %(n)d minutes; your text is kept.",
            minutes,
        ) % {"n": minutes}
    return TooMany(message, retry_after=seconds)
