"""The outbox: what must follow a commit is a row of the same transaction, and is done at least once.

Nothing is lost when a process dies between the commit and the work, when the broker is down, or when the work fails:
the row stays, and a sweep finds it. A row is leased while it is worked on, in a transaction of its own that is over
before the work begins; no lock is held while a mail server is slow.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, QuerySet
from django.utils import timezone

from core.background import poke
from core.inserts import insert
from core.kept import kept, kept_update, param
from core.metrics import series
from core.models import Outbox
from core.text import without_addresses

log = logging.getLogger(__name__)

#: Takes the event's id and the payload as keywords.
Handler = Callable[..., None]

_HANDLERS: dict[str, Handler] = {}
_QUICK: set[str] = set()

#: After this time somebody else may take over a row: longer than any handler may need (`CELERY_TASK_TIME_LIMIT`).
LEASE = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
#: This, twice this, four times … at most an hour: after a day of trying a person has to look.
FIRST_WAIT = timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
MAX_ATTEMPTS = 30
LONGEST_WAIT = timedelta(hours=1)
KEEP_DONE = timedelta(days=7)
#: However many urgent rows there are, every so many-th turn belongs to the others.
TURNS = {Outbox.Urgency.LATER: 10, Outbox.Urgency.SOON: 5}
#: Rows of a quick topic that are taken at once.
TOGETHER = 10


class Permanent(Exception):
    """A handler raises it when no later try can help: the row is given up at once, for a person to look at."""


def handles(topic: str, *, is_quick: bool = False) -> Callable[[Handler], Handler]:
    """Register the decorated function for `topic`. It is called with `event` (UUID) and the payload, maybe twice.

    One that `is_quick` asks the database and nobody else: several rows of it are taken at once.
    """

    def register(handler: Handler) -> Handler:
        assert topic not in _HANDLERS, f"{topic} has a handler already"
        _HANDLERS[topic] = handler
        if is_quick:
            _QUICK.add(topic)
        return handler

    return register


def put(topic: str, *, urgency: int = Outbox.Urgency.SOON, wait: timedelta = timedelta(0), **payload: Any) -> Outbox:
    """Write down what is to be done, inside the caller's transaction, and return the row.

    `payload` holds ids and short words: the handler reads what is true then. It is done `wait` after the commit at the
    earliest. Raises `KeyError` for a topic that nobody handles: a row that could never be done.
    """
    _HANDLERS[topic]
    assert transaction.get_connection().in_atomic_block, "the row belongs to the transaction of what it follows"
    due = timezone.now() + wait
    row = Outbox(topic=topic, payload=payload, urgency=urgency, next_at=due, request_id=_request_id())
    insert(row, later=True)
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
    return look(at_most=at_most, urgency=urgency, topic=topic)[0]


def look(*, at_most: int, urgency: int | None = None, topic: str | None = None) -> tuple[int, bool]:
    """Do as `drain`, and return also whether it stopped because of `at_most`: then there may be more."""
    done, turn = 0, 1
    while turn <= at_most:
        rows = _take(urgency, topic, turn, at_most + 1 - turn)
        if not rows:
            return done, False
        turn += len(rows)
        done += _finish([row for row in rows if _do(row)])
    return done, True


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


def _take(urgency: int | None, topic: str | None, turn: int, at_most: int) -> list[Outbox]:
    """Lease what is next: a row, and of a quick topic some more that nobody has tried."""
    with transaction.atomic():
        now = timezone.now()
        row = _first(now, urgency, topic, turn)
        if row is None:
            return []
        rows = [row]
        if row.topic in _QUICK and row.attempts == 0:
            # Not beyond the next turn of the patient. A row that was tried may be one that ends the process, and must
            # not take others along again.
            room = min(at_most, TOGETHER if urgency is not None else -turn % min(TURNS.values()) or 1) - 1
            rows += _untried.all(now, row.urgency, row.topic, row.pk, shape=(room,)) if room > 0 else []
        for each in rows:
            each.attempts += 1
            each.next_at = now + LEASE
        if len(rows) == 1:
            _leased.run(row.pk, row.attempts, row.next_at)
        else:
            Outbox.objects.filter(pk__in=[each.pk for each in rows]).update(attempts=1, next_at=now + LEASE)
    return rows


def _first(now: datetime, urgency: int | None, topic: str | None, turn: int) -> Outbox | None:
    if urgency is not None:
        return _due.one(now, urgency, topic, shape=(True, topic is not None))
    for patient, every in TURNS.items():
        if turn % every == 0:
            row = _due.one(now, patient, topic, shape=(True, topic is not None))
            if row is not None:
                return row
            break
    return _due.one(now, None, topic, shape=(False, topic is not None))


@kept
def _due(has_urgency: bool, has_topic: bool) -> QuerySet[Outbox, Any]:
    rows = _waiting()
    if has_urgency:
        rows = rows.filter(urgency=param(1))
    if has_topic:
        rows = rows.filter(topic=param(2))
    return rows[:1]


@kept
def _untried(count: int) -> QuerySet[Outbox, Any]:
    rows = _waiting().filter(urgency=param(1), topic=param(2), attempts=0)
    return rows.exclude(pk=param(3))[:count]


def _waiting() -> QuerySet[Outbox]:
    rows = Outbox.objects.filter(done_at=None, failed_at=None, next_at__lte=param(0, DateTimeField()))
    return rows.order_by("urgency", "next_at", "id").select_for_update(skip_locked=True)


@kept_update
def _leased() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    return Outbox.objects.filter(pk=param()), {"attempts": param(1), "next_at": param(2, DateTimeField())}


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
    return True


def _finish(rows: Sequence[Outbox]) -> int:
    """Note that the rows are done, and return how many."""
    if len(rows) == 1:
        _ended.run(rows[0].pk, timezone.now())
    elif rows:
        unended = Outbox.objects.filter(pk__in=[row.pk for row in rows], done_at=None)
        unended.update(done_at=timezone.now(), failed_at=None, error="")
    for row in rows:
        series.OUTBOX_TASKS.labels(row.topic, "done").inc()
    return len(rows)


@kept_update
def _ended() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    ended = {"done_at": param(1, DateTimeField()), "failed_at": None, "error": ""}
    return Outbox.objects.filter(pk=param(), done_at=None), ended


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
