"""`make test`: the whole suite on SQLite and on PostgreSQL, with a real Redis and a real Chromium."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg

from scripts import children
from scripts.outcome import Outcome, read_outcome, summary
from scripts.services import ServiceError
from scripts.services.choose import Service, provide
from scripts.services.chromium import Chromium
from scripts.services.postgres import Postgres, drop_databases
from scripts.services.redis_server import Redis

ROOT = Path(__file__).resolve().parents[1]
HANG_SECONDS = 180
TITLES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def main(arguments: Sequence[str]) -> int:
    """Run pytest with `arguments` on each database; return 0 only when it passed on all of them."""
    children.obey_terminate()
    started = time.monotonic()
    try:
        databases = wanted_databases(os.environ)
        with ExitStack() as stack:
            outcomes = _run_all(databases, arguments, stack)
    except ServiceError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; what was started for the tests has been stopped.", file=sys.stderr)
        return 130
    print(summary(outcomes, time.monotonic() - started), flush=True)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def wanted_databases(environ: Mapping[str, str]) -> list[str]:
    """Return which databases `PARKBENCH_TEST_DATABASES` names, both by default; raises `ServiceError` for others."""
    names = [name.strip() for name in (environ.get("PARKBENCH_TEST_DATABASES") or "sqlite,postgres").split(",")]
    unknown = [name for name in names if name not in TITLES]
    if unknown:
        raise ServiceError(f"PARKBENCH_TEST_DATABASES names {', '.join(unknown)}; it knows {' and '.join(TITLES)}.")
    return names


def environment_for(environ: Mapping[str, str], provided: Mapping[str, str], database: str) -> dict[str, str]:
    """Return `environ` with the `provided` services, and with `DATABASE_URL` only where PostgreSQL is to be tested."""
    result = {**environ, **provided}
    if database == "sqlite":
        result.pop("DATABASE_URL", None)
    return result


def _run_all(databases: Sequence[str], arguments: Sequence[str], stack: ExitStack) -> list[Outcome]:
    services: list[Service] = [Redis(), Chromium()]
    if "postgres" in databases:
        services.append(Postgres())
    provided = provide(services, os.environ, stack)
    # Two runs on one server, or in one checkout, must not take each other's databases.
    provided["PARKBENCH_TEST_RUN"] = run = f"{os.getpid()}_{secrets.token_hex(3)}"
    stack.callback(_clear, run, provided.get("DATABASE_URL"))
    outcomes: list[Outcome] = []
    for name in databases:
        again = ["-m", "not once"] if outcomes else []
        outcomes.append(_run_one(name, environment_for(os.environ, provided, name), [*again, *arguments]))
    return outcomes


def _run_one(database: str, environ: Mapping[str, str], arguments: Sequence[str]) -> Outcome:
    title = TITLES[database]
    print(f"\n=== Tests on {title} ===", flush=True)
    # One more than there are processors: some tests wait for processes that are killed and frozen.
    workers = str(min((os.cpu_count() or 1) + 1, 4))
    with tempfile.TemporaryDirectory(prefix="parkbench-") as folder:
        report = Path(folder) / "report.xml"
        pytest = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "worksteal", f"--junit-xml={report}"]
        # A test that hangs shows where, instead of a dot that never comes.
        pytest += ["-o", f"faulthandler_timeout={HANG_SECONDS}"]
        status = children.run([*pytest, *arguments], environ)
        return read_outcome(title, status, report)


def _clear(run: str, database_url: str | None) -> None:
    """Remove what an interrupted pytest could not: its databases on a server that goes on running, its SQLite files."""
    for file in (ROOT / "var").glob(f"test-{run}*"):
        file.unlink(missing_ok=True)
    if database_url:
        try:
            drop_databases(database_url, f"test_parkbench_{run}")
        except psycopg.Error as error:
            print(f"Test databases named test_parkbench_{run}... may be left: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
