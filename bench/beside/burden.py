"""What a load costs the machine: processor seconds and memory of a system's processes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

import psutil

from scripts.stack.program import Program

#: Programs are at rest when they have used less than `LITTLE` seconds of processor in `PAUSE` seconds.
PAUSE, LITTLE = 0.2, 0.02
#: Seconds after which nobody waits for that any longer.
PATIENCE = 10.0


def wait_until_at_rest(programs: Sequence[Program]) -> None:
    """Wait until these programs have done what they were asked for."""
    until, before = time.monotonic() + PATIENCE, cpu_seconds(programs)
    while time.monotonic() < until:
        time.sleep(PAUSE)
        now = cpu_seconds(programs)
        if now - before < LITTLE:
            return
        before = now


def cpu_seconds(programs: Iterable[Program]) -> float:
    """Return the processor time so far, children that have ended included; the clock ticks every 10 ms."""
    total = 0.0
    for each in _processes(programs):
        with suppress(psutil.NoSuchProcess):
            total += sum(each.cpu_times()[:4])
    return total


def memory_mb(programs: Iterable[Program]) -> float:
    """Return the memory in MB, what processes share counted once where the system tells (PSS)."""
    total = 0
    for each in _processes(programs):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            told = each.memory_full_info()
            total += getattr(told, "pss", 0) or told.rss
    return total / 1_000_000


def _processes(programs: Iterable[Program]) -> list[psutil.Process]:
    return [process for program in programs for process in program.tree()]
