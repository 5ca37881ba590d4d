"""The database: SQLite unless `DATABASE_URL` names PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from environs import Env

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock when a transaction begins, so that a transaction which reads first and writes
    # later waits its turn instead of failing with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
POSTGRES_OPTIONS = {
    "connect_timeout": 3,
    "options": "-c statement_timeout=15000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=20000",
}


def database(env: Env, default_file: Path) -> dict[str, Any]:
    """Return Django's `DATABASES["default"]`; `default_file` is the SQLite file used without `DATABASE_URL`."""
    config: dict[str, Any] = env.dj_db_url("DATABASE_URL", f"sqlite:///{default_file}")
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return {**config, "OPTIONS": {**SQLITE_OPTIONS, **config.get("OPTIONS", {})}}
    return {
        **config,
        "OPTIONS": {**POSTGRES_OPTIONS, **config.get("OPTIONS", {})},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
