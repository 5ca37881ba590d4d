"""Mistakes of a deployment that can be seen before anybody meets them: `manage.py check --deploy`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DatabaseError, connections
from django.http.request import validate_host
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.module_loading import import_string

#: Of PostgreSQL; what is older gets no fixes any more, and our migrations were never tried on it.
OLDEST_POSTGRES = 15
#: Words of keys that stand in examples, in demos and in tests.
WELL_KNOWN = ("insecure", "changeme", "change-me", "only-for-tests", "demo-key", "secret-key")
#: Backends that reach nobody.
TO_NOBODY = ("filebased", "console", "dummy", "locmem")
SHORTEST_TOKEN = 24


def _warned(number: int, found: str, hint: str) -> Caution:
    return Caution(found, hint=hint, id=f"parkbench.W{number:03}")


@register(Tags.security, deploy=True)
def public_face(**kwargs: Any) -> list[CheckMessage]:
    """Check what the outside sees: key, hosts, address, proxy."""
    return list(_public_face())


def _public_face() -> Iterator[CheckMessage]:
    if any(word in settings.SECRET_KEY.lower() for word in WELL_KNOWN):
        yield _warned(1, "SECRET_KEY is one that others know.", "Set SECRET_KEY to 50 or more random characters.")
    if "*" in settings.ALLOWED_HOSTS:
        yield _warned(2, "ALLOWED_HOSTS lets any host in.", "Name the site's hosts: links are checked by them.")
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https":
        yield _warned(3, "SITE_URL is not https.", "Mails and feeds link to it; cookies are sent over https alone.")
    if not address.hostname or not validate_host(address.hostname, settings.ALLOWED_HOSTS):
        yield _warned(4, "The host of SITE_URL is not in ALLOWED_HOSTS.", "Every link in our mails would be a 400.")
    if settings.SECURE_PROXY_SSL_HEADER and not settings.TRUSTED_PROXY_COUNT:
        yield _warned(
            5, "BEHIND_PROXY is set and TRUSTED_PROXY_COUNT is not.",
            "Every reader has the proxy's address: they share one budget of log-ins. Say how many proxies there are.",
        )  # fmt: skip


@register(Tags.security)
def forged_forms(**kwargs: Any) -> list[CheckMessage]:
    """Check that something looks where forms come from: Django's own check knows only its own class by name."""
    classes = [import_string(name) for name in settings.MIDDLEWARE]
    if any(isinstance(each, type) and issubclass(each, CsrfViewMiddleware) for each in classes):
        return []
    return [Error("Nothing in MIDDLEWARE refuses forged forms.", hint="Add OriginMiddleware.", id="parkbench.E005")]


@register(deploy=True)
def processes(**kwargs: Any) -> list[CheckMessage]:
    """Check that several processes share what they have to share, and that mails go somewhere."""
    return list(_processes())


def _processes() -> Iterator[CheckMessage]:
    if settings.WEB_PROCESSES > 1:
        if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            yield _warned(6, "Several web processes write into one SQLite file.", "Set DATABASE_URL to a PostgreSQL.")
        if not settings.REDIS_URL:
            yield _warned(
                7, "Several web processes, and no Redis.",
                "Each would count limits for itself: set REDIS_URL, or WEB_WORKERS=1.",
            )  # fmt: skip
    if any(f".{name}." in settings.EMAIL_BACKEND for name in TO_NOBODY):
        yield _warned(8, "Mails reach nobody.", "Set EMAIL_URL to a mail server.")
    if not settings.USE_TZ:
        yield _warned(9, "USE_TZ is off.", "Leases, limits and leaves to edit are kept in UTC.")


@register
def names(**kwargs: Any) -> list[CheckMessage]:
    """Check that what settings name is there: screens, plug-ins and networks."""
    return [
        *_each("COMMENT_SCREENS", import_string, 1), *_each("METRICS_ALLOWED_NETWORKS", ip_network, 2),
        *_each("COMMENT_SIGNALS", import_string, 3),
    ]  # fmt: skip


def _each(setting: str, understand: Callable[[str], object], number: int) -> Iterator[CheckMessage]:
    for value in getattr(settings, setting):
        try:
            understand(value)
        except (ImportError, ValueError) as error:
            yield Error(f"{setting}: {value!r} cannot be used ({error}).", id=f"parkbench.E{number:03}")


@register(Tags.security, deploy=True)
def metrics(**kwargs: Any) -> list[CheckMessage]:
    """Check that figures of the house are for the house."""
    return list(_metrics())


def _metrics() -> Iterator[CheckMessage]:
    everybody = [each for each in settings.METRICS_ALLOWED_NETWORKS if each.endswith("/0")]
    if everybody:
        yield _warned(10, f"/metrics is open to everybody ({', '.join(everybody)}).", "Name your own networks.")
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        yield _warned(11, "METRICS_TOKEN can be guessed.", f"Make it {SHORTEST_TOKEN} random characters or more.")


@register(Tags.database)
def postgres_version(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check the version of PostgreSQL, when `check --database` or `migrate` asks about databases."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        try:
            version: int = connection.pg_version  # type: ignore[attr-defined]
        except DatabaseError:
            # Whoever asks is about to learn that the database is away, in better words.
            continue
        if version < OLDEST_POSTGRES * 10_000:
            text = f"PostgreSQL {version // 10_000} is too old."
            found.append(Error(text, hint=f"Use {OLDEST_POSTGRES} or newer.", id="parkbench.E004"))
    return found
