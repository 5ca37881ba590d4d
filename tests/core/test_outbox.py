"""What must follow a commit follows it: once when all is well, at least once whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connections, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from core import background, outbox
from core.models import Outbox


class Ears:
    """A handler that remembers, and fails as long as it is told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[UUID, dict[str, Any]]] = []
        self.failures = 0
        self.lock = threading.Lock()

    def __call__(self, event: UUID, **facts: Any) -> None:
        with self.lock:
            if self.failures:
                self.failures -= 1
                raise ConnectionRefusedError("nobody there")
            self.heard.append((event, facts))


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Ears:
    found = Ears()
    monkeypatch.setitem(outbox._HANDLERS, "test.told", found)
    return found


def put(**facts: Any) -> Outbox:
    with transaction.atomic():
        return outbox.put("test.told", **facts)


@pytest.mark.django_db
def test_done_after_the_commit(ears: Ears, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = put(n=1)
        assert ears.heard == []
    assert ears.heard == [(row.event, {"n": 1})]
    row.refresh_from_db()
    assert (row.attempts, row.done_at is not None) == (1, True)
    assert outbox.drain() == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_follows_what_was_taken_back(ears: Ears) -> None:
    def fail() -> None:
        with transaction.atomic():
            put(n=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (ears.heard, Outbox.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_not_before_its_time_and_the_urgent_first(ears: Ears) -> None:
    put(n=1, urgency=Outbox.Urgency.LATER)
    put(n=2, wait=timedelta(seconds=60))
    put(n=3, urgency=Outbox.Urgency.NOW)
    outbox.drain()
    assert [facts["n"] for _event, facts in ears.heard] == [3, 1]
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        outbox.drain()
    assert [facts["n"] for _event, facts in ears.heard] == [3, 1, 2]


@pytest.mark.django_db
def test_what_fails_is_tried_again_later_and_stops_nobody(ears: Ears) -> None:
    ears.failures = 1
    first, second = put(n=1), put(n=2)
    assert outbox.drain() == 1
    first.refresh_from_db()
    assert (first.attempts, first.error) == (1, "ConnectionRefusedError: nobody there")
    assert outbox.drain() == 0, "not at once"
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert outbox.drain() == 1
    assert [event for event, _facts in ears.heard] == [second.event, first.event]


@pytest.mark.django_db
def test_who_dies_at_work_leaves_it_to_others(ears: Ears) -> None:
    row = put(n=1)
    assert outbox._take(None, None, 1, 200) == [row], "and the process ends here"
    assert outbox.drain() == 0
    with time_machine.travel(timezone.now() + outbox.LEASE + timedelta(seconds=1)):
        assert outbox.drain() == 1
    assert [event for event, _facts in ears.heard] == [row.event]


@pytest.mark.django_db
def test_given_up_after_a_day_and_kept_for_a_person(ears: Ears) -> None:
    ears.failures = 100
    row = put(n=1)
    Outbox.objects.update(attempts=outbox.MAX_ATTEMPTS - 1)
    outbox.drain()
    row.refresh_from_db()
    assert row.failed_at is not None
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert (outbox.drain(), outbox.sweep()) == (0, 0)


@pytest.mark.django_db
def test_done_rows_go_after_a_week(ears: Ears) -> None:
    put(n=1)
    outbox.drain()
    assert outbox.sweep() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert outbox.sweep() == 1


@pytest.mark.django_db
def test_a_topic_that_nobody_handles_is_refused(ears: Ears) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        outbox.put("nobody.knows")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_each_row_once(ears: Ears) -> None:
    with transaction.atomic():
        for n in range(120):
            Outbox.objects.create(topic="test.told", payload={"n": n})
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        while outbox.drain(at_most=5):
            pass
        connections.close_all()

    threads = [threading.Thread(target=work) for _i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(facts["n"] for _event, facts in ears.heard) == list(range(120))
    assert set(Outbox.objects.values_list("attempts", flat=True)) == {1}


@pytest.fixture
def no_thread_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[background.Runner]:
    """Return a runner whose thread ends when it is told to."""
    runner = background.Runner()
    monkeypatch.setattr(background, "runner", runner)
    yield runner
    runner.stop()


@pytest.mark.django_db(transaction=True)
def test_the_thread_does_it_without_redis(settings: Settings, ears: Ears, no_thread_left: background.Runner) -> None:
    settings.OUTBOX_RUNNER = "thread"
    told = threading.Event()
    outbox._HANDLERS["test.told"] = lambda **facts: told.set()
    put(n=1)
    assert told.wait(10)
