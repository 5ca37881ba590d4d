"""A wire to PostgreSQL that loses the answer to a COMMIT, so that nobody knows whether it was done."""

from __future__ import annotations

import contextlib
import socket
import threading


class CommitEater:
    """Passes everything on, until `eat` says how many answers to a COMMIT are to be lost with their connections."""

    def __init__(self, port: int) -> None:
        """Stand in front of the PostgreSQL on `port`; `self.port` is ours."""
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.left = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def eat(self, how_many: int) -> None:
        """Lose the next `how_many` answers."""
        self.left = how_many

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._to)) as server:
            threading.Thread(target=self._answers, args=(server, client), daemon=True).start()
            with contextlib.suppress(OSError):
                while part := client.recv(65536):
                    is_last = b"COMMIT" in part and self.left > 0
                    if is_last:
                        self.left -= 1
                        # Nothing that comes back from now on reaches the client; what was asked is done all the same.
                        client.shutdown(socket.SHUT_WR)
                    server.sendall(part)
                    if is_last:
                        return

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := server.recv(65536):
                client.sendall(part)
