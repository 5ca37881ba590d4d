"""One program of the set: started, ready, killed, frozen, stopped, each with everything that it has started itself."""

from __future__ import annotations

import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from scripts.services import processes

#: Returns why the program cannot be used yet, or None when it can.
Problem = Callable[[], str | None]


class Program:
    """A program with a folder of its own; what it says is in `log` there, across restarts."""

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, *, environ: Mapping[str, str] | None = None,
        user: pwd.struct_passwd | None = None, problem: Problem = lambda: None,
        sign: signal.Signals = signal.SIGTERM,
    ) -> None:  # fmt: skip
        """Prepare `command`; `problem` says when it is ready, `sign` asks it to end gracefully."""
        self.name, self.command, self.folder = name, command, folder
        self.environ, self.user, self.problem, self.sign = environ, user, problem, sign
        self.process: subprocess.Popen[bytes] | None = None
        self._said_before = 0

    @property
    def log(self) -> Path:
        """Return where it writes what it has to say."""
        return self.folder / "log"

    @property
    def is_running(self) -> bool:
        """Return whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it and wait until it is ready; raises `ServiceError` with the end of its log when that takes 60 s."""
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start it without waiting."""
        self.folder.mkdir(exist_ok=True)
        self._said_before = self.log.stat().st_size if self.log.exists() else 0
        self.process = processes.spawn(self.command, self.folder, self.user, self.environ)

    def wait_until_ready(self) -> None:
        """Wait for what `launch` started; raises `ServiceError`."""
        assert self.process is not None
        processes.wait_until_ready(self.name, self.process, self.problem, self.log)

    def said(self) -> str:
        """Return what it has said since it was started last."""
        with self.log.open("rb") as log:
            log.seek(self._said_before)
            return log.read().decode(errors="replace")

    def tree(self) -> list[psutil.Process]:
        """Return its processes, itself first; PostgreSQL's children have groups of their own, so a group is not all."""
        if self.process is None:
            return []
        try:
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def stop(self) -> None:
        """Ask it to end, by force after 10 seconds, and leave none of its children."""
        if self.process is None:
            return
        family = self.tree()
        processes.stop(self.process, self.sign)
        _kill(family)
        self.process = None

    def kill(self) -> None:
        """Kill -9 all of it, and wait until it is gone."""
        _kill(self.tree())
        if self.process is not None:
            self.process.wait()

    def freeze(self) -> None:
        """Stop the clock for all of it (SIGSTOP), and return when it stands."""
        family = self.tree()
        for each in family:
            # A database's process for one connection may end at any moment.
            with suppress(psutil.NoSuchProcess):
                each.suspend()
        _wait_while(lambda: any(_lives(each) and each.status() != psutil.STATUS_STOPPED for each in family))

    def thaw(self) -> None:
        """Let it go on."""
        for each in self.tree():
            with suppress(psutil.NoSuchProcess):
                each.resume()


def _kill(family: Sequence[psutil.Process]) -> None:
    for each in family:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue
    _wait_while(lambda: any(map(_lives, family)))


def _wait_while(what: Callable[[], bool]) -> None:
    """Return as soon as `what` is no longer so, or after 10 seconds: signals take their time on a busy machine."""
    until = time.monotonic() + processes.STOP_SECONDS
    while what() and time.monotonic() < until:
        time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    """Return whether it can still do anything: whom nobody has buried (in a container, often) can not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
