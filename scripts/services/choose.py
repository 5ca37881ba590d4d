"""Which PostgreSQL, Redis or Chromium the tests use: the named one, else one that answers, else one of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scripts.services import ServiceError, apt


class Service(Protocol):
    """What has to be known about a service in order to find it. A value is what goes into `variable`."""

    name: str
    variable: str
    packages: tuple[str, ...]

    def named(self, environ: Mapping[str, str]) -> str | None:
        """Return the value that the environment names, if it names one for us."""

    def candidates(self, environ: Mapping[str, str]) -> list[str]:
        """Return the values to try on this machine, the likeliest first."""

    def problem(self, value: str) -> str | None:
        """Return why this one cannot be used, in words without secrets, or None when it can."""

    def binary(self) -> Path | None:
        """Return the program that `start` can start, if it is installed and new enough."""

    def adopt(self, value: str, stack: ExitStack) -> str:
        """Return the value to use of one that runs already; what is left behind is cleared by `stack`."""

    def start(self, binary: Path, stack: ExitStack) -> str:
        """Start a private one, stopped by `stack`, and return its value; raises `ServiceError`."""


@dataclass(frozen=True)
class Source:
    """Where a service comes from; neither a value nor a binary means that it has to be installed first."""

    value: str = ""
    binary: Path | None = None
    named: bool = False
    refusals: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether there is nothing to use and nothing to start."""
        return not self.value and self.binary is None


def choose(service: Service, environ: Mapping[str, str]) -> Source:
    """Return where `service` comes from; raises `ServiceError` when the environment names one that does not answer.

    A named service is never replaced by another: whoever names one wants to know that it does not work.
    """
    named = service.named(environ)
    if named:
        problem = service.problem(named)
        if problem:
            raise ServiceError(
                f"{service.variable} names a {service.name} that cannot be used: {problem}\n"
                f"Start it, correct {service.variable}, or unset it to let the tests find or start one."
            )
        return Source(value=named, named=True)
    refusals = []
    for candidate in service.candidates(environ):
        problem = service.problem(candidate)
        if problem is None:
            return Source(value=candidate)
        refusals.append(problem)
    return Source(binary=service.binary(), refusals=tuple(dict.fromkeys(refusals)))


def provide(services: Sequence[Service], environ: Mapping[str, str], stack: ExitStack) -> dict[str, str]:
    """Return the variables that name working `services`, installing what is missing; raises `ServiceError`."""
    sources = [choose(service, environ) for service in services]
    missing = [service for service, source in zip(services, sources, strict=True) if source.is_missing]
    if missing and apt.may_install():
        apt.install([package for service in missing for package in service.packages])
        sources = [choose(service, environ) for service in services]
    if any(source.is_missing for source in sources):
        raise ServiceError(_missing_in_words(services, sources))
    return {service.variable: _open(service, source, stack) for service, source in zip(services, sources, strict=True)}


def _open(service: Service, source: Source, stack: ExitStack) -> str:
    if source.binary is not None:
        print(f"{service.name}: starting {source.binary} for this run", flush=True)
        return service.start(source.binary, stack)
    if source.named:
        print(f"{service.name}: the one that {service.variable} names", flush=True)
        return source.value
    print(f"{service.name}: {source.value}", flush=True)
    return service.adopt(source.value, stack)


def _missing_in_words(services: Sequence[Service], sources: Sequence[Source]) -> str:
    lines = ["The tests need services that are not here:"]
    packages: list[str] = []
    for service, source in zip(services, sources, strict=True):
        if source.is_missing:
            lines += [f"- {service.name}: no {service.variable} is set and no program to start was found"]
            lines += [f"    tried: {refusal}" for refusal in source.refusals]
            packages += service.packages
    lines += [f"Install them (Debian, Ubuntu: apt-get install {' '.join(packages)}), or name running ones:"]
    return "\n".join([*lines, "  DATABASE_URL=postgres://...  REDIS_URL=redis://...  CHROMIUM=/path/to/chromium"])
