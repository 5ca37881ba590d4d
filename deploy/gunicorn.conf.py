"""How gunicorn serves the site: threads, because a sync worker is anybody's who sends slowly.

Four stuck connections starve two sync workers. Two workers of eight threads live through forty bodies that never end,
and not through forty headers: a buffering proxy in front is part of the installation, see `docs/running.md`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
# A worker whose threads are all stuck for so long is replaced; no honest request takes longer than the database's
# own limit of 15 seconds.
timeout = 30
# On SIGTERM: what is being answered is answered.
graceful_timeout = 30
# Longer than nginx keeps its connections to us (20 s): the one that closes must not be the one that is asked.
keepalive = 30
# The heartbeat file must never wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Nobody steers it but the process manager; two sites of one user would share the socket.
control_socket_disable = True


def child_exit(server: Any, worker: Any) -> None:
    """Let `/metrics` forget what a process that has ended was at; what it has counted stays."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
