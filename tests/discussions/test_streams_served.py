"""Live streams as a browser meets them: a real server on a port of its own, and a Redis that goes and comes back."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import uvicorn
from django.db import connections
from pytest_django import Settings

from core.redis import breaker, client
from discussions.actions.post import post_comment
from discussions.models import Article, LiveEvent
from discussions.streams import hub as hubs
from discussions.streams.asgi import Streams
from scripts.services import processes
from scripts.services.redis_server import Redis
from tests.factories import make_article, make_user
from tests.threads import in_a_loop_of_its_own

pytestmark = pytest.mark.django_db(transaction=True)
#: Seconds until something that must come has not come.
PATIENCE = 30


class Line:
    """One open stream, read as a browser reads it."""

    def __init__(self, port: int, article: Article) -> None:
        self._port, self._url = port, f"/live/{article.pk}"

    async def open(self, *, last: int | None = None) -> None:
        """Open it; with `last`, as a browser comes back whose line broke after that event."""
        self._in, self._out = await asyncio.open_connection("127.0.0.1", self._port)
        resume = "" if last is None else f"Last-Event-ID: {last}\r\n"
        self._out.write(f"GET {self._url}?since=0 HTTP/1.1\r\nHost: testserver\r\n{resume}\r\n".encode())
        assert b" 200 " in await self._in.readline()
        while b"retry:" not in await self._in.readline():
            pass

    async def hear(self) -> int:
        """Return the id of the next event."""
        while line := await self._in.readline():
            if line.startswith(b"id: "):
                return int(line[4:])
        raise ConnectionError

    async def cut(self) -> None:
        """Let the line break, as in a tunnel: nobody says goodbye."""
        self._out.transport.abort()
        await self._out.wait_closed()


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """Serve streams by uvicorn and yield the port; end it afterwards."""
    streams = Streams()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await streams(scope, receive, send, scope["path"].removeprefix("/live/"))

    server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_config=None, ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            await streams.stop()
            server.should_exit = True
            await serving
            streams._pool.submit(connections.close_all).result()
            streams._pool.shutdown()


def run(test: Callable[[int], Awaitable[None]]) -> None:
    async def with_server() -> None:
        async with asyncio.timeout(PATIENCE), served() as port:
            await test(port)

    in_a_loop_of_its_own(with_server())


async def said(article: Article) -> int:
    """Post a comment, as another process does; return the id of its event."""

    def post() -> int:
        try:
            post_comment(article=article, by=make_user(), body=f"I walk there, {uuid.uuid4()}.", key=uuid.uuid4())
            return LiveEvent.objects.filter(article=article).latest("pk").pk
        finally:
            connections.close_all()

    return await asyncio.to_thread(post)


@pytest.fixture(autouse=True)
def _never_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the streams look at the rows only when told to, and use one connection, which is closed at the end."""
    monkeypatch.setattr(hubs, "LOOK", 3600)
    monkeypatch.setattr(hubs, "RETRY", 0.05)
    monkeypatch.setattr("discussions.streams.asgi.THREADS", 1)


class PrivateRedis:
    """A Redis of this test alone, which it may kill."""

    def __init__(self, binary: Path, stack: ExitStack) -> None:
        self._port = processes.free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._binary, self._stack = binary, stack
        self.start()

    def start(self) -> None:
        """Start it, on the port that it had."""
        user = processes.plain_user()
        folder = processes.private_folder(self._stack, user)
        command = [str(self._binary), "--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        self.server = processes.spawn(command, folder, user)
        self._stack.callback(processes.stop, self.server)
        processes.wait_until_ready("Redis", self.server, lambda: Redis().problem(self.url), folder / "log")

    def hang_up(self) -> None:
        """Cut the line of everybody who listens; it can be had again at once."""
        with redis.Redis.from_url(self.url) as admin:
            assert admin.client_kill_filter(_type="pubsub") == 1

    def kill(self) -> None:
        """End it as a power cut does."""
        self.server.kill()
        self.server.wait(PATIENCE)


@pytest.fixture
def own_redis(settings: Settings) -> Iterator[PrivateRedis]:
    binary = Redis().binary()
    if binary is None:
        pytest.skip("Redis is not installed here, and the one that REDIS_URL names must not be killed")
    with ExitStack() as stack:
        server = PrivateRedis(binary, stack)
        settings.REDIS_URL = server.url
        client.cache_clear()
        yield server
        client().close()
        client.cache_clear()
        breaker._worked()


def test_a_stream_hears_of_a_post_and_resumes_after_its_line_broke(own_redis: PrivateRedis) -> None:
    article = make_article()

    async def test(port: int) -> None:
        line = Line(port, article)
        await line.open()
        first = await said(article)
        assert await line.hear() == first
        await line.cut()
        missed = await said(article)
        await line.open(last=first)
        assert await line.hear() == missed
        later = await said(article)
        assert await line.hear() == later
        await line.cut()

    run(test)


def test_a_redis_that_was_killed_costs_a_stream_nothing_but_time(own_redis: PrivateRedis) -> None:
    article = make_article()

    async def test(port: int) -> None:
        line = Line(port, article)
        await line.open()
        first = await said(article)
        assert await line.hear() == first
        await asyncio.to_thread(own_redis.kill)
        # Nobody is told of this one: it is in the rows when the subscription is there again.
        missed = await said(article)
        await asyncio.to_thread(own_redis.start)
        assert await line.hear() == missed
        breaker._worked()  # or the next word would wait for the pause of this process
        later = await said(article)
        assert await line.hear() == later
        await line.cut()

    run(test)


def test_a_subscription_that_broke_off_for_a_moment_is_made_up_for(
    own_redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make_article()

    async def test(port: int) -> None:
        line = Line(port, article)
        await line.open()
        first = await said(article)
        assert await line.hear() == first
        with monkeypatch.context() as patch:
            # The word goes out while nobody listens.
            patch.setattr("discussions.live_channel.publish", lambda article_id: None)
            missed = await said(article)
        await asyncio.to_thread(own_redis.hang_up)
        assert await line.hear() == missed
        await line.cut()

    run(test)
