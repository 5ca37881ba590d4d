"""A real Chromium, and people in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User

# Playwright's synchronous API keeps an event loop in this thread, and Django then takes the thread for asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
]  # fmt: skip
TIMEOUT_MS = 15_000
expect.set_options(timeout=TIMEOUT_MS)

#: Opens a page, as a visitor or as a member; keyword arguments are those of `Browser.new_context`.
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Return how Chromium is started: the installed one, never one that is downloaded."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium: install it, or name it in CHROMIUM"
    return {"executable_path": path, "args": FLAGS, "headless": True}


@pytest.fixture(scope="session", autouse=True)
def _connections_under_the_loop(playwright: Playwright) -> Iterator[None]:
    """Close the connections of the main thread while Playwright's event loop still runs in it.

    Django keeps one connection for code under a running loop and another for code without. This worker's later tests
    use the first one too, and once the loop has ended it cannot be reached: the test database could not be dropped.
    """
    yield
    connections.close_all()


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """Return a function that opens a browser window of its own; every script error fails the test."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def open_as(user: User | None = None, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        context.set_default_timeout(TIMEOUT_MS)
        if user is not None:
            log_in(context, user, live_server.url)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on(
            "console",
            lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None,
        )
        contexts.append(context)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert not broken, broken


def log_in(context: BrowserContext, user: User, url: str) -> None:
    """Give the window the session of a member, without the form."""
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
