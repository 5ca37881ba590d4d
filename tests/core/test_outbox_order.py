"""Who goes first in the outbox, what is given up, and what is said about it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import structlog
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core import outbox
from core.models import Outbox
from tests.core.test_outbox import Ears, ears, put

__all__ = ["ears"]

pytestmark = pytest.mark.django_db

NOW, SOON, LATER = Outbox.Urgency.NOW, Outbox.Urgency.SOON, Outbox.Urgency.LATER


def heard(ears: Ears) -> list[int]:
    return [facts["n"] for _event, facts in ears.heard]


def test_a_flood_of_urgent_rows_starves_nobody(ears: Ears) -> None:
    for n in range(30):
        put(n=n, urgency=NOW)
    put(n=100, urgency=SOON)
    put(n=200, urgency=LATER)
    outbox.drain(at_most=12)
    assert {100, 200} < set(heard(ears))
    assert heard(ears)[:4] == [0, 1, 2, 3]


def test_only_what_was_asked_for(ears: Ears) -> None:
    put(n=1, urgency=LATER)
    put(n=2, urgency=NOW)
    assert (outbox.drain(topic="another"), outbox.drain(urgency=SOON)) == (0, 0)
    assert outbox.drain(urgency=NOW, topic="test.told") == 1
    assert heard(ears) == [2]


def test_a_refusal_for_good_is_not_tried_again(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**facts: object) -> None:
        raise outbox.Permanent("no mailbox bo@example.org here")

    monkeypatch.setitem(outbox._HANDLERS, "test.told", refuse)
    row = put()
    outbox.drain()
    row.refresh_from_db()
    assert (row.attempts, row.failed_at is not None) == (1, True)
    assert row.error == "Permanent: no mailbox …@… here", "and whose it was is not kept"


def test_what_kills_every_process_is_given_up(ears: Ears) -> None:
    row = put()
    Outbox.objects.update(attempts=outbox.MAX_ATTEMPTS)
    outbox.drain()
    row.refresh_from_db()
    assert (ears.heard, row.failed_at is not None) == ([], True)


def test_a_handler_that_is_cut_off_by_the_time_limit_has_failed(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(**facts: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setitem(outbox._HANDLERS, "test.told", hang)
    row = put()
    assert outbox.drain() == 0
    row.refresh_from_db()
    assert (row.attempts, row.done_at, row.failed_at) == (1, None, None)


def test_what_failed_together_does_not_come_back_together(ears: Ears) -> None:
    ears.failures = 20
    for n in range(20):
        put(n=n)
    with time_machine.travel(timezone.now(), tick=False):
        began = timezone.now()
        outbox.drain()
    waits = {(row.next_at - began).total_seconds() for row in Outbox.objects.all()}
    assert len(waits) > 10
    assert all(48 <= wait <= 60 for wait in waits)


@pytest.mark.parametrize("fails", [False, True])
def test_who_slept_past_the_lease_spoils_nothing(ears: Ears, monkeypatch: pytest.MonkeyPatch, fails: bool) -> None:
    """A frozen worker wakes after another has taken the row over, done it, and perhaps given it up."""

    def sleep(**facts: object) -> None:
        if not ears.heard:
            ears(**facts)  # type: ignore[arg-type]
            with time_machine.travel(timezone.now() + outbox.LEASE + timedelta(seconds=1)):
                assert outbox.drain() == 1
            if fails:
                raise ConnectionResetError

    monkeypatch.setitem(outbox._HANDLERS, "test.told", sleep)
    row = put(n=1)
    Outbox.objects.update(attempts=outbox.MAX_ATTEMPTS - 2)
    outbox.drain()
    row.refresh_from_db()
    assert (row.done_at is not None, row.failed_at, row.error) == (True, None, "")


def test_a_row_remembers_its_request_and_its_task_says_so(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    structlog.contextvars.clear_contextvars()
    said: dict[str, object] = {}
    monkeypatch.setitem(
        outbox._HANDLERS, "test.told", lambda **facts: said.update(structlog.contextvars.get_contextvars())
    )
    with structlog.contextvars.bound_contextvars(request_id="a-request-of-mine"):
        row = put()
    with structlog.contextvars.bound_contextvars(task_id="t1", request_id="another"):
        outbox.drain()
    assert said == {
        "request_id": "a-request-of-mine", "task_id": "t1", "topic": "test.told", "event_id": str(row.event)
    }  # fmt: skip
    assert "event_id" not in structlog.contextvars.get_contextvars()


def test_a_row_costs_four_queries(ears: Ears, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    put(n=1)
    # Savepoint, look, lease, release; then done. The last look finds nothing.
    with django_assert_num_queries(5 + 3):
        outbox.drain()


def test_rows_of_a_quick_topic_are_taken_together(
    ears: Ears, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(outbox, "_QUICK", {"test.told"})
    for n in range(25):
        put(n=n)
    # Ten, ten, five; each time savepoint, a look and another, lease, release, and done for all. The last finds nothing.
    with django_assert_num_queries(3 * 6 + 3):
        assert outbox.look(at_most=100, urgency=SOON) == (25, False)
    assert heard(ears) == list(range(25))
    assert not Outbox.objects.filter(done_at=None).exists()


def test_what_was_tried_before_takes_no_others_along(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_QUICK", {"test.told"})
    for n in range(3):
        put(n=n)
    tried = Outbox.objects.order_by("pk")[0]
    Outbox.objects.filter(pk=tried.pk).update(attempts=1)
    assert [row.pk for row in outbox._take(SOON, None, 1, 20)] == [tried.pk]
    assert len(outbox._take(SOON, None, 1, 20)) == 2


def test_one_that_fails_among_others_is_tried_again_alone(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_QUICK", {"test.told"})
    for n in range(4):
        put(n=n)
    ears.failures = 1
    assert outbox.look(at_most=20, urgency=SOON) == (3, False)
    assert heard(ears) == [1, 2, 3]
    left = Outbox.objects.get(done_at=None)
    assert (left.attempts, left.failed_at, bool(left.error)) == (1, None, True)


def test_a_flood_of_quick_rows_starves_nobody(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_QUICK", {"test.told"})
    for n in range(30):
        put(n=n, urgency=NOW)
    put(n=100, urgency=SOON)
    put(n=200, urgency=LATER)
    assert outbox.look(at_most=12) == (12, True)
    assert {100, 200} < set(heard(ears))


def run(**options: object) -> str:
    out = StringIO()
    call_command("outbox", stdout=out, **options)
    return out.getvalue()


def test_the_command_counts_by_topic_and_tries_again(ears: Ears) -> None:
    put(n=1)
    with transaction.atomic():
        Outbox.objects.create(topic="test.told", failed_at=timezone.now(), attempts=30)
        Outbox.objects.create(topic="test.other", failed_at=timezone.now(), attempts=30)
    told = run(topic="test.told")
    assert ("waiting  test.told" in told, "given up  test.told" in told, "test.other" in told) == (True, True, False)
    assert "1 are tried again." in run(retry=True, topic="test.told")
    assert "2 done." in run(drain=True, topic="test.told", urgency="soon")
    assert run() == run(topic="test.other")
    assert "given up  test.other" in run()
