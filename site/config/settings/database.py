"""The database: SQLite unless `DATABASE_URL` names PostgreSQL; `DATABASE_REPLICA_URL` may name a copy to read from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from environs import Env

#: A thread keeps its connection for so long. To open a file anew for each request costs more than most requests do.
CONNECTION_SECONDS = 60

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock when a transaction begins, so that a transaction which reads first and writes
    # later waits its turn instead of failing with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def databases(env: Env, default_file: Path) -> dict[str, dict[str, Any]]:
    """Return Django's `DATABASES`; `default_file` is the SQLite file used without `DATABASE_URL`."""
    found = {"default": database(env, default_file)}
    if env.str("DATABASE_REPLICA_URL", ""):
        # Tests of a set with a replica would write into the one and read from the other.
        found["replica"] = {**_postgres(env, env.dj_db_url("DATABASE_REPLICA_URL")), "TEST": {"MIRROR": "default"}}
    return found


def database(env: Env, default_file: Path) -> dict[str, Any]:
    """Return `DATABASES["default"]`."""
    config: dict[str, Any] = env.dj_db_url("DATABASE_URL", f"sqlite:///{default_file}")
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return {
            **config,
            "OPTIONS": {**SQLITE_OPTIONS, **config.get("OPTIONS", {})},
            "CONN_MAX_AGE": CONNECTION_SECONDS,
        }
    return _postgres(env, config)


def _postgres(env: Env, config: dict[str, Any]) -> dict[str, Any]:
    # Fifty people who write under one article wait for each other's row longer than a slow query should take.
    statement = env.int("DATABASE_STATEMENT_SECONDS", 15) * 1000
    options = {
        "connect_timeout": 3,
        "options": f"-c statement_timeout={statement} -c lock_timeout=10000 "
        "-c idle_in_transaction_session_timeout=20000",
        # What `core.kept` asks for the second time is planned for the last time on its connection.
        "prepare_threshold": 1 if env.bool("DATABASE_KEEPS_PLANS", True) else None,
    }
    return {
        **config,
        "ENGINE": "core.postgresql",
        "OPTIONS": {**options, **config.get("OPTIONS", {})},
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "CONN_HEALTH_CHECKS": True,
    }
