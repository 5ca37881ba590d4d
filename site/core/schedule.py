"""`CELERY_BEAT_SCHEDULE` without Celery: the thread of a web process does what is due, one process of several.

Who moves the time of the last run on is who runs the task, so two processes cannot both; one that dies in the middle
leaves the task for its next turn, as Celery's beat would.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from celery import current_app
from celery.schedules import BaseSchedule, maybe_schedule
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from core.models import LastRun
from core.tasks import drain_outbox

log = logging.getLogger(__name__)


def run_due() -> list[str]:
    """Run the tasks whose time has come, one after the other, in this process; return the names of their entries.

    What a task raises is logged, and its next turn comes. An entry that was never seen waits one interval.
    """
    # The thread that calls this empties the outbox anyway.
    entries = {name: entry for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if entry["task"] != _DRAIN}
    seen = dict(LastRun.objects.filter(name__in=entries).values_list("name", "at"))
    LastRun.objects.bulk_create([LastRun(name=name) for name in entries.keys() - seen.keys()], ignore_conflicts=True)
    due = [name for name, at in seen.items() if _is_due(entries[name], at) and _is_ours(name, at)]
    for name in due:
        _run(name, entries[name])
    return due


def _is_due(entry: dict[str, Any], last: datetime) -> bool:
    timing = cast("BaseSchedule", maybe_schedule(entry["schedule"], app=current_app))
    return bool(timing.is_due(last).is_due)


def _is_ours(name: str, seen: datetime) -> bool:
    return bool(LastRun.objects.filter(name=name, at=seen).update(at=timezone.now()))


def _run(name: str, entry: dict[str, Any]) -> None:
    try:
        _task(entry["task"])(*entry.get("args", ()), **entry.get("kwargs", {}))
    except Exception:
        log.exception("schedule: a task failed", extra={"entry": name})


def _task(name: str) -> Callable[..., object]:
    # Nobody has imported all modules of tasks in a web process; the name of a task says where it is.
    return current_app.tasks.get(name) or import_string(name)


_DRAIN = drain_outbox.name
