"""Which service is used: the named one, else one that answers, else one of our own, else words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scripts.services import ServiceError, apt
from scripts.services.choose import choose, provide
from scripts.services.chromium import Chromium
from scripts.services.postgres import Postgres, major_version, without_password
from scripts.services.redis_server import Redis


@dataclass
class FakeService:
    """A service whose world is written down: `working` values answer, `installed` is its program."""

    name: str = "Kettle"
    variable: str = "KETTLE_URL"
    packages: tuple[str, ...] = ("kettle-server",)
    tried: tuple[str, ...] = ("kettle://one", "kettle://two")
    working: tuple[str, ...] = ()
    installed: Path | None = None
    calls: list[str] = field(default_factory=list)

    def named(self, environ: Mapping[str, str]) -> str | None:
        return environ.get(self.variable)

    def candidates(self, environ: Mapping[str, str]) -> list[str]:
        return list(self.tried)

    def problem(self, value: str) -> str | None:
        return None if value in self.working else f"{value}: connection refused"

    def binary(self) -> Path | None:
        return self.installed

    def adopt(self, value: str, stack: ExitStack) -> str:
        return f"{value}/adopted"

    def start(self, binary: Path, stack: ExitStack) -> str:
        self.calls.append("started")
        stack.callback(self.calls.append, "stopped")
        return "kettle://private"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "may_install", lambda: False)


def test_a_named_service_is_used_as_it_is(stack: ExitStack) -> None:
    service = FakeService(working=("kettle://named", "kettle://one"))
    assert provide([service], {"KETTLE_URL": "kettle://named"}, stack) == {"KETTLE_URL": "kettle://named"}


def test_a_named_service_that_does_not_answer_is_an_error_and_never_replaced() -> None:
    service = FakeService(working=("kettle://one",), installed=Path("/bin/kettle"))
    with pytest.raises(ServiceError) as raised:
        choose(service, {"KETTLE_URL": "kettle://named"})
    assert "KETTLE_URL names a Kettle that cannot be used: kettle://named: connection refused" in str(raised.value)
    assert "unset it" in str(raised.value)


def test_the_first_one_that_answers_is_adopted(stack: ExitStack) -> None:
    service = FakeService(working=("kettle://two",), installed=Path("/bin/kettle"))
    assert provide([service], {}, stack) == {"KETTLE_URL": "kettle://two/adopted"}
    assert service.calls == []


def test_without_one_that_answers_a_private_one_is_started_and_stopped() -> None:
    service = FakeService(installed=Path("/bin/kettle"))
    with ExitStack() as stack:
        assert provide([service], {}, stack) == {"KETTLE_URL": "kettle://private"}
        assert service.calls == ["started"]
    assert service.calls == ["started", "stopped"]


def test_a_private_one_is_stopped_when_the_tests_break() -> None:
    service = FakeService(installed=Path("/bin/kettle"))

    def interrupted_run() -> None:
        with ExitStack() as stack:
            provide([service], {}, stack)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_run()
    assert service.calls == ["started", "stopped"]


def test_nothing_is_started_when_another_service_is_missing(no_apt: None) -> None:
    startable = FakeService(name="Teapot", variable="TEAPOT_URL", installed=Path("/bin/teapot"))
    with pytest.raises(ServiceError), ExitStack() as stack:
        provide([startable, FakeService()], {}, stack)
    assert startable.calls == []


@pytest.mark.usefixtures("no_apt")
def test_without_program_and_without_apt_the_words_name_the_package_and_what_was_tried(stack: ExitStack) -> None:
    with pytest.raises(ServiceError) as raised:
        provide([FakeService()], {}, stack)
    words = str(raised.value)
    assert "apt-get install kettle-server" in words
    assert "tried: kettle://one: connection refused" in words
    assert "tried: kettle://two: connection refused" in words


def test_what_is_missing_is_installed_in_one_go_and_then_found(
    monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    kettle = FakeService()
    teapot = FakeService(name="Teapot", variable="TEAPOT_URL", packages=("teapot", "teapot-lid"))
    there = FakeService(name="Cup", variable="CUP_URL", packages=("cup",), working=("kettle://one",))
    installed: list[list[str]] = []

    def install(packages: list[str]) -> None:
        installed.append(packages)
        kettle.installed = teapot.installed = Path("/bin/true")

    monkeypatch.setattr(apt, "may_install", lambda: True)
    monkeypatch.setattr(apt, "install", install)
    provided = provide([kettle, teapot, there], {}, stack)
    assert installed == [["kettle-server", "teapot", "teapot-lid"]]
    assert provided == {
        "KETTLE_URL": "kettle://private",
        "TEAPOT_URL": "kettle://private",
        "CUP_URL": "kettle://one/adopted",
    }


def test_an_installation_that_brought_nothing_usable_is_an_error(
    monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    monkeypatch.setattr(apt, "may_install", lambda: True)
    monkeypatch.setattr(apt, "install", lambda packages: None)
    with pytest.raises(ServiceError, match="Kettle"):
        provide([FakeService()], {}, stack)


def test_postgres_ignores_a_database_url_for_sqlite() -> None:
    assert Postgres().named({"DATABASE_URL": "sqlite:///var/mine.sqlite3"}) is None
    assert Postgres().named({}) is None
    assert Postgres().named({"DATABASE_URL": "postgres://me@db/x"}) == "postgres://me@db/x"


def test_postgres_looks_at_the_port_that_the_environment_gives() -> None:
    candidates = Postgres().candidates({"PARKBENCH_PG_PORT": "5999"})
    assert "postgres://postgres@127.0.0.1:5999/postgres" in candidates
    assert all(":5999/" in candidate for candidate in candidates)


@pytest.mark.parametrize(
    ("service", "url"),
    [
        (Postgres(), "postgres://me:open-sesame@127.0.0.1:1/x"),
        (Redis(), "redis://:open-sesame@127.0.0.1:1/0"),
    ],
    ids=["postgres", "redis"],
)
def test_a_refused_connection_is_told_without_the_password(service: Postgres | Redis, url: str) -> None:
    with pytest.raises(ServiceError) as raised:
        choose(service, {service.variable: url})
    assert "127.0.0.1:1" in str(raised.value)
    assert "refused" in str(raised.value).lower()
    assert "open-sesame" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://me:pw@db:5432/x", "postgres://me:***@db:5432/x"),
        ("redis://:pw@cache/0", "redis://:***@cache/0"),
        ("postgres://me@db:5432/x", "postgres://me@db:5432/x"),
        ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379"),
    ],
)
def test_without_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


def program(folder: Path, said: str, status: int = 0) -> Path:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\necho '{said}'\nexit {status}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("said", "version"), [("initdb (PostgreSQL) 15.4", 15), ("initdb (PostgreSQL) 18beta1", 18), ("no idea", 0)]
)
def test_major_version_of_a_program(tmp_path: Path, said: str, version: int) -> None:
    assert major_version(program(tmp_path, said)) == version


def test_major_version_of_a_program_that_is_not_there(tmp_path: Path) -> None:
    assert major_version(tmp_path / "nothing") == 0


def test_a_browser_that_does_not_start_is_no_browser(tmp_path: Path) -> None:
    stub = program(tmp_path, "install the snap first", status=10)
    assert "--version failed" in str(Chromium().problem(str(stub)))
    assert Chromium().problem(str(tmp_path / "nothing")) is not None


def test_a_browser_that_starts_will_do(tmp_path: Path) -> None:
    assert Chromium().problem(str(program(tmp_path, "Chromium 140"))) is None
