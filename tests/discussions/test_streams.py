"""Open streams: who hears what, who is refused, who is dropped; and many in one process."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from discussions.actions.post import post_comment
from discussions.models import Article, LiveEvent
from discussions.queries.live import Happened
from discussions.streams import hub as hubs
from discussions.streams.asgi import Streams
from discussions.streams.hub import Hub
from tests.factories import make_article, make_user
from tests.threads import in_a_loop_of_its_own

#: Seconds until something that must come has not come.
PATIENCE = 20


def event(n: int) -> Happened:
    return Happened(n, n, "added", 1)


class Rows:
    """The rows of one article, as the hub reads them."""

    def __init__(self) -> None:
        self.events: list[Happened] = []
        self.reads = 0

    async def read(self, article_id: int, since: int) -> list[Happened]:
        self.reads += 1
        await asyncio.sleep(0)
        return [row for row in self.events if row.id > since]


def in_a_loop(test: Callable[[Hub, Rows], Awaitable[None]]) -> None:
    """Run `test` with a hub of its own."""

    async def run() -> None:
        rows = Rows()
        hub = Hub(rows.read)
        hub.start()
        try:
            async with asyncio.timeout(PATIENCE):
                await test(hub, rows)
        finally:
            await hub.stop()

    in_a_loop_of_its_own(run())


def test_each_hears_what_it_has_not_heard_and_nothing_twice() -> None:
    async def test(hub: Hub, rows: Rows) -> None:
        rows.events = [event(1), event(2)]
        new, old = await hub.join(7, "n", 0), await hub.join(7, "n", 1)
        assert [row.id for row in await new.queue.get() or ()] == [1, 2]
        assert [row.id for row in await old.queue.get() or ()] == [2]
        rows.events.append(event(3))
        # Doubled and late messages change nothing.
        hub.nudge(7)
        hub.nudge(7, 8)
        for listener in (new, old):
            assert [row.id for row in await listener.queue.get() or ()] == [3]
        hub.nudge(7)
        await asyncio.sleep(0.05)
        assert new.queue.empty()

    in_a_loop(test)


def test_a_message_that_was_lost_costs_only_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "LOOK", 0.05)

    async def test(hub: Hub, rows: Rows) -> None:
        listener = await hub.join(7, "n", 0)
        rows.events.append(event(1))
        assert [row.id for row in await listener.queue.get() or ()] == [1]

    in_a_loop(test)


def test_who_does_not_keep_up_is_dropped_and_the_others_are_not() -> None:
    async def test(hub: Hub, rows: Rows) -> None:
        slow, quick = await hub.join(7, "n", 0), await hub.join(7, "n", 0)
        for n in range(1, hubs.QUEUE + 2):
            rows.events.append(event(n))
            hub.nudge(7)
            assert [row.id for row in await quick.queue.get() or ()] == [n]
        assert slow.queue.get_nowait() is None
        hub.leave(slow)

    in_a_loop(test)


def test_a_database_that_is_away_for_a_moment(caplog: pytest.LogCaptureFixture) -> None:
    async def test(hub: Hub, rows: Rows) -> None:
        whole, failures = rows.read, [ConnectionError("away")]

        async def read(article_id: int, since: int) -> list[Happened]:
            if failures:
                raise failures.pop()
            return await whole(article_id, since)

        hub._read = read
        rows.events.append(event(1))
        listener = await hub.join(7, "n", 0)
        await asyncio.sleep(0.05)
        hub.nudge(7)
        assert [row.id for row in await listener.queue.get() or ()] == [1]

    in_a_loop(test)


def test_there_is_room_for_so_many(settings: Settings) -> None:
    settings.LIVE_STREAMS, settings.LIVE_STREAMS_PER_NETWORK = 3, 2

    async def test(hub: Hub, rows: Rows) -> None:
        first = await hub.join(7, "office", 0)
        await hub.join(7, "office", 0)
        assert (hub.has_room("office"), hub.has_room("home")) == (False, True)
        await hub.join(8, "home", 0)
        assert not hub.has_room("elsewhere")
        hub.leave(first)
        assert hub.has_room("office")

    in_a_loop(test)


def test_five_hundred_streams_in_one_process() -> None:
    """The full measurement is `python -m bench.streams`."""

    async def test(hub: Hub, rows: Rows) -> None:
        listeners = [await hub.join(7, f"n{n}", 0) for n in range(500)]
        rows.events.append(event(1))
        hub.nudge(7)
        heard = await asyncio.gather(*(listener.queue.get() for listener in listeners))
        assert {tuple(row.id for row in news or ()) for news in heard} == {(1,)}
        assert rows.reads <= 5, "one look for all of them"

    in_a_loop(test)


class Browser:
    """One request to the endpoint, driven by hand."""

    def __init__(self, streams: Streams, article: object, **headers: str) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.left = asyncio.Event()
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        query = b"" if "last_event_id" in headers else b"since=0"
        scope = {
            "type": "http", "method": "GET", "path": f"/live/{article}", "query_string": query,
            "headers": [(b"host", b"testserver"), *raw], "client": ("192.0.2.7", 1), "scheme": "http",
        }  # fmt: skip
        self.task = asyncio.create_task(streams(scope, self._receive, self.sent.put, str(article)))  # type: ignore[arg-type]

    async def _receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def status(self) -> int:
        return int((await self.sent.get())["status"])

    async def news(self) -> dict[str, Any]:
        """Return the next news; heartbeats and the time to come back are read over."""
        while True:
            for line in (await self.sent.get())["body"].decode().splitlines():
                if line.startswith("data: "):
                    found: dict[str, Any] = json.loads(line[6:])
                    return found

    async def leave(self) -> None:
        self.left.set()
        await self.task


def with_streams(test: Callable[[Streams], Awaitable[None]]) -> None:
    async def run() -> None:
        streams = Streams()
        try:
            async with asyncio.timeout(PATIENCE):
                await test(streams)
        finally:
            await streams.stop()
            streams._pool.submit(connections.close_all).result()
            streams._pool.shutdown()

    in_a_loop_of_its_own(run())


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    # So that its connection can be closed at the end.
    monkeypatch.setattr("discussions.streams.asgi.THREADS", 1)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.django_db(transaction=True)
def test_a_stream_tells_ids_and_resumes() -> None:
    article: Article = make_article()
    comment = post_comment(article=article, by=make_user(), body="I walk there.", key=uuid.uuid4()).comment
    row = LiveEvent.objects.get()

    async def test(streams: Streams) -> None:
        browser = Browser(streams, article.pk)
        assert await browser.status() == 200
        assert await browser.news() == {
            "latest": row.pk, "events": [{"id": row.pk, "comment": comment.pk, "kind": "added", "revision": 1}],
        }  # fmt: skip
        await browser.leave()
        back = Browser(streams, article.pk, last_event_id=str(row.pk))
        assert await back.status() == 200
        later = await asyncio.to_thread(tell_more, article)
        streams._running_hub().nudge(article.pk)
        assert (await back.news())["latest"] == later
        await back.leave()

    with_streams(test)


def tell_more(article: Article) -> int:
    try:
        post_comment(article=article, by=make_user(), body="And back.", key=uuid.uuid4())
        return LiveEvent.objects.latest("pk").pk
    finally:
        connections.close_all()


@pytest.mark.usefixtures("one_thread")
@pytest.mark.django_db(transaction=True)
def test_what_is_refused(settings: Settings) -> None:
    article = make_article()
    coming = make_article(published_at=timezone.now() + timedelta(hours=1))

    async def test(streams: Streams) -> None:
        for who, headers, status in [
            (coming.pk, {}, 404), (10**12, {}, 404), ("x", {}, 400), ("1" * 19, {}, 400),
            (article.pk, {"last_event_id": "x"}, 400),
        ]:  # fmt: skip
            assert await Browser(streams, who, **headers).status() == status
        settings.LIVE_STREAMS = 0
        assert await Browser(streams, article.pk).status() == 503

    with_streams(test)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.django_db(transaction=True)
def test_silence_is_broken_before_proxies_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "HEARTBEAT", 0.05)
    monkeypatch.setattr(hubs, "LISTEN", 0.01)
    article = make_article()

    async def test(streams: Streams) -> None:
        browser = Browser(streams, article.pk)
        bodies = [(await browser.sent.get()).get("body") for _ in range(4)]
        assert bodies[1:] == [b"retry: 3000\n\n", b":\n\n", b":\n\n"]
        await browser.leave()

    with_streams(test)
