"""First pages of discussions for readers without a session: made once, the same bytes for everybody.

A page is kept with the version it was made from (`discussions.freshness`) and served as long as that is the newest one,
for `PAGE_SECONDS` at most, because votes make no version. When it is old, one reader makes it anew; the others get the
old one, or wait for the new one where there is none. What is asked for is a `Want`; nothing else of a request decides
what is in the page, so nothing else can poison it.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from prometheus_client import Counter

from discussions.freshness import Known, breaker, shared_get_many

#: Pages that one process keeps by itself, about 40 kB each; the rest come from the shared cache.
PAGES = 200
#: Seconds: how long the shared cache keeps a page, how long somebody may be making one, how long others wait for it.
KEPT, MAKING, WAIT = 60, 10, 5.0
#: Seconds between two looks whether another process is done.
LOOK = 0.03

ASKED = Counter("parkbench_pages", "First pages for visitors, by how they were answered", ["how"])


class Want(NamedTuple):
    """Everything that a cached page depends on, its version apart."""

    slug: str
    language: str
    sort: str
    #: The page's own links name the order when its address does.
    is_sort_named: bool


class Page(NamedTuple):
    """A finished page. `made_at` is wall-clock time, because processes share pages."""

    version: tuple[object, ...]
    made_at: float
    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str


#: Makes the page; None when what came out is not for everybody.
Make = Callable[[], tuple[bytes, tuple[tuple[str, str], ...]] | None]

_pages: OrderedDict[Want, Page] = OrderedDict()
_guard = threading.Lock()
_makers: dict[Want, threading.Lock] = {}


def page_for(want: Want, known: Known, make: Make) -> Page | None:
    """Return the page: from this process, from the others, or made now. None when `make` says that it is not shared."""
    version = _version(known)
    page = _pages.get(want)
    if _is_fresh(page, version):
        return _counted("hit", page)
    with _guard:
        maker = _makers.setdefault(want, threading.Lock())
    if not maker.acquire(blocking=False):
        if page is not None:
            return _counted("stale", page)
        if not maker.acquire(timeout=WAIT):
            return None
        ASKED.labels("wait").inc()
    try:
        return _from_others_or_made(want, version, make)
    finally:
        maker.release()


def is_current(page: Page, known: Known) -> bool:
    """Return whether `page` was made from the version that is known; others get an old one while a new one is made."""
    return page.version == _version(known)


def forget() -> None:
    """Let this process keep no page."""
    with _guard:
        _pages.clear()
        _makers.clear()


def _from_others_or_made(want: Want, version: tuple[object, ...], make: Make) -> Page | None:
    """Return the page while this process has nobody else making it."""
    page = _pages.get(want)
    if _is_fresh(page, version):
        return _counted("hit", page)
    shared = _shared(want)
    if _is_fresh(shared, version):
        return _counted("hit", _kept(want, shared))
    if not _may_make(want):
        if (stale := page or shared) is not None:
            return _counted("stale", stale)
        if (shared := _waited_for(want, version)) is not None:
            return _counted("hit", _kept(want, shared))
    return _made(want, version, make)


def _made(want: Want, version: tuple[object, ...], make: Make) -> Page | None:
    try:
        made = make()
        if made is None:
            return None
        body, headers = made
        # Weak: a proxy that compresses sends other bytes for the same page.
        page = Page(version, time.time(), body, headers, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')
        breaker.run(lambda: caches["default"].set(_key(want), tuple(page), KEPT), lambda: None)
        return _counted("render", _kept(want, page))
    finally:
        breaker.run(lambda: caches["default"].delete(_key(want, "making")), lambda: None)


def _kept(want: Want, page: Page | None) -> Page | None:
    if page is not None:
        with _guard:
            _pages[want] = page
            _pages.move_to_end(want)
            while len(_pages) > PAGES:
                _makers.pop(_pages.popitem(last=False)[0], None)
    return page


def _shared(want: Want) -> Page | None:
    found = shared_get_many(_key(want)).get(_key(want))
    with suppress(TypeError):
        return Page(*found) if found else None
    return None  # another release keeps another kind of row


def _may_make(want: Want) -> bool:
    """Return whether no other process is making this page; without a shared cache nobody can say, so yes."""
    said: list[bool] = []
    breaker.run(lambda: said.append(caches["default"].add(_key(want, "making"), 1, MAKING)), lambda: None)
    return said != [False]


def _waited_for(want: Want, version: tuple[object, ...]) -> Page | None:
    ASKED.labels("wait").inc()
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        page = _shared(want)
        if _is_fresh(page, version):
            return page
        time.sleep(LOOK)
    return None


def _is_fresh(page: Page | None, version: tuple[object, ...]) -> bool:
    return page is not None and page.version == version and time.time() - page.made_at < settings.PAGE_SECONDS


def _version(known: Known) -> tuple[object, ...]:
    assert known.version is not None, "an article that is not there has no page"
    return (*known.version, known.site, settings.RELEASE)


def _counted(how: str, page: Page | None) -> Page | None:
    ASKED.labels(how).inc()
    return page


def _key(want: Want, what: str = "page") -> str:
    return f"{what}:{hashlib.sha256(repr((want, settings.RELEASE)).encode()).hexdigest()}"
