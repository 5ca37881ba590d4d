"""No library older than its last security fix that concerns us, and a reminder to look again."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: When the advisories of everything below were last read.
LOOKED_UP = date(2026, 11, 22)
GOOD_FOR = timedelta(days=60)

#: package → (lowest version, why not lower)
TABLE: dict[str, tuple[str, str]] = {
    "django": ("5.2.19", "multipart memory; cache leak by an empty Vary; quadratic header parsing before 5.2.18"),
    "django-allauth": ("65.21.1", "rate limits that concurrency exceeds; sessions and second factors mixed up"),
    "celery": ("5.7.0", "broker password in logs; results deserialised"),
    "kombu": ("5.7.0", "a worker that is deaf after Redis restarts"),
    "nh3": ("0.3.8", "mutation XSS in the sanitizer below it, ammonia before 4.1.4"),
    "bleach": ("6.4.0", "the last release there will be"),
    "redis": ("8.1.0", "answers that reach the wrong caller before 4.5.4"),
    "gunicorn": ("27.0.1", "request smuggling before 23"),
}


def _parts(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:4])


@pytest.mark.parametrize("package", TABLE)
def test_what_is_installed_is_new_enough(package: str) -> None:
    lowest, why = TABLE[package]
    assert _parts(version(package)) >= _parts(lowest), why


@pytest.mark.parametrize("package", TABLE)
def test_what_is_locked_is_new_enough(package: str) -> None:
    lock = (ROOT / "requirements" / "run.txt").read_text()
    locked = re.search(rf"^{re.escape(package)}(?:\[[^\]]*\])?==([\w.]+)", lock, re.MULTILINE)
    assert locked, f"{package} is not locked"
    lowest, why = TABLE[package]
    assert _parts(locked[1]) >= _parts(lowest), why


def test_what_is_asked_for_is_new_enough() -> None:
    """Who installs without the lock must not get an older one either."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    bounds = {match[1]: match[2] for text in asked if (match := re.match(r"([\w-]+)(?:\[[^\]]*\])?>=([\d.]+)", text))}
    low = {name: bounds[name] for name, (lowest, _why) in TABLE.items() if name in bounds}
    assert len(low) >= 6
    for name, bound in low.items():
        # `>=6.4` asks for 6.4.0.
        assert (*_parts(bound), 0, 0) >= _parts(TABLE[name][0]), name


def test_the_advisories_were_read_lately() -> None:
    """Fails by itself after sixty days: read the advisories, raise what has to be raised, and write today's date."""
    age = date.today() - LOOKED_UP  # noqa: DTZ011 — a day more or less is the same
    assert age <= GOOD_FOR, f"the table of {__name__} is {age.days} days old"


def test_versions_compare_as_numbers() -> None:
    assert _parts("5.2.19") > _parts("5.2.9")
    assert _parts("65.21.1") < _parts("66")
