"""Connections that come at the same moment are shared out among the web processes: none of them is left idle."""

from __future__ import annotations

import contextlib
import socket
from collections import Counter

import pytest

from tests.services.conftest import Run

pytestmark = pytest.mark.services

CONNECTIONS = 8
ASK = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_no_process_takes_nearly_all(run: Run) -> None:
    port = run.stack.ports["web"]
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _n in range(CONNECTIONS)
        ]
        for client in clients:
            client.sendall(ASK)
        assert all(client.recv(4096).startswith(b"HTTP/1.1 200") for client in clients)
        mine = {client.getsockname()[1] for client in clients}
        held = Counter(
            process.pid
            for process in run.stack.web.tree()
            for one in process.net_connections("tcp")
            if one.raddr and one.laddr.port == port and one.raddr.port in mine
        )
    assert sum(held.values()) == CONNECTIONS
    assert len(held) == 2
    assert min(held.values()) >= 2
