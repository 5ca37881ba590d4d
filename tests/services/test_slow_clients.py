"""Slow clients, endless bodies: gunicorn alone is honest while it has threads left, behind nginx it always is."""

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
CHUNKED = (
    b"POST /comments/preview/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)
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


def test_row_18_a_chunked_body_is_answered_and_not_kept(run: Run) -> None:
    """It says no length that could be refused. Alone, gunicorn answers before it has come, and soon hangs up."""
    before = memory_of_web(run)
    status, sent = send_in_chunks(run.stack.ports["web"], megabytes=50)
    assert status == 403, "a form with nothing in it, from nowhere"
    assert sent < 50 * 2**20, "it hung up"
    assert memory_of_web(run) - before < 20 * 2**20, f"of {sent} bytes"
    assert slowest(run, run.stack.ports["web"]) < 10


def test_row_18_nginx_counts_a_chunked_body_as_it_comes(run: Run) -> None:
    if nginx_binary() is None:
        pytest.skip("nginx is not installed here")
    assert send_in_chunks(run.stack.ports["front"], megabytes=50)[0] == 413


def send_in_chunks(port: int, *, megabytes: int) -> tuple[int, int]:
    """POST so much with no length said; return the status, and how many bytes were taken before the line was cut."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(CHUNKED)
        with contextlib.suppress(OSError):
            for _n in range(megabytes * 16):
                wire.sendall(chunk)
                sent += len(chunk)
            wire.sendall(b"0\r\n\r\n")
        return int(wire.recv(4096).split(b" ")[1]), sent


def memory_of_web(run: Run) -> int:
    """Return the bytes that the web processes hold."""
    return sum(process.memory_info().rss for process in run.stack.web.tree())
