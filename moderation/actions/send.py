"""Sending by mail what people are told. Each row is locked, mailed and marked in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from moderation.mails import notification_mail, outcome_mail
from moderation.models import Notification, UnlawfulNotice
from moderation.queries.notifications import RELATED

log = logging.getLogger(__name__)

#: Minutes after a row is due at which the first, second … try is made; after the last one nobody tries again.
WAITS = (0, 1, 5, 15, 60, 240, 720, 1440)
MAX_ATTEMPTS = len(WAITS)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table whose rows are mailed once."""

    #: Rows that are not mailed yet, with everything that the mail says.
    rows: Callable[[], QuerySet[Any]]
    #: Makes the message of a row; None when there is no address to write to.
    make: Callable[[Any], EmailMultiAlternatives | None]
    #: The column that says when it was mailed.
    done: str


_NOTIFICATION = _Kind(lambda: Notification.objects.to_mail().select_related(*RELATED), notification_mail, "mailed_at")
_OUTCOME = _Kind(
    lambda: UnlawfulNotice.objects.filter(told_at=None).exclude(email="").select_related("comment__article", "case"),
    outcome_mail,
    "told_at",
)


def send_due(*, at_most: int = 100) -> int:
    """Mail what is due, and return how many messages the mail server has taken.

    A row that another process has just taken is passed over, so running this twice at once sends nothing twice. A
    message that fails is tried again later, at most `MAX_ATTEMPTS` times, and stops no other; a mail server that cannot
    be reached ends the run, and costs no message a try.
    """
    connection, sent = get_connection(), 0
    try:
        for kind, pk in [*_due(at_most)][:at_most]:
            connection.open()
            sent += _send_one(kind, pk, connection)
    except (SMTPException, OSError):
        log.exception("the mail server does not answer")
    finally:
        connection.close()
    return sent


def forget_failures() -> int:
    """Let everything be tried again that was given up, and return how much that is."""
    rows = [Notification.objects.to_mail(), UnlawfulNotice.objects.filter(told_at=None)]
    return sum(each.filter(mail_attempts__gte=MAX_ATTEMPTS).update(mail_attempts=0) for each in rows)


def _due(at_most: int) -> Iterator[tuple[_Kind, int]]:
    rows = Notification.objects.to_mail().filter(_patience("due_at"))
    for pk in rows.order_by("due_at", "id").values_list("pk", flat=True)[:at_most]:
        yield _NOTIFICATION, pk
    final = Q(case__decisions__undone_at=None, case__decisions__final_at__lte=timezone.now())
    notices = UnlawfulNotice.objects.filter(told_at=None).exclude(email="")
    notices = notices.annotate(final_at=Max("case__decisions__final_at", filter=final)).filter(_patience("final_at"))
    for pk in notices.order_by("id").values_list("pk", flat=True)[:at_most]:
        yield _OUTCOME, pk


def _patience(due: str) -> Q:
    """Return the condition that a row which failed n times has been due for long enough to try again."""
    now, condition = timezone.now(), Q(pk__in=[])
    for attempts, minutes in enumerate(WAITS):
        condition |= Q(mail_attempts=attempts, **{f"{due}__lte": now - timedelta(minutes=minutes)})
    return condition


def _send_one(kind: _Kind, pk: int, connection: Any) -> bool:
    with transaction.atomic():
        row = kind.rows().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
        if row is None:
            return False
        try:
            # A query that fails must not take the count of tries with it.
            with transaction.atomic():
                message = kind.make(row)
                if message is not None:
                    message.connection = connection
                    message.send()
        except Exception:
            # Whatever is wrong with this message, the next one is another matter.
            log.exception("a notice could not be mailed", extra={"row": str(row), "attempts": row.mail_attempts + 1})
            row.mail_attempts += 1
            row.save(update_fields=["mail_attempts"])
            connection.close()
            return False
        setattr(row, kind.done, timezone.now())
        row.save(update_fields=[kind.done])
    return message is not None
