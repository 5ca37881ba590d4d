"""The clock of a site without Redis."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import Mock

import pytest
import time_machine
from celery import current_app
from celery.schedules import crontab
from django.conf import settings as configured
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from core import schedule
from core.models import LastRun
from core.schedule import run_due
from tests.threads import all_well, at_once

TASK = "core.tasks.sweep_outbox"


@pytest.fixture
def ran(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Return what stands for the only task of the schedule, which is due every hour."""
    task = Mock()
    settings.CELERY_BEAT_SCHEDULE = {"hourly": {"task": TASK, "schedule": 3600.0, "kwargs": {"n": 1}}}
    monkeypatch.setitem(current_app.tasks, TASK, task)
    return task


@pytest.mark.django_db
def test_each_entry_runs_once_an_interval(ran: Mock) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        assert run_due() == [], "one that is new waits for its first turn"
        clock.shift(timedelta(minutes=59))
        assert run_due() == []
        clock.shift(timedelta(minutes=1))
        assert run_due() == ["hourly"]
        assert run_due() == []
        clock.shift(timedelta(days=2))
        assert (run_due(), run_due()) == (["hourly"], []), "what was missed is done once"
    assert ran.call_count == 2
    ran.assert_called_with(n=1)


@pytest.mark.django_db
def test_a_time_of_day_is_kept(ran: Mock, settings: Settings) -> None:
    settings.CELERY_BEAT_SCHEDULE = {"nightly": {"task": TASK, "schedule": crontab(hour="3", minute="0")}}
    with time_machine.travel("2026-03-01 12:00:00+00:00", tick=False) as clock:
        run_due()
        clock.move_to("2026-03-02 02:59:00+00:00")
        assert run_due() == []
        clock.move_to("2026-03-02 03:00:30+00:00")
        assert (run_due(), run_due()) == (["nightly"], [])


@pytest.mark.django_db
def test_a_task_that_fails_stops_nobody(ran: Mock, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.CELERY_BEAT_SCHEDULE = {
        name: {"task": TASK, "schedule": 60.0} for name in ("first", "second")
    }  # fmt: skip
    ran.side_effect = ZeroDivisionError
    run_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert sorted(run_due()) == ["first", "second"]
    assert caplog.text.count("schedule: a task failed") == 2


@pytest.mark.django_db(transaction=True)
def test_two_processes_run_it_once(ran: Mock) -> None:
    LastRun.objects.create(name="hourly", at=timezone.now() - timedelta(hours=2))
    results = all_well(at_once([run_due] * 4))
    assert sorted(results) == [[], [], [], ["hourly"]]
    assert ran.call_count == 1


@pytest.mark.django_db
def test_a_look_at_the_clock_is_one_query(ran: Mock, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    run_due()
    with django_assert_num_queries(1):
        run_due()


def test_everything_in_the_schedule_is_a_task_with_a_queue_that_is_served() -> None:
    queues = {queue.name for queue in configured.CELERY_TASK_QUEUES}
    for name, entry in configured.CELERY_BEAT_SCHEDULE.items():
        assert schedule._task(entry["task"]) == current_app.tasks[entry["task"]], name
        assert entry.get("options", {}).get("queue", "default") in queues, name
        assert "expires" in entry.get("options", {}), f"{name}: would pile up while no worker is there"


def test_times_fit_together() -> None:
    """What a later clock takes away is what an earlier one should have ended."""
    from core import outbox, tasks

    soft, hard = configured.CELERY_TASK_SOFT_TIME_LIMIT, configured.CELERY_TASK_TIME_LIMIT
    assert tasks.PATIENCE < soft < hard < outbox.LEASE.total_seconds() < configured.VISIBILITY_TIMEOUT
