"""All programs of the set, in the order in which they need each other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from scripts import serve
from scripts.services import ServiceError
from scripts.stack import front, plan, servers
from scripts.stack.program import Problem, Program


class Stack:
    """PostgreSQL, Redis, a mail catcher, gunicorn, uvicorn, a Celery worker, beat and, where there is one, nginx.

    Everything is in one folder: data, logs, mails, secrets. Started twice, it has what it had.
    """

    def __init__(
        self, folder: Path, ports: Mapping[str, int], *, extra: Mapping[str, str] | None = None,
        nginx: str | None = None, mail: tuple[str, ...] = ("-m", "scripts.stack.mail_catcher"),
    ) -> None:  # fmt: skip
        """Plan the set: `extra` goes on top of the settings, `nginx` is the program in front, `mail` takes mails."""
        self.folder, self.ports = folder.resolve(), ports
        self.folder.mkdir(parents=True, exist_ok=True)
        known = plan.secrets_in(self.folder)
        self.postgres, self.database_url = servers.postgres(self.folder / "postgres", ports["postgres"], known.postgres)
        self.redis, self.redis_url = servers.redis(self.folder / "redis", ports["redis"], known.redis)
        settings = plan.settings_for(
            self.folder, ports, known, database_url=self.database_url, redis_url=self.redis_url,
            is_proxied=nginx is not None,
        )  # fmt: skip
        self.environ = {**os.environ, **settings, **(extra or {})}
        # What processes of the last time have counted is over.
        shutil.rmtree(self.folder / "metrics", ignore_errors=True)
        (self.folder / "metrics").mkdir()
        self.mails = self.folder / "mails"
        catcher = [sys.executable, *mail, str(ports["mail"]), str(self.mails)]
        self.mail = Program("the mail catcher", catcher, self.folder / "mail", environ=self.environ,
                            problem=front.answers(ports["mail"]))  # fmt: skip
        self.worker, self.beat = self._ours("worker"), self._ours("beat")
        self.web = self._ours("web", healthy(ports["web"]))
        self.live = self._ours("live", healthy(ports["live"]))
        # It says that it is ready at this level.
        self.worker.environ = {**self.environ, "LOG_LEVEL": "INFO"}
        self.worker.problem = lambda: None if " ready." in self.worker.said() else "it does not say that it is ready"
        self.programs = [self.postgres, self.redis, self.mail, self.worker, self.beat, self.web, self.live]
        if nginx:
            self.programs.append(
                front.nginx(nginx, self.folder / "nginx", front=ports["front"], web=ports["web"], live=ports["live"])
            )
        self.url = settings["SITE_URL"]

    def start(self) -> None:
        """Start everything, and return when all of it is ready; raises `ServiceError`, with nothing left running."""
        try:
            self.postgres.start()
            servers.create_database(self.database_url)
            self.manage("migrate", "-v", "0")
            self.manage("collectstatic", "--no-input", "-v", "0")
            rest = [each for each in self.programs if not each.is_running]
            for each in rest:
                each.launch()
            for each in rest:
                each.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything, the last first."""
        for each in reversed(self.programs):
            each.stop()

    def manage(self, *arguments: str) -> None:
        """Run `manage.py` with the settings of the set; raises `ServiceError` with what it said last."""
        command = [sys.executable, str(serve.ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.environ, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise ServiceError(f"manage.py {arguments[0]} failed:\n{done.stderr[-1500:]}")

    def _ours(self, name: str, problem: Problem = lambda: None) -> Program:
        return Program(
            name, serve.command(name, self.environ), self.folder / name, environ=self.environ, problem=problem
        )


def healthy(port: int) -> Problem:
    """Return what says whether the site answers on `port`."""

    def problem() -> str | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return None
        except (urllib.error.URLError, OSError) as error:
            return f"/healthz does not answer ({error})"

    return problem
