"""PostgreSQL for the tests: any server of version 15 or newer on which we may create databases."""

from __future__ import annotations

import getpass
import platform
import pwd
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from scripts.services import ServiceError, processes

OLDEST = 15
# Where distributions keep the server programs, which are seldom on the PATH.
FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
SCHEMES = {"postgres", "postgresql", "pgsql"}
# A test database is thrown away, so nothing has to survive a power cut; 200 connections feed 16 threads in each worker.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
RIGHTS = """
SELECT current_setting('server_version_num')::int / 10000, rolcreatedb OR rolsuper
FROM pg_roles WHERE rolname = current_user
"""


class Postgres:
    """See `scripts.services.choose.Service`; a value is a database URL."""

    name = "PostgreSQL"
    variable = "DATABASE_URL"
    packages: tuple[str, ...] = ("postgresql",)

    def named(self, environ: Mapping[str, str]) -> str | None:
        """Return `DATABASE_URL` unless it names SQLite, as it may for the demo."""
        url = environ.get(self.variable, "")
        return url if urlsplit(url).scheme in SCHEMES else None

    def candidates(self, environ: Mapping[str, str]) -> list[str]:
        """Return the default port and socket, as the database's own superuser and as ourselves."""
        port = environ.get("PARKBENCH_PG_PORT", "5432")
        hosts = ("127.0.0.1", quote("/var/run/postgresql", safe=""))
        users = dict.fromkeys(("postgres", getpass.getuser()))
        return [f"postgres://{user}@{host}:{port}/postgres" for host in hosts for user in users]

    def problem(self, value: str) -> str | None:
        """Return why the server at this URL will not do, without its password."""
        where = without_password(value)
        try:
            with psycopg.connect(value, connect_timeout=3) as connection:
                row = connection.execute(RIGHTS).fetchone()
        except psycopg.Error as error:
            return f"{where}: {first_line(error)}"
        version, may_create = row or (0, False)
        if version < OLDEST:
            return f"{where}: it is PostgreSQL {version}, and {OLDEST} or newer is needed"
        return None if may_create else f"{where}: its user may not create databases (ALTER ROLE ... CREATEDB)"

    def binary(self) -> Path | None:
        """Return the newest `initdb` on the PATH or in the usual folders, if it is 15 or newer."""
        on_path = shutil.which("initdb")
        found = [Path(on_path).resolve()] if on_path else []
        for pattern in FOLDERS:
            found += Path("/").glob(f"{pattern}/initdb")
        versions = {path: major_version(path) for path in found}
        newest = max(versions, key=lambda path: versions[path], default=None)
        return newest if newest and versions[newest] >= OLDEST else None

    def adopt(self, value: str, stack: ExitStack) -> str:
        """Return the URL as it is: every run makes databases with names of its own."""
        return value

    def start(self, binary: Path, stack: ExitStack) -> str:
        """Return the URL of a new, empty, password-protected cluster on a free port."""
        user = processes.plain_user()
        folder = processes.private_folder(stack, user)
        password = secrets.token_hex(16)
        initdb(binary, folder, password, user)
        port = processes.free_port()
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [str(binary.with_name("postgres")), "-D", str(folder / "data"), "-p", str(port), *options]
        server = processes.spawn(command, folder, user)
        # SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients that are still connected.
        stack.callback(processes.stop, server, signal.SIGINT)
        url = f"postgres://parkbench:{password}@127.0.0.1:{port}/postgres"
        processes.wait_until_ready(self.name, server, lambda: self.problem(url), folder / "log")
        return url


def without_password(url: str) -> str:
    """Return `url` fit to be printed."""
    return re.sub(r"(?<=:)[^:@/]*(?=@)", "***", url)


def first_line(error: Exception) -> str:
    """Return the first line of what went wrong: the driver repeats it for every address it tried."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def major_version(initdb: Path) -> int:
    """Return 15 for `initdb (PostgreSQL) 15.4`, 0 for a program that does not run or does not say."""
    try:
        done = subprocess.run([str(initdb), "--version"], capture_output=True, text=True, check=False, timeout=10)
    except OSError:
        return 0
    match = re.search(r"\b(\d+)", done.stdout)
    return int(match[1]) if match else 0


def drop_databases(url: str, prefix: str) -> None:
    """Drop what an interrupted run left on a server that goes on running: the databases named `prefix`..."""
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in names.fetchall():
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def initdb(binary: Path, folder: Path, password: str, user: pwd.struct_passwd | None) -> None:
    """Make a cluster in `folder/data` whose superuser `parkbench` has this password; raises `ServiceError`."""
    secret = processes.private_file(folder, "password", password, user)
    locale = "en_US.UTF-8" if platform.system() == "Darwin" else "C.UTF-8"
    arguments = ["--username=parkbench", "--auth=scram-sha-256", f"--pwfile={secret}", f"--locale={locale}"]
    command = [str(binary), "-D", str(folder / "data"), "--encoding=UTF8", "--no-sync", *arguments]
    process = processes.spawn(command, folder, user)
    if process.wait():
        raise ServiceError(f"initdb failed:\n{(folder / 'log').read_text(errors='replace')[-1500:]}")
