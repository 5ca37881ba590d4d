"""Backups of a site that is being written to are whole: every count and every line of the audit log holds in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from scripts.services import processes
from scripts.services.postgres import Postgres
from scripts.services.processes import free_port
from scripts.stack.plan import secrets_in
from scripts.stack.servers import own_folder, postgres
from tests.services.conftest import Run

pytestmark = pytest.mark.services

#: What the page for operators has them ask, in one process: each of these fails in words.
ASKED = """
import django
from django.core.management import call_command

django.setup()
call_command("migrate", check_unapplied=True)
call_command("recount")
call_command("verify_audit_log")
"""


def test_a_dump_taken_under_load_restores_whole(run: Run, tmp_path: Path) -> None:
    dump, url = tmp_path / "parkbench.dump", run.stack.database_url
    with run.crowd() as crowd:
        crowd.wait_for(8)
        _do(program("pg_dump"), "--format=custom", f"--file={dump}", url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    restored = f"{url.rpartition('/')[0]}/restored"
    _do(program("pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={restored}", str(dump))
    assert_whole(run, restored)


def test_a_copy_of_the_whole_server_taken_under_load_starts_whole(run: Run) -> None:
    user, folder = processes.plain_user(), run.stack.folder / "base"
    own_folder(folder, user)
    copy = [program("pg_basebackup"), f"--pgdata={folder / 'data'}", "--wal-method=stream", "--checkpoint=fast"]
    with run.crowd() as crowd:
        crowd.wait_for(8)
        taking = processes.spawn([*copy, f"--dbname={run.stack.database_url}"], folder, user)
        assert taking.wait(120) == 0, (folder / "log").read_text()
        crowd.wait_for(3)
    port = free_port()
    server, url = postgres(folder, port, secrets_in(run.stack.folder).postgres)
    try:
        server.start()
        assert_whole(run, url)
    finally:
        server.kill()


def assert_whole(run: Run, url: str) -> None:
    """Ask the site itself whether the database at `url` is whole, and that more than the stock is in it."""
    _do(sys.executable, "-c", ASKED, environ={**run.stack.environ, "DATABASE_URL": url})
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM discussions_comment").fetchone()
    assert found
    assert found[0] > len(run.world["stock"])


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, of the version that runs."""
    binary = Postgres().binary()
    assert binary is not None
    return str(binary.with_name(name))


def _do(*command: str, environ: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
