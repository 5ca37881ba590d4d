"""The ASGI entry point: live streams by our own code, everything else by Django."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

pages = get_asgi_application()

# Models can be imported only now.
from django.conf import settings  # noqa: E402

from core.background import watch  # noqa: E402
from discussions.streams.asgi import Streams  # noqa: E402

Message = MutableMapping[str, Any]
streams = Streams()
# As in `config.wsgi`: where pages are served by this process and there is no Redis, nobody else looks at the outbox.
watch()


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Serve one connection, or the start and the end of the process."""
    live = settings.LIVE_URL
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and live and scope["path"].startswith(live):
        await streams(scope, receive, send, scope["path"].removeprefix(live))
    else:
        await pages(scope, receive, send)  # type: ignore[arg-type]


async def _lifespan(receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await streams.stop()
    await send({"type": "lifespan.shutdown.complete"})
