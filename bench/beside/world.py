"""Everything that is measured, started side by side on this machine, and stopped afterwards."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.beside import environment, floors, isso, large, parkbench, xtd
from bench.beside.client import answer_to
from bench.beside.systems import (
    CACHED,
    FILE,
    FRONT,
    ISSO,
    LARGE,
    LITE,
    ORM,
    OURS,
    PLAIN,
    UVICORN,
    XTD,
    XTD_TAGS,
    System,
)
from scripts import serve
from scripts.services import processes
from scripts.stack.front import nginx_binary
from scripts.stack.plan import PORTS
from scripts.stack.program import Program
from scripts.stack.whole import Stack

OWN = ("uncached", "sqlite", "isso", "xtd", "file", "uvicorn", "plain", "orm", "large")
#: What of ours asks PostgreSQL without answering anybody, by the names that it gives itself there.
HELPERS = ("worker", "beat", "live")
HTML = "HTML, 20 roots with up to 3 replies each"
SITES = floors.SITES


class World:
    """The programs, and the systems made of them."""

    def __init__(
        self, folder: Path, first_port: int | None, say: Callable[[str], None], *,
        wants: Callable[[str], bool] = lambda _name: True, large_total: int = 0,
    ) -> None:  # fmt: skip
        """Plan; nothing is started yet. Ports are free ones, or those from `first_port` on.

        What nobody `wants` by its name is not started. With `large_total` there is a second database of that size.
        """
        self.wants, self.large_total = wants, large_total
        names = [*PORTS, *OWN]
        self.ports = {name: first_port + n if first_port else processes.free_port() for n, name in enumerate(names)}
        self.folder, self.say, self.run = folder, say, f"bench{os.getpid()}"
        folder.chmod(0o711)
        binary = nginx_binary()
        assert binary, "nginx is needed (Debian, Ubuntu: apt-get install nginx-light)"
        self.nginx = binary
        extra = parkbench.settings_of({}, WEB_WORKERS="2", LOG_LEVEL="WARNING")
        self.stack = Stack(folder / "stack", {name: self.ports[name] for name in PORTS}, extra=extra, nginx=binary)
        for each in (self.stack.web, self.stack.worker, self.stack.beat, self.stack.live):
            each.environ = {**(each.environ or {}), "PGAPPNAME": each.name}
        # At 32 at once every thread of every system has a connection.
        self.stack.postgres.command = [*self.stack.postgres.command, "-c", "max_connections=400"]
        self.systems: list[System] = []

    @property
    def database(self) -> Program:
        """Return PostgreSQL, which all but isso and the files share."""
        return self.stack.postgres

    def start(self, stack: ExitStack) -> None:
        """Start, fill, and list the systems; `stack` stops it all."""
        environment.ensure()
        self.say("starting PostgreSQL, Redis and the processes of the site")
        stack.callback(self.stack.stop)
        self.stack.start()
        self._start_parkbench(stack)
        if self.wants(LITE):
            self._start_lite(stack)
        if self.large_total:
            self._start_large(stack)
        if any(map(self.wants, (FILE, UVICORN, PLAIN, ORM))):
            self._start_floors(stack)
        if self.wants(ISSO):
            self._start_isso(stack)
        if any(map(self.wants, (XTD, XTD_TAGS))):
            self._start_xtd(stack)

    def _started(self, program: Program, stack: ExitStack) -> Program:
        stack.callback(program.stop)
        program.start()
        return program

    def _start_parkbench(self, stack: ExitStack) -> None:
        self.say("Parkbench")
        ours = self.stack
        told = parkbench.fill(ours.environ, self.folder / "parkbench.json")
        self.told = told
        environ = {**ours.environ, "PAGE_SECONDS": "0"}
        uncached = self._started(
            parkbench.web("uncached", self.folder / "uncached", self.ports["uncached"], environ), stack
        )
        ask = asker(ours.database_url)
        helpers = [ours.postgres, ours.redis, ours.worker, ours.beat]
        front = next(each for each in ours.programs if each.name == "nginx")
        system = parkbench.system
        self.systems += [
            system(OURS, f"{HTML}, nothing cached", uncached, self.ports["uncached"], told,
                   writes=parkbench.writes(told, ask, self.run), helpers=helpers,
                   asks_as=("uncached",), helpers_ask_as=HELPERS),
            system(CACHED, f"{HTML}, for visitors", ours.web, self.ports["web"], told, helpers=helpers,
                   asks_as=("web",)),
            system(FRONT, f"{HTML}, for visitors", front, self.ports["front"], told,
                   helpers=[ours.web, *helpers], asks_as=("web",)),
        ]  # fmt: skip

    def _start_lite(self, stack: ExitStack) -> None:
        self.say("Parkbench on SQLite")
        file = self.folder / "parkbench.sqlite3"
        lite = parkbench.settings_of(
            self.stack.environ, DATABASE_URL=f"sqlite:///{file}", REDIS_URL="", PAGE_SECONDS="0",
            PROMETHEUS_MULTIPROC_DIR=str(self.folder / "metrics"),
        )  # fmt: skip
        (self.folder / "metrics").mkdir()
        manage(lite, "migrate", "-v", "0")
        told = parkbench.fill(lite, self.folder / "sqlite.json")
        sqlite = self._started(parkbench.web("sqlite", self.folder / "sqlite", self.ports["sqlite"], lite), stack)
        writing = parkbench.writes(told, lite_asker(file), self.run)
        self.systems.append(
            parkbench.system(LITE, f"{HTML}, nothing cached", sqlite, self.ports["sqlite"], told, writes=writing)
        )

    def _start_large(self, stack: ExitStack) -> None:
        """Serve a second database in the same PostgreSQL by processes of its own, a worker and a clock among them."""
        self.say(f"Parkbench, {self.large_total:,} comments in the database")
        url, folder = self._database("large"), self.folder / "large"
        (folder / "metrics").mkdir(parents=True)
        environ = parkbench.settings_of(
            self.stack.environ, DATABASE_URL=url, PAGE_SECONDS="0", PROMETHEUS_MULTIPROC_DIR=str(folder / "metrics"),
            # Another of the numbered databases of the same Redis: tasks and cached values name comments by number.
            REDIS_URL=f"{self.stack.redis_url.rpartition('/')[0]}/1", BEAT_SCHEDULE=str(folder / "schedule"),
        )  # fmt: skip
        manage(environ, "migrate", "-v", "0")
        told = parkbench.fill(environ, folder / "told.json")
        there, copies = large.grow(url, self.large_total, self.say)
        told["anywhere"] = large.scattered(parkbench.some(told), there, copies)
        web = self._started(parkbench.web("large", folder / "web", self.ports["large"], environ), stack)
        helpers = [self._started(self._helper(name, folder, environ), stack) for name in ("worker", "beat")]
        does = f"{HTML}, nothing cached, {there.size * (copies + 1):,} comments in the database"
        self.systems.append(parkbench.system(
            LARGE, does, web, self.ports["large"], told, writes=parkbench.writes(told, asker(url), self.run),
            helpers=[self.database, self.stack.redis, *helpers], asks_as=("large",),
            helpers_ask_as=tuple(f"large {name}" for name in HELPERS),
        ))  # fmt: skip

    def _helper(self, name: str, folder: Path, environ: Mapping[str, str]) -> Program:
        """Return the worker or the clock of another database."""
        own = {**environ, "PGAPPNAME": f"large {name}", "LOG_LEVEL": "INFO"}
        program = Program(name, serve.command(name, own), folder / name, environ=own)
        if name == "worker":
            program.problem = lambda: None if " ready." in program.said() else "it does not say that it is ready"
        return program

    def _start_floors(self, stack: ExitStack) -> None:
        self.say("the floors")
        ours = self.systems[0]
        pages = {size: _page(ours, size) for size in ("10", "135", "1000", "10000")}
        shown = {size: ours.shown(page) for size, page in pages.items()}
        url = self._database("floors")
        ids, environ = floors.fill(url), self._django(url)
        files = {f"{size}.html": page for size, page in pages.items()}
        programs = {
            "file": floors.nginx(self.nginx, self.folder / "file", self.ports["file"], files),
            "uvicorn": floors.uvicorn(self.folder / "uvicorn", self.ports["uvicorn"], url),
            **{kind: floors.django(kind, self.folder / kind, self.ports[kind], environ) for kind in ("plain", "orm")},
        }
        for program in programs.values():
            self._started(program, stack)
        as_members = floors.asks_as_members(floors.enrol(environ))
        many, more = ids["1000"], ids["10000"][:1000]
        writing = {
            "uvicorn": floors.writes(url, floors.asks_as_json, many, many, f"{self.run} uvicorn"),
            "orm": floors.writes(url, as_members, many, more, f"{self.run} orm"),
        }
        self.systems += floors.systems(programs, self.ports, shown, writing, [self.database])

    def _start_isso(self, stack: ExitStack) -> None:
        self.say("isso")
        folder = self.folder / "isso"
        started = self._started(isso.program(folder, self.ports["isso"]), stack)
        self.systems.append(isso.system(started, folder, self.ports["isso"], isso.fill(folder), self.run))

    def _start_xtd(self, stack: ExitStack) -> None:
        self.say("django-comments-xtd")
        url = self._database("xtd")
        environ = self._django(url)
        told = xtd.fill(environ, self.folder / "xtd.json")
        with psycopg.connect(url, autocommit=True) as base:
            base.execute("VACUUM ANALYZE")
        started = self._started(xtd.program(self.folder / "xtd", self.ports["xtd"], environ), stack)
        self.systems += xtd.systems(started, self.ports["xtd"], told, asker(url), self.run, [self.database])

    def _database(self, name: str) -> str:
        """Create a database beside the site's, and return its URL."""
        url = self.stack.database_url.rpartition("/")[0]
        with psycopg.connect(f"{url}/postgres", autocommit=True) as base:
            base.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"bench_beside_{name}")))
        return f"{url}/bench_beside_{name}"

    def _django(self, url: str) -> dict[str, str]:
        found = psycopg.conninfo.conninfo_to_dict(url)
        return {
            **os.environ, "FLOOR_NAME": str(found["dbname"]), "FLOOR_USER": str(found["user"]),
            "FLOOR_PASSWORD": str(found["password"]), "FLOOR_PORT": str(found["port"]),
            "PYTHONPATH": f"{SITES}:{environment.ROOT}",
        }  # fmt: skip


def asker(url: str) -> parkbench.Ask:
    """Return what asks a PostgreSQL."""

    def ask(statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(url) as base:
            return base.execute(statement).fetchall()

    return ask


def lite_asker(file: Path) -> parkbench.Ask:
    """Return what asks an SQLite file."""

    def ask(statement: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(file, timeout=20) as base:
            return base.execute(statement).fetchall()

    return ask


def manage(environ: Mapping[str, str], *arguments: str) -> None:
    """Run `manage.py` with these settings."""
    subprocess.run([sys.executable, "manage.py", *arguments], env=dict(environ), cwd=environment.ROOT, check=True)


def _page(ours: System, name: str) -> bytes:
    """Return the body of an answer."""
    return answer_to(ours.port, ours.asking(name)[0]()).partition(b"\r\n\r\n")[2]
