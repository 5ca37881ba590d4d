"""Programs that run in the foreground for us, and end when we are told to end."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

PATIENCE_SECONDS = 20.0
COMPILED = Path(__file__).resolve().parents[1] / ".venv" / "pycache"


def obey_terminate() -> None:
    """Let SIGTERM unwind the stack, so that everything started is stopped; the exit status is the shell's 143."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, leave)


def run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run `command` to its end and return its exit status."""
    return follow(subprocess.Popen(command, env=compiled_once(environ)))


def compiled_once(environ: Mapping[str, str]) -> dict[str, str]:
    """Return `environ` in which Python keeps what it compiled, inside `.venv` where it was asked to keep nothing.

    Who asks that (many build servers) wants a clean checkout, not every worker and every command compiling Django.
    """
    if not environ.get("PYTHONDONTWRITEBYTECODE"):
        return dict(environ)
    kept = {key: value for key, value in environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(COMPILED), **kept}


def follow(child: subprocess.Popen[bytes]) -> int:
    """Wait for `child` and return its exit status; when we are interrupted, it ends before the interruption goes on."""
    try:
        return child.wait()
    except KeyboardInterrupt:
        # Ctrl-C reached the child as well: a second one would break into its own tidying up.
        _give_time(child)
        raise
    except SystemExit:
        child.send_signal(signal.SIGINT)
        _give_time(child)
        raise


def _give_time(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
