"""The outbox: what must follow a commit is a row of the same transaction, and is done at least once.

Nothing is lost when a process dies between the commit and the work, when the broker is down, or when the work fails:
the row stays, and a sweep finds it. A row is leased while it is worked on, in a transaction of its own that is over
before the work begins; no lock is held while a mail server is slow.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.background import poke
from core.metrics import series
from core.models import Outbox
from core.text import without_addresses

log = logging.getLogger(__name__)

#: Takes the event's id and the payload as keywords.
Handler = Callable[..., None]

_HANDLERS: dict[str, Handler] = {}

#: After this time somebody else may take over a row: longer than any handler may need (`CELERY_TASK_TIME_LIMIT`).
LEASE = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
#: This, twice this, four times … at most an hour: after a day of trying a person has to look.
FIRST_WAIT = timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
MAX_ATTEMPTS = 30
LONGEST_WAIT = timedelta(hours=1)
KEEP_DONE = timedelta(days=7)
#: However many urgent rows there are, every so many-th turn belongs to the others.
TURNS = {Outbox.Urgency.LATER: 10, Outbox.Urgency.SOON: 5}


class Permanent(Exception):
    """A handler raises it when no later try can help: the row is given up at once, for a person to look at."""


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
    row = Outbox.objects.create(
        topic=topic, payload=payload, urgency=urgency, next_at=timezone.now() + wait, request_id=_request_id()
    )
    transaction.on_commit(partial(poke, urgency), robust=True)
    return row


def put_many(topic: str, payloads: Iterable[Mapping[str, Any]], *, urgency: int = Outbox.Urgency.SOON) -> int:
    """Write down the same thing to do for each of `payloads`, as `put` does, in one statement; return how many."""
    _HANDLERS[topic]
    assert transaction.get_connection().in_atomic_block, "the rows belong to the transaction of what they follow"
    about = {"topic": topic, "urgency": urgency, "request_id": _request_id()}
    rows = Outbox.objects.bulk_create(Outbox(payload=dict(payload), **about) for payload in payloads)
    if rows:
        transaction.on_commit(partial(poke, urgency), robust=True)
    return len(rows)


def drain(*, at_most: int = 200, urgency: int | None = None, topic: str | None = None) -> int:
    """Do what is due, the urgent first, and return how many rows were done. What fails is tried again later.

    `urgency` and `topic` leave everything else where it is.
    """
    wanted = Outbox.objects.filter(done_at=None, failed_at=None)
    if urgency is not None:
        wanted = wanted.filter(urgency=urgency)
    if topic is not None:
        wanted = wanted.filter(topic=topic)
    done = 0
    for turn in range(1, at_most + 1):
        row = _take(wanted, turn)
        if row is None:
            break
        done += _do(row)
    return done


def sweep() -> int:
    """Forget rows that were done a week ago, and return how many."""
    return Outbox.objects.filter(done_at__lt=timezone.now() - KEEP_DONE).delete()[0]


def try_again(*, topic: str | None = None) -> int:
    """Make what was given up due again, as if it had never been tried; return how many rows."""
    rows = Outbox.objects.filter(failed_at__isnull=False)
    if topic is not None:
        rows = rows.filter(topic=topic)
    return rows.update(failed_at=None, attempts=0, next_at=timezone.now())


def _request_id() -> str:
    """Return the id of the request that asks for it, if one does."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]


def _take(wanted: QuerySet[Outbox], turn: int) -> Outbox | None:
    with transaction.atomic():
        now = timezone.now()
        due = wanted.filter(next_at__lte=now).order_by("urgency", "next_at", "id").select_for_update(skip_locked=True)
        row = _of_the_patient(due, turn) or due.first()
        if row is None:
            return None
        row.attempts += 1
        row.next_at = now + LEASE
        row.save(update_fields=["attempts", "next_at"])
    return row


def _of_the_patient(due: QuerySet[Outbox], turn: int) -> Outbox | None:
    for urgency, every in TURNS.items():
        if turn % every == 0:
            return due.filter(urgency=urgency).first()
    return None


def _do(row: Outbox) -> bool:
    if row.attempts > MAX_ATTEMPTS:
        # No try of it came to an end: whoever takes it dies of it, and so would we.
        _put_back(row, Permanent("each try ended the process"), is_over=True)
        return False
    event: UUID = row.event
    ids = {"topic": row.topic, "event_id": str(event)}
    if row.request_id:
        ids["request_id"] = row.request_id
    with structlog.contextvars.bound_contextvars(**ids):
        try:
            _HANDLERS[row.topic](event=event, **row.payload)
        except Permanent as error:
            log.warning("outbox: a task was refused for good", exc_info=error)
            _put_back(row, error, is_over=True)
            return False
        except Exception as error:
            log.exception("outbox: a task failed", extra={"try": row.attempts})
            _put_back(row, error, is_over=row.attempts >= MAX_ATTEMPTS)
            return False
    Outbox.objects.filter(pk=row.pk, done_at=None).update(done_at=timezone.now(), failed_at=None, error="")
    series.OUTBOX_TASKS.labels(row.topic, "done").inc()
    return True


def _put_back(row: Outbox, error: Exception, *, is_over: bool) -> None:
    now = timezone.now()
    wait = min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), LONGEST_WAIT)
    # What failed together must not come back together. Nothing secret depends on the number.
    wait *= random.uniform(0.8, 1.0)  # noqa: S311
    # Not when somebody else has taken the row over meanwhile: this process slept past its lease.
    Outbox.objects.filter(pk=row.pk, done_at=None, attempts=row.attempts).update(
        error=without_addresses(f"{type(error).__name__}: {error}")[:300],
        failed_at=now if is_over else None,
        next_at=now + wait,
    )
    series.OUTBOX_TASKS.labels(row.topic, "given_up" if is_over else "failed").inc()
