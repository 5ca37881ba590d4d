"""How gunicorn serves the site: threads, because a sync worker is anybody's who sends slowly.

Four stuck connections starve two sync workers. Two workers of eight threads live through forty bodies that never end,
and not through forty headers: a buffering proxy in front is part of the installation, see `docs/running.md`.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")


class FairWorker(ThreadWorker):
    """gunicorn's `gthread`, which leaves a new connection to a process that has fewer.

    A connection stays with the process that took it. When several came at once, one process took seven of eight and
    filled its core, while the other had next to nothing to do.
    """

    def accept(self, listener: Any) -> None:
        """Take a connection, a tenth of a millisecond later for each one that we have, half of one at most."""
        if self.nr_conns:
            time.sleep(min(self.nr_conns, 5) / 10_000)
        super().accept(listener)


worker_class = FairWorker
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


# A new release (`systemctl reload`) is one SIGTTIN for each process: one more is started, and sends the oldest home as
# soon as it is ready. With gunicorn's own way, SIGHUP, nobody answers while the new processes are still importing.


def nworkers_changed(server: Any, new_value: int, old_value: int | None) -> None:
    """Remember that one more was asked for: the next process to start is somebody's successor."""
    if old_value is not None and new_value == old_value + 1:
        server.successors = getattr(server, "successors", 0) + 1


def pre_fork(server: Any, worker: Any) -> None:
    """Let the process know whether it is a successor; one that replaces a dead one is not."""
    worker.is_successor = getattr(server, "successors", 0) > 0
    if worker.is_successor:
        server.successors -= 1


def post_worker_init(worker: Any) -> None:
    """Ask, now that the site is loaded, for one process less: the oldest stops taking requests and ends its own."""
    if worker.is_successor:
        os.kill(worker.ppid, signal.SIGTTOU)


def child_exit(server: Any, worker: Any) -> None:
    """Let `/metrics` forget what a process that has ended was at; what it has counted stays."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
