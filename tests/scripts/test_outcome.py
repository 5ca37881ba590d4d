"""The closing lines of `make test`, and when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.outcome import Outcome, read_outcome, summary
from scripts.services import ServiceError
from scripts.test import environment_for, wanted_databases

REPORT = """<?xml version="1.0"?><testsuites>
<testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="4.5"></testsuite></testsuites>"""


def test_the_counts_come_from_the_report(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    outcome = read_outcome("SQLite", 1, tmp_path / "report.xml")
    assert outcome.counts == {"failed": 2, "errors": 1, "passed": 4, "skipped": 3}
    assert outcome.seconds == pytest.approx(4.5)
    assert not outcome.passed


def test_a_run_that_broke_before_it_could_report_has_failed(tmp_path: Path) -> None:
    outcome = read_outcome("SQLite", 4, tmp_path / "nothing.xml")
    assert not outcome.passed
    assert "no test was run" in summary([outcome], 1.0)


@pytest.mark.parametrize(
    ("status", "counts", "passed"),
    [
        (0, {"passed": 3}, True),
        (0, {"passed": 3, "skipped": 1}, True),
        (0, {"skipped": 4}, False),  # a run that only skips has shown nothing
        (1, {"passed": 3}, False),
        (5, {}, False),
    ],
)
def test_when_a_run_counts_as_passed(status: int, counts: dict[str, int], passed: bool) -> None:
    assert Outcome("SQLite", status, counts).passed is passed


def test_the_last_line_adds_up_both_databases() -> None:
    lines = summary(
        [
            Outcome("SQLite", 0, {"passed": 10, "skipped": 2}, 3.0),
            Outcome("PostgreSQL", 1, {"failed": 1, "passed": 11}, 4.0),
        ],
        8.25,
    ).splitlines()
    assert lines[-3:] == [
        "SQLite: 10 passed, 2 skipped in 3.00s",
        "PostgreSQL: 1 failed, 11 passed in 4.00s (exit status 1)",
        "=== 1 failed, 21 passed, 2 skipped in 8.25s (exit status 1) (SQLite and PostgreSQL) ===",
    ]


def test_a_run_that_was_killed_is_told_as_such() -> None:
    outcome = Outcome("SQLite", -15)
    assert not outcome.passed
    assert summary([outcome], 1.0).splitlines()[-1] == (
        "=== no test was run in 1.00s (pytest was ended by SIGTERM) (SQLite) ==="
    )


def test_both_databases_are_tested_unless_the_environment_narrows_it() -> None:
    assert wanted_databases({}) == ["sqlite", "postgres"]
    assert wanted_databases({"PARKBENCH_TEST_DATABASES": ""}) == ["sqlite", "postgres"]
    assert wanted_databases({"PARKBENCH_TEST_DATABASES": "postgres"}) == ["postgres"]
    with pytest.raises(ServiceError, match="oracle"):
        wanted_databases({"PARKBENCH_TEST_DATABASES": "sqlite,oracle"})


def test_sqlite_is_tested_on_sqlite_even_if_the_shell_names_a_postgres() -> None:
    shell = {"DATABASE_URL": "postgres://mine", "LANG": "de"}
    provided = {"DATABASE_URL": "postgres://found", "REDIS_URL": "redis://found"}
    assert environment_for(shell, provided, "sqlite") == {"LANG": "de", "REDIS_URL": "redis://found"}
    assert environment_for(shell, provided, "postgres")["DATABASE_URL"] == "postgres://found"
