"""`make worker`, `make beat`, `make live`: one process of the site that is more than a laptop, in the foreground.

The process replaces this one, so Ctrl-C and SIGTERM reach it as they are, and each ends gracefully: a worker finishes
the task in its hands, the live process closes its streams. What is run is told in one place, `command`: `make stack`
and the systemd units in `deploy/` run the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("web", "live", "worker", "beat")
#: What these have no use for life without: tasks and live events travel through Redis.
NEED_REDIS = {
    "worker": "Without Redis there is nothing for it to do: each serving process empties the outbox by itself.",
    "beat": "Without Redis nobody listens to it: each serving process looks for what is due by itself.",
    "live": "Without Redis it hears of nothing: pages ask from time to time instead.",
}


class NotToStart(Exception):
    """Why the process is not started, in words for the person at the terminal."""


def main(name: str) -> None:
    """Become the process `name`. Raises `NotToStart`."""
    check(name, os.environ)
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.dev")}
    (ROOT / "var").mkdir(exist_ok=True)
    os.chdir(ROOT)
    run = command(name, environ)
    sys.stdout.flush()
    os.execve(run[0], run, environ)  # noqa: S606 — nothing of it comes from anybody but the person at the terminal


def check(name: str, environ: Mapping[str, str]) -> None:
    """Raise `NotToStart` when `name` is no process of ours, or cannot work in this environment."""
    if name not in NAMES:
        raise NotToStart(f"There is no process {name!r}: choose from {', '.join(NAMES)}.")
    if name in NEED_REDIS and not environ.get("REDIS_URL"):
        raise NotToStart(
            f"make {name} needs Redis, and REDIS_URL names none. {NEED_REDIS[name]}\n"
            f"For a Redis on this machine: make {name} REDIS_URL=redis://127.0.0.1:6379/0 "
            f"(and start the site with the same REDIS_URL)."
        )


def command(name: str, environ: Mapping[str, str]) -> list[str]:
    """Return the command line of the process `name`, its numbers from `environ`."""
    if name == "web":
        return [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py"), "config.wsgi"]
    if name == "live":
        return [
            sys.executable, "-m", "uvicorn", "config.asgi:application",
            "--host", environ.get("LIVE_HOST", "127.0.0.1"), "--port", environ.get("LIVE_PORT", "8001"),
            # One holds all streams, whatever WEB_CONCURRENCY says to others.
            "--workers", "1",
            # Who a request comes from is told in one place, `TRUSTED_PROXY_COUNT`.
            "--no-proxy-headers", "--no-access-log", "--timeout-graceful-shutdown", "10",
        ]  # fmt: skip
    celery = [sys.executable, "-m", "celery", "-A", "config", name, "--loglevel", "INFO"]
    if name == "beat":
        return [*celery, "--pidfile", "", "--schedule", environ.get("BEAT_SCHEDULE", str(ROOT / "var" / "beat"))]
    # Workers have nothing to tell each other: all they do is in the database.
    return [*celery, "--concurrency", environ.get("WORKER_PROCESSES", "2"), "--without-gossip", "--without-mingle"]


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except NotToStart as refusal:
        sys.exit(f"\n{refusal}")
