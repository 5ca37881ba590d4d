"""`make stack`: serve the demo as a real site would be served, from the programs that are installed here."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts import children
from scripts.run import HOST, free_port_named_in
from scripts.serve import ROOT
from scripts.services import ServiceError, apt
from scripts.services.postgres import Postgres
from scripts.services.redis_server import Redis
from scripts.stack.front import nginx_binary
from scripts.stack.plan import ports_in
from scripts.stack.whole import Stack
from scripts.venv import SetupError

FOLDER = ROOT / "var" / "stack"
LOOK_SECONDS = 1.0
#: A fifth of the demo's comments: the set is there to be looked into, and soon.
SCALE = ("--comments-scale", "0.2")


def main() -> int:
    """Start the set, watch over it until Ctrl-C, and return the exit status."""
    children.obey_terminate()
    try:
        install_what_is_missing()
        stack = planned()
        with running(stack):
            seed = [sys.executable, str(ROOT / "manage.py"), "seed_demo", "--if-empty", "--force", *SCALE]
            if status := children.run(seed, stack.environ):
                return status
            print(addresses(stack), flush=True)
            watch_over(stack)
    except (ServiceError, SetupError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was written is kept; `make stack` serves it again.")
    return 0


def planned() -> Stack:
    """Return the set that the environment asks for; raises `SetupError` or `ServiceError`."""
    binary = nginx_binary()
    ports = ports_in(os.environ, front=free_port_named_in(os.environ))
    if binary is None:
        print("nginx is not installed: gunicorn is asked directly, and slow clients hold its threads.")
        ports["web"] = ports["front"]
    print("Starting PostgreSQL, Redis, mail, web, live, worker and beat ...", flush=True)
    return Stack(Path(os.environ.get("STACK_FOLDER") or FOLDER), ports, nginx=binary)


def install_what_is_missing() -> None:
    """Install PostgreSQL, Redis and nginx where that needs no password; raises `ServiceError` without the first two."""
    missing = [package for service in (Postgres(), Redis()) if not service.binary() for package in service.packages]
    wanted = [*missing, *([] if nginx_binary() else ["nginx-light"])]
    if wanted and apt.may_install():
        try:
            apt.install(wanted)
        except ServiceError as error:
            if missing:
                raise
            print(error, file=sys.stderr)


@contextmanager
def running(stack: Stack) -> Iterator[None]:
    """Have the set running inside; a second Ctrl-C does not break into its stopping."""
    stack.start()
    try:
        yield
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        stack.stop()
        signal.signal(signal.SIGINT, before)


def watch_over(stack: Stack) -> Any:
    """Start again what ends, as systemd would, and say so; never returns."""
    while True:
        time.sleep(LOOK_SECONDS)
        for each in stack.programs:
            if not each.is_running:
                print(f"{each.name} has ended; starting it again. Its log is {each.log}", flush=True)
                each.launch()


def addresses(stack: Stack) -> str:
    """Return where everything is, for the person at the terminal; the secrets stay in their file."""
    lines = {
        "the site": stack.url,
        "live events": f"http://{HOST}:{stack.ports['live']}",
        "PostgreSQL": f"{HOST}:{stack.ports['postgres']}",
        "Redis": f"{HOST}:{stack.ports['redis']}",
        "mails": str(stack.mails),
        "logs": f"{stack.folder}/*/log",
        "passwords": f"{stack.folder}/secrets.json",
    }
    table = "\n".join(f"  {name:<12} {where}" for name, where in lines.items())
    return f"\nThe whole set runs (Ctrl-C stops it, and nothing else):\n{table}"


if __name__ == "__main__":
    sys.exit(main())
