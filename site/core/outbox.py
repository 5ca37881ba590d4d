"""The outbox: what must follow a commit is a row of the same transaction, and is done at least once.

Nothing is lost when a process dies between the commit and the work, when the broker is down, or when the work fails:
the row stays, and a sweep finds it. A row is leased while it is worked on, in a transaction of its own that is over
before the work begins; no lock is held while a mail server is slow.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.background import poke
from core.models import Outbox

log = logging.getLogger(__name__)

#: Takes the event's id and the payload as keywords.
Handler = Callable[..., None]

_HANDLERS: dict[str, Handler] = {}

#: After this time somebody else may take over a row: longer than any handler may need.
LEASE = timedelta(minutes=5)
#: 1, 2, 4 … minutes, at most an hour: after a day of trying a person has to look.
MAX_ATTEMPTS = 30
LONGEST_WAIT = timedelta(hours=1)
KEEP_DONE = timedelta(days=7)


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the decorated function for `topic`. It is called with `event` (UUID) and the payload, maybe twice."""

    def register(handler: Handler) -> Handler:
        assert topic not in _HANDLERS, f"{topic} has a handler already"
        _HANDLERS[topic] = handler
        return handler

    return register


def put(topic: str, *, urgency: int = Outbox.Urgency.SOON, wait: timedelta = timedelta(0), **payload: Any) -> Outbox:
    """Write down what is to be done, inside the caller's transaction, and return the row.

    `payload` holds ids and short words: the handler reads what is true then. It is done `wait` after the commit at the
    earliest. Raises `KeyError` for a topic that nobody handles: a row that could never be done.
    """
    _HANDLERS[topic]
    assert transaction.get_connection().in_atomic_block, "the row belongs to the transaction of what it follows"
    row = Outbox.objects.create(topic=topic, payload=payload, urgency=urgency, next_at=timezone.now() + wait)
    transaction.on_commit(poke, robust=True)
    return row


def drain(*, at_most: int = 200) -> int:
    """Do what is due, the urgent first, and return how many rows were done. What fails is tried again later."""
    done = 0
    for _i in range(at_most):
        row = _take()
        if row is None:
            break
        done += _do(row)
    return done


def sweep() -> int:
    """Forget rows that were done a week ago, and return how many."""
    return Outbox.objects.filter(done_at__lt=timezone.now() - KEEP_DONE).delete()[0]


def _take() -> Outbox | None:
    with transaction.atomic():
        now = timezone.now()
        due = Outbox.objects.filter(done_at=None, failed_at=None, next_at__lte=now).order_by("urgency", "next_at", "id")
        row = due.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.attempts += 1
        row.next_at = now + LEASE
        row.save(update_fields=["attempts", "next_at"])
    return row


def _do(row: Outbox) -> bool:
    event: UUID = row.event
    try:
        _HANDLERS[row.topic](event=event, **row.payload)
    except Exception as error:
        log.exception("outbox: a task failed", extra={"topic": row.topic, "event_id": str(event), "try": row.attempts})
        _postpone(row, error)
        return False
    Outbox.objects.filter(pk=row.pk).update(done_at=timezone.now(), error="")
    return True


def _postpone(row: Outbox, error: Exception) -> None:
    now = timezone.now()
    row.error = f"{type(error).__name__}: {error}"[:300]
    if row.attempts >= MAX_ATTEMPTS:
        row.failed_at = now
    row.next_at = now + min(timedelta(minutes=2 ** min(row.attempts - 1, 10)), LONGEST_WAIT)
    row.save(update_fields=["error", "failed_at", "next_at"])
