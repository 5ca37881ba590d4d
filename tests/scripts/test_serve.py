"""One process in the foreground: refused in words where it could do nothing, else the same command everywhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.serve import NAMES, NotToStart, check, command

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"


@pytest.mark.parametrize("name", ["worker", "beat", "live"])
def test_without_redis_it_says_what_to_do(name: str) -> None:
    with pytest.raises(NotToStart) as raised:
        check(name, {"REDIS_URL": ""})
    assert f"make {name} needs Redis, and REDIS_URL names none" in str(raised.value)
    assert f"make {name} REDIS_URL=redis://" in str(raised.value)


def test_the_site_itself_needs_none() -> None:
    check("web", {})


def test_the_words_reach_the_terminal_and_the_status_is_1() -> None:
    call = [sys.executable, "-m", "scripts.serve", "worker"]
    done = subprocess.run(call, cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "needs Redis" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_is_none_of_ours() -> None:
    with pytest.raises(NotToStart, match="choose from web, live, worker, beat"):
        check("wrk", {"REDIS_URL": "redis://h"})


@pytest.mark.parametrize("name", NAMES)
def test_systemd_runs_what_we_run(name: str) -> None:
    """The units are what `command` says, with the paths of an installation."""
    unit = (UNITS / f"parkbench-{name}.service").read_text()
    found = re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    assert found
    ours = command(name, {"BEAT_SCHEDULE": "/var/lib/parkbench/beat"})
    theirs = [word.replace('""', "") for word in found[1].split(" ")]
    assert theirs == ["/srv/parkbench/.venv/bin/python", *(w.replace(str(ROOT), "/srv/parkbench") for w in ours[1:])]


@pytest.mark.parametrize("name", NAMES)
def test_systemd_gives_each_the_time_to_end_gracefully(name: str) -> None:
    unit = (UNITS / f"parkbench-{name}.service").read_text()
    assert "KillSignal=SIGTERM" in unit
    assert "KillMode=mixed" in unit
    assert re.search(r"^TimeoutStopSec=\d+$", unit, re.MULTILINE)
    assert "Restart=always" in unit
