"""Where the set lives: ports, secrets, and the environment that its processes get."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.services import ServiceError, processes

PORTS = ("front", "web", "live", "mail", "postgres", "redis")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Made up once for a folder, and kept in it: the data there is behind them."""

    secret_key: str
    postgres: str
    redis: str


def secrets_in(folder: Path) -> Secrets:
    """Return the secrets of `folder`, new ones when it has none; only we can read the file."""
    file = folder / "secrets.json"
    if not file.exists():
        file.touch(mode=0o600)
        fresh = {"secret_key": secrets.token_urlsafe(50), "postgres": secrets.token_hex(16),
                 "redis": secrets.token_hex(16)}  # fmt: skip
        file.write_text(json.dumps(fresh))
    return Secrets(**json.loads(file.read_text()))


def ports_in(environ: Mapping[str, str], *, front: int | None = None) -> dict[str, int]:
    """Return a port for each of `PORTS`: `STACK_<NAME>_PORT`, or one that is free; raises `ServiceError`."""
    result = {}
    for name in PORTS:
        said = environ.get(f"STACK_{name.upper()}_PORT") or str((front if name == "front" else None) or "")
        if said and not (said.isascii() and said.isdigit() and 0 < int(said) < 65536):
            raise ServiceError(f"STACK_{name.upper()}_PORT is {said!r}, and has to be a number from 1 to 65535.")
        result[name] = int(said) if said else processes.free_port()
    return result


def settings_for(
    folder: Path, ports: Mapping[str, int], known: Secrets, *, database_url: str, redis_url: str, is_proxied: bool
) -> dict[str, str]:
    """Return the environment of production, as far as it goes on a machine without a certificate."""
    entrance = ports["front"] if is_proxied else ports["web"]
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": known.secret_key,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": f"http://127.0.0.1:{entrance}",
        "EMAIL_URL": f"smtp://127.0.0.1:{ports['mail']}",
        "DEFAULT_FROM_EMAIL": "Parkbench <noreply@localhost>",
        "STATIC_ROOT": str(folder / "static"),
        "BEAT_SCHEDULE": str(folder / "beat" / "schedule"),
        "WEB_WORKERS": "2",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        "METRICS_ALLOWED_NETWORKS": "127.0.0.0/8",
        "WEB_BIND": f"127.0.0.1:{ports['web']}",
        "LIVE_PORT": str(ports["live"]),
        # Pages open a stream at the same address as theirs, so only where nginx tells the two processes apart.
        "LIVE_URL": "/live/" if is_proxied else "",
        # No TLS on the loopback, so nothing may insist on it.
        "SECURE_SSL_REDIRECT": "false",
        "SECURE_HSTS_SECONDS": "0",
        "SECURE_COOKIES": "false",
        "TRUSTED_PROXY_COUNT": "1" if is_proxied else "0",
        # The demo's moderators log in with a password alone.
        "STAFF_NEED_SECOND_FACTOR": "false",
    }
