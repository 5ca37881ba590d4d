"""A page that stays open: the stream of an article, asked for again whenever its line breaks, as browsers do."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time

#: Seconds: what the server asks browsers to wait is 3, and these tests are in a hurry.
COME_BACK, PATIENCE = 0.2, 30.0


class OpenPage:
    """Listens from the first moment to the last, and remembers what it heard and after what it went on."""

    def __init__(self, port: int, article_id: int, known: int) -> None:
        """Listen at `port` for what happens after the event `known`, as a page that was made then."""
        self._port, self._article_id, self._known = port, article_id, known
        self.heard: list[int] = []
        self.resumed_after: list[int] = []
        self._wire: socket.socket | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._stay, daemon=True)

    def __enter__(self) -> OpenPage:
        """Open it."""
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close it."""
        self._over.set()
        if self._wire is not None:
            self._wire.close()
        self._thread.join(PATIENCE)

    def wait_for(self, event: int) -> None:
        """Return as soon as the page has heard of `event`, or knew it from the first."""
        until = time.monotonic() + PATIENCE
        while max([self._known, *self.heard]) < event:
            assert time.monotonic() < until, f"{event} was not heard of: {self.heard[-5:]}, {self.resumed_after}"
            time.sleep(0.05)

    def _stay(self) -> None:
        while not self._over.is_set():
            # The process is killed, or not there yet.
            with contextlib.suppress(OSError):
                self._listen()
            self._over.wait(COME_BACK)

    def _listen(self) -> None:
        last = self.heard[-1] if self.heard else self._known
        # The address is that of the first time: only the header says what was heard since.
        head = f"GET /live/{self._article_id}?since={self._known} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        resume = f"Last-Event-ID: {last}\r\n" if self.heard else ""
        with socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE) as self._wire:
            self._wire.sendall(f"{head}{resume}\r\n".encode())
            with self._wire.makefile("rb") as lines:
                if b" 200 " not in lines.readline():
                    return
                self.resumed_after.append(last)
                for line in lines:
                    if line.startswith(b"data: "):
                        self.heard += [event["id"] for event in json.loads(line[6:])["events"]]
