"""Slow clients: gunicorn alone is honest as long as it has threads left; behind nginx their number does not matter."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from scripts.stack.front import nginx_binary
from tests.services.clients import Browser, Seen
from tests.services.conftest import Run

pytestmark = pytest.mark.services

#: One less than the threads of one worker: how connections are shared out between the two is nobody's promise.
WITHIN_LIMITS = 7
MANY = 200
#: Headers that do not end, and a body of which most never comes.
HEADERS = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /comments/preview/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\nbody="


@contextlib.contextmanager
def stuck(port: int, how_many: int, words: bytes) -> Iterator[None]:
    """Hold connections that have said `words` and say nothing more."""
    with contextlib.ExitStack() as stack:
        for _n in range(how_many):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(words)
        yield


def slowest(run: Run, port: int) -> float:
    """Return the seconds of the slowest of ten honest requests; each of them has to be answered."""
    seen, times = Seen(), []
    browser = Browser(port, "", run.journal, seen)
    for _n in range(10):
        start = time.monotonic()
        assert browser.ask("GET", "/guidelines/").status == 200
        times.append(time.monotonic() - start)
    return max(times)


@pytest.mark.parametrize("words", [HEADERS, BODY], ids=["headers", "bodies"])
def test_gunicorn_alone_stays_honest_within_its_limits(run: Run, words: bytes) -> None:
    port = run.stack.ports["web"]
    with stuck(port, WITHIN_LIMITS, words):
        # Far less than the 30 seconds after which gunicorn would throw the stuck ones out.
        assert slowest(run, port) < 10


@pytest.mark.parametrize("words", [HEADERS, BODY], ids=["headers", "bodies"])
def test_behind_nginx_it_does_not_matter_how_many(run: Run, words: bytes) -> None:
    if nginx_binary() is None:
        pytest.skip("nginx is not installed here")
    port = run.stack.ports["front"]
    with stuck(port, MANY, words):
        assert slowest(run, port) < 10


def test_nginx_turns_away_what_is_too_large_and_keeps_metrics_to_the_house(run: Run) -> None:
    if nginx_binary() is None:
        pytest.skip("nginx is not installed here")
    browser = Browser(run.stack.ports["front"], "", run.journal, Seen())
    assert browser.ask("POST", "/comments/preview/", {"body": "x" * 300_000}).status == 413
    assert browser.ask("GET", "/metrics").status == 404
