"""The load: raw sockets and one epoll loop, so that the generator costs less than the quickest system under test.

Connections are kept alive where the server does; an answer is read to its end (length, chunks or the closing of the
connection) before its time is taken.
"""

from __future__ import annotations

import select
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
#: The media type of what a browser's form sends.
FORM = "application/x-www-form-urlencoded"
#: Seconds after which an answer no longer counts.
PATIENCE = 60.0

Make = Callable[[], bytes]
Heed = Callable[[bytes, int, bytes], None]


@dataclass(slots=True)
class Load:
    """What came back in `seconds` of wall time."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    size: int = 0
    seconds: float = 0.0
    #: Processor seconds of the generator itself.
    own_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Return answers per second."""
        return len(self.times) / self.seconds if self.seconds else 0.0


class Connection:
    """One request at a time, on a connection that is opened again when the server has closed it."""

    def __init__(self, port: int, epoll: select.epoll) -> None:
        self.port, self.epoll = port, epoll
        self.sock: socket.socket | None = None
        self.buffer, self.asked, self.began = b"", b"", 0.0
        self.was_kept = False

    def ask(self, request: bytes) -> None:
        """Send `request`; the answer comes by `read`."""
        self.buffer, self.asked, self.began = b"", request, time.perf_counter()
        self.was_kept = self.sock is not None
        try:
            self._open().sendall(request)
        except OSError:
            self.close()
            self.was_kept = False
            self._open().sendall(request)

    def read(self) -> tuple[int, bytes] | None:
        """Return status and whole answer when it is there, None before; status 0 when the server went away."""
        assert self.sock is not None
        try:
            part = self.sock.recv(1 << 18)
        except OSError:
            part = b""
        self.buffer = self.buffer + part if self.buffer else part
        if not part:
            self.close()
            if not self.buffer and self.was_kept:
                # It was closed for idleness as we asked; nothing of the request was heard.
                self.ask(self.asked)
                return None
            return (_status(self.buffer), self.buffer) if self.buffer else (0, b"")
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or not _is_whole(self.buffer, end):
            return None
        if b"\r\nconnection: close" in self.buffer[:end].lower():
            self.close()
        return _status(self.buffer), self.buffer

    def close(self) -> None:
        """Close it; the next request opens it again."""
        if self.sock is not None:
            with suppress(OSError, ValueError):
                self.epoll.unregister(self.sock)
            self.sock.close()
            self.sock = None

    def _open(self) -> socket.socket:
        if self.sock is None:
            self.sock = socket.create_connection((HOST, self.port), timeout=PATIENCE)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.epoll.register(self.sock, select.EPOLLIN)
        return self.sock


def _status(answer: bytes) -> int:
    return int(answer[9:12]) if answer[:5] == b"HTTP/" else 0


def _is_whole(answer: bytes, end: int) -> bool:
    head = answer[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        return len(answer) >= end + 4 + int(head[at + 17 :].split(b"\r\n", 1)[0])
    if b"\r\ntransfer-encoding: chunked" in head:
        return answer.endswith(b"\r\n0\r\n\r\n")
    return _status(answer) in (204, 304)


def load(
    port: int, make: Make, *, concurrency: int, seconds: float, at_least: int = 1, heed: Heed | None = None
) -> Load:
    """Ask what `make` returns, from `concurrency` connections, for `seconds` and `at_least` times; `heed` hears all."""
    result, epoll = Load(), select.epoll()
    connections = [Connection(port, epoll) for _n in range(concurrency)]
    began, own = time.perf_counter(), time.process_time()
    until, waiting = began + seconds, set(connections)
    for each in connections:
        each.ask(make())
    while waiting:
        by_file = {each.sock.fileno(): each for each in waiting if each.sock is not None}
        _serve(epoll, by_file, result, make, heed, waiting, (until, at_least))
        if time.perf_counter() > until + PATIENCE:
            result.statuses[0] += len(waiting)
            break
    result.seconds, result.own_cpu = time.perf_counter() - began, time.process_time() - own
    for each in connections:
        each.close()
    epoll.close()
    return result


def _serve(
    epoll: select.epoll, by_file: dict[int, Connection], result: Load, make: Make, heed: Heed | None,
    waiting: set[Connection], end: tuple[float, int],
) -> None:  # fmt: skip
    """Read what is there, until a connection has been opened anew (its file is another) or the load is over."""
    while True:
        for file, _event in epoll.poll(1.0):
            each = by_file.get(file)
            if each is not None and each not in waiting:
                # It has been answered, and the server hangs up.
                each.close()
                continue
            before = each.sock if each else None
            answer = each.read() if each else None
            if each is None or answer is None:
                if each is not None and each.sock is not before:
                    return
                continue
            now = time.perf_counter()
            _note(result, each, answer, now, heed)
            if now >= end[0] and len(result.times) + len(waiting) > end[1]:
                waiting.discard(each)
                if not waiting:
                    return
                continue
            each.ask(make())
            if each.sock is not before:
                return
        if time.perf_counter() > end[0] + PATIENCE:
            return


def _note(result: Load, each: Connection, answer: tuple[int, bytes], now: float, heed: Heed | None) -> None:
    result.times.append((now - each.began) * 1000)
    result.statuses[answer[0]] += 1
    result.size = len(answer[1])
    if heed is not None:
        heed(each.asked, *answer)


def answer_to(port: int, request: bytes) -> bytes:
    """Return the whole answer to one request, with its head; empty when none came."""
    seen: list[bytes] = []
    load(port, lambda: request, concurrency=1, seconds=0, heed=lambda _asked, _status, answer: seen.append(answer))
    return seen[0] if seen else b""


def get(path: str, *, headers: str = "") -> bytes:
    """Return a GET request as a browser would send it, without compression."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\nAccept-Language: en\r\n{headers}\r\n".encode()


def post(path: str, body: str, *, kind: str, headers: str = "") -> bytes:
    """Return a POST request with a body of media type `kind`."""
    raw = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\n{headers}\r\n"
    )
    return head.encode() + raw
