"""The set of `make stack`: its ports, its secrets, and programs that end with everything they have started."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from scripts.services import ServiceError
from scripts.services.processes import free_port
from scripts.stack.front import answers
from scripts.stack.plan import PORTS, ports_in, secrets_in
from scripts.stack.program import Program

#: Starts a child that would sleep for a minute, and says its number.
PARENT = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """Give a program that has started a child, and is ready."""
    found = Program("a parent", [sys.executable, "-c", PARENT], tmp_path / "parent")
    found.problem = lambda: None if found.said().strip().isdigit() else "its child is not there"
    found.start()
    yield found
    found.kill()


def test_ports_are_free_ones_unless_they_are_named() -> None:
    ports = ports_in({"STACK_MAIL_PORT": "18399"}, front=18398)
    assert set(ports) == set(PORTS)
    assert (ports["mail"], ports["front"]) == (18399, 18398)
    assert len(set(ports.values())) == len(PORTS)


@pytest.mark.parametrize("port", ["mail", "0", "65536", "٨٠"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(ServiceError, match=r"STACK_MAIL_PORT is .* has to be a number from 1 to 65535"):
        ports_in({"STACK_MAIL_PORT": port})


def test_secrets_are_made_once_and_only_we_can_read_them(tmp_path: Path) -> None:
    first = secrets_in(tmp_path)
    assert secrets_in(tmp_path) == first
    assert len(first.secret_key) > 50
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def end_gracefully(program: Program) -> None:
    program.stop()


def end_at_once(program: Program) -> None:
    program.kill()


@pytest.mark.parametrize("end", [end_gracefully, end_at_once])
def test_what_it_has_started_ends_with_it(program: Program, end: Callable[[Program], None]) -> None:
    parent, child = program.tree()
    end(program)
    assert not program.is_running
    assert not psutil.pid_exists(parent.pid)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_frozen_and_thawed(program: Program) -> None:
    family = program.tree()
    program.freeze()
    assert {each.status() for each in family} == {psutil.STATUS_STOPPED}
    program.thaw()
    assert psutil.STATUS_STOPPED not in {each.status() for each in family}


def test_after_a_restart_it_says_only_what_is_new(program: Program) -> None:
    first = program.said()
    program.kill()
    program.start()
    assert program.said() != first
    assert program.log.read_text().startswith(first)


def test_who_does_not_start_is_told_with_the_last_words(tmp_path: Path) -> None:
    dying = Program(
        "mail", [sys.executable, "-c", "print('no room left')"], tmp_path / "mail", problem=lambda: "silent"
    )
    started = time.monotonic()
    with pytest.raises(ServiceError, match=r"mail did not start: silent\nno room left"):
        dying.start()
    assert time.monotonic() - started < 25, "it did not wait for somebody who had died"


def test_nobody_on_a_port_is_a_problem_in_words() -> None:
    port = free_port()
    assert f"nobody answers on port {port}" in str(answers(port)())
