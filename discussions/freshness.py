"""How old a page of a discussion is: its version, known without asking the database each time.

A version is remembered in three places: for a blink in this process, for a second in the cache that the processes
share, and for good in the rows. Whoever changes something says so after the commit (`announce`); if that does not reach
the others, they find out when what they remember is over. No failure of the cache comes out of here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.cache import caches

from core.breaker import Breaker

#: Seconds. The first bounds what another process may miss, the second what a lost announcement costs.
REMEMBERED, SHARED = 0.2, 1
#: nginx keeps what it is told in whole seconds of the clock.
PROXY_SECOND = 1
#: Slugs that one process remembers; when it is full it begins anew.
AT_MOST = 5000


class Version(NamedTuple):
    """What a page depends on: the newest live event and the last edit of the article."""

    article_id: int
    event: int
    edited: float


class Known(NamedTuple):
    """A version (None: there is no such article) with the site's own, and until when to believe it (monotonic)."""

    version: Version | None
    site: int
    until: float


breaker = Breaker("pages")
_known: dict[str, Known] = {}
_LOOKING = [threading.Lock() for _ in range(64)]


def known_version(slug: str, read: Callable[[str], Version | None]) -> Known:
    """Return the version of the article at `slug`, asking `read` (the database) only when nobody remembers it."""
    known = _remembered(slug)
    if known is None:
        # Of many who ask at once, one looks; the locks are few, and articles share them.
        with _LOOKING[hash(slug) % len(_LOOKING)]:
            known = _remembered(slug) or _looked_up(slug, read)
    return known


def _looked_up(slug: str, read: Callable[[str], Version | None]) -> Known:
    shared = shared_get_many(_key(slug), _SITE)
    if (found := shared.get(_key(slug))) is not None:
        version: Version | None = Version(*found)
    else:
        version = read(slug)
        if version is not None:
            # `add`: what somebody announced while we were reading is newer than what we read.
            breaker.run(lambda: caches["default"].add(_key(slug), tuple(version), SHARED), lambda: None)
    return _remember(slug, version, int(shared.get(_SITE, 0)))


def _remembered(slug: str) -> Known | None:
    known = _known.get(slug)
    return known if known and known.until > time.monotonic() else None


def announce(slug: str, version: Version) -> None:
    """Make `version` what every process finds: at once in this one, in the others after `REMEMBERED` seconds."""
    _known.pop(slug, None)
    breaker.run(lambda: caches["default"].set(_key(slug), tuple(version), SHARED), lambda: None)


def announce_site() -> None:
    """Make every page old: what is on all of them (the notice, the guidelines) has changed."""
    forget()
    breaker.run(lambda: caches["default"].set(_SITE, time.time_ns(), None), lambda: None)


def forget() -> None:
    """Let this process remember nothing."""
    _known.clear()


def shared_get_many(*keys: str) -> dict[str, Any]:
    """Return what the shared cache has of `keys`; nothing when it does not answer."""
    found: dict[str, Any] = {}
    breaker.run(lambda: found.update(caches["default"].get_many(keys)), lambda: None)
    return found


def _remember(slug: str, version: Version | None, site: int) -> Known:
    # Not beyond the second of the clock: what a proxy may keep until the second is over has been looked up in it.
    known = Known(version, site, time.monotonic() + min(REMEMBERED, PROXY_SECOND - time.time() % PROXY_SECOND))
    if len(_known) >= AT_MOST:
        _known.clear()
    _known[slug] = known
    return known


_SITE = "pages:site"


def _key(slug: str) -> str:
    # Slugs hold letters of every script; memcached-like caches want ASCII without spaces.
    return f"version:{slug.encode().hex()}"
