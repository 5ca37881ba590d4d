"""A backup of a site that is being written to is whole: every count and every line of the audit log holds in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from scripts.services.postgres import Postgres
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
    binary = Postgres().binary()
    assert binary is not None
    dump, url = tmp_path / "parkbench.dump", run.stack.database_url
    with run.crowd() as crowd:
        crowd.wait_for(8)
        _do(str(binary.with_name("pg_dump")), "--format=custom", f"--file={dump}", url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    restored = f"{url.rpartition('/')[0]}/restored"
    _do(str(binary.with_name("pg_restore")), "--no-owner", "--exit-on-error", f"--dbname={restored}", str(dump))
    _do(sys.executable, "-c", ASKED, environ={**run.stack.environ, "DATABASE_URL": restored})
    with psycopg.connect(restored) as connection:
        found = connection.execute("SELECT count(*) FROM discussions_comment").fetchone()
    assert found
    assert found[0] > len(run.world["stock"])


def _do(*command: str, environ: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
