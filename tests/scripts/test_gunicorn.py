"""How gunicorn shares connections out among its processes (`deploy/gunicorn.conf.py`)."""

from __future__ import annotations

import errno
import runpy
import socket
import time
from pathlib import Path
from typing import Any

import pytest

CONF = Path(__file__).resolve().parents[2] / "deploy" / "gunicorn.conf.py"


class TakenByAnother:
    """A listening socket whose connection the other process has taken meanwhile."""

    def accept(self) -> tuple[socket.socket, Any]:
        """Say so."""
        raise BlockingIOError(errno.EAGAIN, "taken")


@pytest.mark.parametrize(("held", "waits"), [(0, []), (1, [0.0001]), (3, [0.0003]), (400, [0.0005])])
def test_who_has_connections_leaves_new_ones_to_the_others(
    monkeypatch: pytest.MonkeyPatch, held: int, waits: list[float]
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    worker_class = runpy.run_path(str(CONF))["worker_class"]
    worker = worker_class.__new__(worker_class)
    worker.nr_conns = held
    worker.accept(TakenByAnother())
    assert waited == waits
    assert worker.nr_conns == held
