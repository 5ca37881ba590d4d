"""The endpoint of live streams: `<LIVE_URL><article id>`, plain ASGI, because 2,000 of them are open at once.

Nothing in a stream is private, so no session is read. Whether the article is published is asked once, of
`discussions.access`, when the stream is opened.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import Http404

from core.requests import client_network
from discussions import access
from discussions.queries.live import Happened, events_since, news_of
from discussions.streams.hub import Hub, Listener

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
T = TypeVar("T")

#: Milliseconds after which a browser comes back.
COME_BACK = 3000
#: Threads, and so connections to the database, that all streams of this process share.
THREADS = 4
_ID = re.compile(r"\d{1,18}", re.ASCII)

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Streams:
    """The ASGI application for one path, and the hub that all its streams share."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._hub: Hub | None = None

    async def stop(self) -> None:
        """End all streams."""
        if self._hub is not None:
            await self._hub.stop()
            self._hub = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send, article: str) -> None:
        """Serve the stream of `article`, which came with the address; refuse in a status that browsers stop at."""
        request = ASGIRequest(scope, io.BytesIO())
        status, heard = await self._check(request, article)
        if status != 200:
            await _refuse(send, status)
            return
        hub = self._running_hub()
        network = client_network(request)
        if not hub.has_room(network):
            await _refuse(send, 503)
            return
        listener = await hub.join(int(article), network, heard)
        try:
            await _serve(listener, receive, send)
        finally:
            hub.leave(listener)

    async def _check(self, request: ASGIRequest, article: str) -> tuple[int, int]:
        """Return a status and the last event that the reader knows of."""
        known = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
        try:
            request.get_host()
        except DisallowedHost:
            return 400, 0
        if request.method != "GET":
            return 405, 0
        if not (_ID.fullmatch(article) and _ID.fullmatch(known)):
            return 400, 0
        try:
            await self._in_thread(lambda: access.check_is_published(int(article)))
        except Http404:
            return 404, 0
        return 200, int(known)

    def _running_hub(self) -> Hub:
        if self._hub is None:
            self._hub = Hub(self._read)
            self._hub.start()
        return self._hub

    async def _read(self, article_id: int, since: int) -> list[Happened]:
        return await self._in_thread(lambda: events_since(article_id, since))

    async def _in_thread(self, ask: Callable[[], T]) -> T:
        def with_connection() -> T:
            close_old_connections()
            try:
                return ask()
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._pool, with_connection)


async def _serve(listener: Listener, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": f"retry: {COME_BACK}\n\n".encode(), "more_body": True})
    writer = asyncio.create_task(_tell(listener, send))
    reader = asyncio.create_task(_until_gone(receive))
    try:
        await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (writer, reader):
            task.cancel()
        await asyncio.gather(writer, reader, return_exceptions=True)


async def _tell(listener: Listener, send: Send) -> None:
    while True:
        events = await listener.queue.get()
        if events is None:
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.body", "body": _message(events), "more_body": True})


# Nearly everybody hears the same: to write it out anew for each of 2,000 streams took a third of the whole time.
@lru_cache(maxsize=64)
def _message(events: tuple[Happened, ...]) -> bytes:
    if not events:
        return b":\n\n"
    news = news_of(events, 0)
    return f"id: {news['latest']}\ndata: {json.dumps(news)}\n\n".encode()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), (b"retry-after", b"60")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
