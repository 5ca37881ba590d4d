"""How often one person may do something: one table of names, kept in memory or in Redis.

The moving window is used because a fixed one lets twice the budget through at its edge.
"""

from __future__ import annotations

import math
import time
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.translation import ngettext
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from core.errors import TooMany

LIMITS: dict[str, str] = {
    # Nobody writes six considered comments in a minute.
    "post": "6/minute; 60/hour",
    # New guests from one network: a school or an office shares one.
    "guest": "20/minute; 120/hour",
    "edit": "10/minute",
    # A quick reader votes on everything while scrolling.
    "vote": "60/minute",
    "preview": "60/minute",
    "share": "20/minute",
    "report": "10/minute; 40/hour",
    "unlawful_notice": "5/hour; 20/day",
    "appeal": "5/hour",
    "appeal_message": "10/hour",
    # A mail to an address that somebody typed: few, or we are the spammer.
    "guest_mail": "3/hour; 10/day",
    "guest_mail_network": "20/hour; 60/day",
}


@cache
def _storage() -> Storage:
    return cast("Storage", storage_from_string(settings.REDIS_URL or "memory://"))


@cache
def _items(name: str) -> list[RateLimitItem]:
    return parse_many(LIMITS[name])


def check_limit(name: str, who: str) -> None:
    """Count one `name` by `who` (an identity such as `user:12` or `network:192.0.2.0`).

    Raises `TooMany`, with the wait in words, when the budget of `LIMITS[name]` is used up.
    """
    if not settings.RATE_LIMITS_ENABLED:
        return
    limiter = MovingWindowRateLimiter(_storage())
    for item in _items(name):
        if not limiter.hit(item, name, who):
            raise _too_many(math.ceil(limiter.get_window_stats(item, name, who).reset_time - time.time()))


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
