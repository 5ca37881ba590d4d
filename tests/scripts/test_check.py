"""`make check`: which checks run, on what, and that a failing one fails the whole."""

from __future__ import annotations

import pytest

from scripts import check
from scripts.venv import ROOT

FOUND = {"DATABASE_URL": "postgres://found"}


@pytest.fixture
def few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        check,
        "CHECKS",
        {
            "good": ["/bin/sh", "-c", "exit 0"],
            "bad": ["/bin/sh", "-c", "exit 3"],
            "good-too": ["/bin/sh", "-c", "exit 0"],
        },
    )


@pytest.mark.usefixtures("few_checks")
def test_one_that_fails_fails_all_and_the_others_still_run(capfd: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 1
    said = capfd.readouterr().out
    assert "--- good-too" in said
    assert said.rstrip().endswith("Failed: bad")


@pytest.mark.usefixtures("few_checks")
def test_the_checks_named_are_run_and_no_others(capfd: pytest.CaptureFixture[str]) -> None:
    assert check.main(["good"]) == 0
    said = capfd.readouterr().out
    assert "--- bad" not in said
    assert "All 2 checks passed." in said


@pytest.mark.usefixtures("few_checks")
def test_a_name_that_is_no_check_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert check.main(["goose"]) == 1
    assert "There are: good, bad, good-too" in capfd.readouterr().err


def test_only_what_asks_postgres_sees_a_database_url() -> None:
    shell = {"DATABASE_URL": "postgres://mine", "LANG": "de"}
    assert check.environment("mypy", shell, FOUND) == {"LANG": "de"}
    assert check.environment("migrations-postgres", shell, FOUND) == {"LANG": "de", "DATABASE_URL": "postgres://found"}


def test_the_production_settings_get_what_they_refuse_to_start_without() -> None:
    environ = check.environment("django-deploy", {}, FOUND)
    assert environ["SECRET_KEY"]
    assert "DATABASE_URL" not in environ


def test_every_package_is_type_checked_and_every_app_with_migrations_is_linted() -> None:
    found = {
        str(file.parent.relative_to(ROOT))
        for pattern in ("*", "site/*")
        for file in ROOT.glob(f"{pattern}/__init__.py")
    }
    assert found <= set(check.PACKAGES)
    apps = {folder.parent.name for pattern in ("*", "site/*") for folder in ROOT.glob(f"{pattern}/migrations")}
    assert apps == set(check.APPS)
