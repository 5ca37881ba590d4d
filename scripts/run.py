"""`make run`: from a clean checkout to a served demo on SQLite. Needs nothing but Python 3.11."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping

from scripts import children, venv

HOST = "127.0.0.1"
START_SECONDS = 60


def main() -> int:
    """Prepare, serve until Ctrl-C, and return the exit status."""
    children.obey_terminate()
    try:
        port = free_port_named_in(os.environ)
        python = str(venv.ensure("run"))
    except venv.SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    environ = demo_environment(os.environ, port)
    if environ.get("DATABASE_URL"):
        print("Using the database that DATABASE_URL names; unset it for the demo on SQLite.")
    try:
        for step in (["migrate", "-v", "0"], ["seed_demo", "--if-empty"]):
            status = children.run([python, "manage.py", *step], environ)
            if status:
                print(f"\nmanage.py {step[0]} failed, see above.", file=sys.stderr)
                return status
        return _serve([python, "manage.py", "runserver", "--noreload", f"{HOST}:{port}"], environ, port)
    except KeyboardInterrupt:
        print("\nStopped. The demo's database is kept in var/; `make run` serves it again.")
        return 0


def free_port_named_in(environ: Mapping[str, str]) -> int:
    """Return `PORT`, 8000 by default; raises `SetupError` when it is no port, or another program listens there."""
    named = environ.get("PORT") or "8000"
    if not named.isascii() or not named.isdigit() or not 0 < int(named) < 65536:
        raise venv.SetupError(f"PORT is {named!r}, and has to be a number from 1 to 65535.")
    with socket.socket() as listener:
        # Without this, a port that a server left a minute ago would count as taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, int(named)))
        except OSError as error:
            raise venv.SetupError(
                f"Port {named} cannot be used ({error.strerror}). If another program is using it, stop that one, "
                f"or choose another port: make run PORT={int(named) % 65535 + 1}"
            ) from error
    return int(named)


def demo_environment(environ: Mapping[str, str], port: int) -> dict[str, str]:
    """Return `environ` with the demo's settings and its address."""
    return {
        "SITE_URL": f"http://{HOST}:{port}",
        # The demo is what this server is for, so its warning would only worry.
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
        **environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }


def _serve(command: list[str], environ: Mapping[str, str], port: int) -> int:
    server = subprocess.Popen(command, env=dict(environ), stdout=subprocess.DEVNULL)
    try:
        _wait_until_it_answers(server, port)
    except BaseException:
        server.terminate()
        server.wait()
        raise
    if server.poll() is None:
        print(f"\nParkbench is at http://{HOST}:{port}/ (Ctrl-C stops it).", flush=True)
    return children.follow(server)


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(START_SECONDS * 10):
        if server.poll() is not None:
            return
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    sys.exit(main())
