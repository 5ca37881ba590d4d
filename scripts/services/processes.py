"""Server processes of our own: a free port, a user who is not root, started and surely stopped."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from scripts.services import ServiceError

START_SECONDS = 60.0
STOP_SECONDS = 10.0


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def plain_user() -> pwd.struct_passwd | None:
    """Return whom to run servers as: None (as ourselves), or somebody without rights when we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServiceError("Servers are not run as root, and there is neither a user postgres nor a user nobody.")


def private_folder(stack: ExitStack, user: pwd.struct_passwd | None) -> Path:
    """Return an empty folder that belongs to `user` and goes away with `stack`."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parkbench-")))
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def private_file(folder: Path, name: str, text: str, user: pwd.struct_passwd | None) -> Path:
    """Write what only the server may read (a command line can be read by everybody) and return where."""
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(text)
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)
    return path


def spawn(
    command: Sequence[str], folder: Path, user: pwd.struct_passwd | None, environ: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start `command` in `folder` with its output at the end of `folder/log`, and `environ` instead of ours.

    It gets a session of its own: Ctrl-C in the terminal reaches the tests only, and the server outlives their teardown.
    """
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environ) if environ is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )


def stop(process: subprocess.Popen[bytes], sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask `process` to end by `sign`, and end it by force after 10 seconds."""
    process.send_signal(sign)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_ready(name: str, process: subprocess.Popen[bytes], problem: Callable[[], str | None], log: Path) -> None:
    """Return as soon as `problem()` is None; raises `ServiceError` with the end of `log` when that takes 60 s."""
    deadline = time.monotonic() + START_SECONDS
    while (trouble := problem()) is not None:
        if process.poll() is not None or time.monotonic() > deadline:
            last_words = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            raise ServiceError(f"{name} did not start: {trouble}\n{last_words}")
        time.sleep(0.05)
