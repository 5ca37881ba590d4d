"""PostgreSQL and Redis of the set: private, behind passwords, and as careful with data as production's."""

from __future__ import annotations

import pwd
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from scripts.services import ServiceError, processes
from scripts.services.postgres import Postgres, initdb
from scripts.services.redis_server import Redis
from scripts.stack.program import Program

DATABASE = "parkbench"
POSTGRES_SETTINGS = {
    # The one setting that may not be weakened: a kill -9 lost 15 of 3,667 acknowledged comments without it.
    "synchronous_commit": "on",
    "max_connections": "100",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
#: One Redis for queue and cache: only what has an expiry may be thrown away, which messages never have. Appended to a
#: file every second: with the default alone, 500 queued messages were gone after a kill -9.
REDIS_SETTINGS = """bind 127.0.0.1
port {port}
dir "{folder}"
requirepass {password}
maxmemory 256mb
maxmemory-policy volatile-lru
appendonly yes
appendfsync everysec
save ""
"""


def postgres(folder: Path, port: int, password: str) -> tuple[Program, str]:
    """Return a cluster in `folder`, made if there is none, and the URL of the site's database in it."""
    binary, user = _binary(Postgres()), processes.plain_user()
    own_folder(folder, user)
    if not (folder / "data" / "PG_VERSION").exists():
        initdb(binary, folder, password, user)
    options = [part for name, value in POSTGRES_SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [str(binary.with_name("postgres")), "-D", str(folder / "data"), "-p", str(port), *options]
    url = f"postgres://parkbench:{password}@127.0.0.1:{port}"
    program = Program(
        "PostgreSQL", command, folder, user=user, sign=signal.SIGINT,
        problem=lambda: Postgres().problem(f"{url}/postgres"),
    )  # fmt: skip
    return program, f"{url}/{DATABASE}"


def create_database(url: str) -> bool:
    """Create the site's database in a cluster that runs, and return whether it was not there."""
    with psycopg.connect(url.removesuffix(DATABASE) + "postgres", autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            return False
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    return True


def redis(folder: Path, port: int, password: str) -> tuple[Program, str]:
    """Return a Redis whose file is in `folder`, and its URL."""
    binary, user = _binary(Redis()), processes.plain_user()
    own_folder(folder, user)
    settings = REDIS_SETTINGS.format(port=port, folder=folder, password=password)
    file = processes.private_file(folder, "redis.conf", settings, user)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    program = Program("Redis", [str(binary), str(file)], folder, user=user, problem=lambda: Redis().problem(url))
    return program, url


def own_folder(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make `folder` for `user` alone; raises `ServiceError` when that user cannot get into it."""
    folder.mkdir(exist_ok=True, mode=0o700)
    if user is None:
        return
    # The folder alone: a log of the last time belongs to whoever wrote it.
    subprocess.run(["chown", f"{user.pw_uid}:{user.pw_gid}", str(folder)], check=True)
    into = subprocess.run(
        ["test", "-x", str(folder)], user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=False
    )
    if into.returncode:
        raise ServiceError(
            f"Servers are not run as root, and the user {user.pw_name} cannot get into {folder}. "
            "Name a folder that everybody can reach: make stack STACK_FOLDER=/var/tmp/parkbench-stack"
        )


def _binary(service: Postgres | Redis) -> Path:
    found = service.binary()
    if found is None:
        packages = " ".join(service.packages)
        raise ServiceError(f"{service.name} is not installed here (Debian, Ubuntu: apt-get install {packages}).")
    return found
