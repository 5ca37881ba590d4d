"""Who listens to which discussion in this process, and what each has heard.

One subscription in Redis wakes the process; what happened is then read from the rows, once for all listeners of an
article. A message that is lost, doubled or out of order costs nothing: the next look finds everything since the last.
A listener that does not keep up is dropped; it comes back by itself and says what it heard last.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import redis.asyncio
from django.conf import settings

from discussions.live_channel import CHANNEL
from discussions.queries.live import AT_MOST, Happened

log = logging.getLogger(__name__)

#: Answers that may wait for a slow reader.
QUEUE = 16
#: Seconds between looks at the rows that nobody asked for, and between attempts to reach Redis.
LOOK, RETRY = 15.0, 1.0
#: Seconds of silence after which a stream says that it is there, and between looks at who is silent: proxies close what
#: says nothing for a minute. A timer for each of 2,000 streams, set anew with each event, cost as much as the sending.
HEARTBEAT, LISTEN = 25.0, 1.0

#: (article id, id of the last event heard) → the events since.
Read = Callable[[int, int], Awaitable[list[Happened]]]


class Listener:
    """One open stream. Nothing but `()` in its queue is a sign of life; `None` ends it."""

    __slots__ = ("article_id", "heard", "network", "queue", "told_at")

    def __init__(self, article_id: int, network: str, heard: int) -> None:
        self.article_id = article_id
        self.network = network
        self.heard = heard
        self.queue: asyncio.Queue[tuple[Happened, ...] | None] = asyncio.Queue(QUEUE)
        self.told_at = time.monotonic()

    def tell(self, events: list[Happened]) -> bool:
        """Queue what this listener has not heard; return False when it is too slow."""
        news = tuple(event for event in events if event.id > self.heard)
        if not news:
            return True
        try:
            self.queue.put_nowait(news)
        except asyncio.QueueFull:
            return False
        self.heard, self.told_at = news[-1].id, time.monotonic()
        return True

    def give_a_sign(self) -> None:
        """Break the silence, unless something waits to be sent anyway."""
        if self.queue.empty():
            self.queue.put_nowait(())
        self.told_at = time.monotonic()

    def end(self) -> None:
        """End the stream, whatever still waits in it."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """The listeners of this process, by article."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._listeners: dict[int, set[Listener]] = {}
        self._networks: Counter[str] = Counter()
        self._pending: set[int] = set()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen to Redis and to look at the rows; called once, inside the running loop."""
        duties = (self._subscribe, self._deliver, self._look, self._break_silence)
        self._tasks = [asyncio.create_task(run()) for run in duties]

    async def stop(self) -> None:
        """End every stream and every task."""
        for listener in [one for group in self._listeners.values() for one in group]:
            listener.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def has_room(self, network: str) -> bool:
        """Return whether one more stream is taken, from this network."""
        is_full = self._networks.total() >= settings.LIVE_STREAMS
        return not is_full and self._networks[network] < settings.LIVE_STREAMS_PER_NETWORK

    async def join(self, article_id: int, network: str, heard: int) -> Listener:
        """Return a listener that hears everything after the event `heard`, what has happened already at once."""
        listener = Listener(article_id, network, heard)
        self._networks[network] += 1
        self._listeners.setdefault(article_id, set()).add(listener)
        self.nudge(article_id)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget the listener; once more changes nothing."""
        group = self._listeners.get(listener.article_id, set())
        if listener not in group:
            return
        group.discard(listener)
        if not group:
            del self._listeners[listener.article_id]
        self._networks[listener.network] -= 1
        if not self._networks[listener.network]:
            del self._networks[listener.network]

    def nudge(self, *article_ids: int) -> None:
        """Look at what happened under these articles, if somebody here listens."""
        self._pending.update(self._listeners.keys() & set(article_ids))
        self._wake.set()

    async def _deliver(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                article_id = self._pending.pop()
                try:
                    await self._tell(article_id)
                except Exception:
                    # The database is away: the next look finds what this one did not.
                    log.exception("live: could not read what happened", extra={"article_id": article_id})

    async def _tell(self, article_id: int) -> None:
        group = self._listeners.get(article_id)
        if not group:
            return
        events = await self._read(article_id, min(listener.heard for listener in group))
        for listener in list(group):
            if not listener.tell(events):
                listener.end()
                self.leave(listener)
        if len(events) == AT_MOST:
            self.nudge(article_id)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            self.nudge(*self._listeners)

    async def _break_silence(self) -> None:
        while True:
            await asyncio.sleep(LISTEN)
            since = time.monotonic() - HEARTBEAT
            for listener in [one for group in self._listeners.values() for one in group if one.told_at < since]:
                listener.give_a_sign()

    async def _subscribe(self) -> None:
        while settings.REDIS_URL:
            with suppress(redis.exceptions.RedisError, OSError):
                await self._hear()
            log.warning("live: Redis does not answer; looking at the rows until it does")
            await asyncio.sleep(RETRY)

    async def _hear(self) -> None:
        async with (
            redis.asyncio.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=1, health_check_interval=10
            ) as client,
            client.pubsub(ignore_subscribe_messages=True) as channel,
        ):
            await channel.subscribe(CHANNEL)
            # What was published while nobody listened is in the rows.
            self.nudge(*self._listeners)
            while True:
                message = await channel.get_message(timeout=5)
                if message is not None and message["data"].isdigit():
                    self.nudge(int(message["data"]))
