"""`make check`: everything that can be said about the code without running its tests; all of it, then what failed.

`make check ARGS="mypy ruff"` runs only the checks whose names begin so.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from scripts import children
from scripts.services import ServiceError
from scripts.services.choose import provide
from scripts.services.postgres import Postgres

BIN = Path(sys.executable).parent
PACKAGES = ["site/config", "site/core", "site/accounts", "discussions", "moderation"]
PACKAGES += ["tests", "scripts", "bench", "manage.py"]
APPS = ["core", "accounts", "discussions", "moderation"]
MANAGE = [sys.executable, "manage.py"]
TEST_SETTINGS = "--settings=config.settings.test"
# An initial migration makes empty tables, where nothing can be locked for long; after it a warning is an error.
LINTER = ["--no-cache", "--quiet", "ok", "ignore", "--ignore-initial-migrations", "--warnings-as-errors"]
LINTER += ["--include-apps", *APPS]

CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "--quiet", "."],
    "ruff-format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "mypy": [str(BIN / "mypy"), *PACKAGES],
    "imports": [str(BIN / "lint-imports"), "--no-logo"],
    "templates": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run", TEST_SETTINGS],
    "migrations-postgres": [*MANAGE, "lintmigrations", TEST_SETTINGS, *LINTER],
    "django": [*MANAGE, "check", "--fail-level", "WARNING", TEST_SETTINGS],
    "django-deploy": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING", "--settings=config.settings.production"],
}
# What locks and rewrites a table is a question of PostgreSQL's SQL, so these are asked of a PostgreSQL.
ON_POSTGRES = {"migrations-postgres"}
# Enough for the production settings to load; nothing connects to any of it.
PRODUCTION = {
    "SECRET_KEY": "only-so-that-the-settings-can-be-checked-0123456789-abcdefghijk",
    "ALLOWED_HOSTS": "news.example",
    "SITE_URL": "https://news.example",
    "EMAIL_URL": "smtp://localhost:25",
    "DEFAULT_FROM_EMAIL": "Parkbench <noreply@news.example>",
    "SECURE_HSTS_PRELOAD": "true",
    # As it names neither a PostgreSQL nor a Redis.
    "WEB_WORKERS": "1",
}


def main(wanted: Sequence[str]) -> int:
    """Run the checks whose names begin with one of `wanted` (all without any); return 0 if all passed."""
    children.obey_terminate()
    names = [name for name in CHECKS if not wanted or name.startswith(tuple(wanted))]
    if not names:
        print(f"No check is named so. There are: {', '.join(CHECKS)}.", file=sys.stderr)
        return 1
    try:
        with ExitStack() as stack:
            needed = [Postgres()] if ON_POSTGRES.intersection(names) else []
            provided = provide(needed, os.environ, stack)
            failed = [name for name in names if not _passes(name, environment(name, os.environ, provided))]
    except ServiceError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"\nFailed: {', '.join(failed)}" if failed else f"\nAll {len(names)} checks passed.", flush=True)
    return 1 if failed else 0


def environment(name: str, environ: Mapping[str, str], provided: Mapping[str, str]) -> dict[str, str]:
    """Return what the check `name` runs with: `provided` holds the PostgreSQL for those that ask one."""
    result = {key: value for key, value in environ.items() if key != "DATABASE_URL"}
    if name in ON_POSTGRES:
        result |= provided
    return {**result, **PRODUCTION} if name == "django-deploy" else result


def _passes(name: str, environ: Mapping[str, str]) -> bool:
    print(f"--- {name}", flush=True)
    started = time.monotonic()
    status = children.run(CHECKS[name], environ)
    print(f"    {'failed' if status else 'passed'} in {time.monotonic() - started:.1f} s", flush=True)
    return status == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
