"""Putting what is due for one person into one mail, and deciding when that goes out.

Quiet hours and the cap are asked here, at the last moment: what has to wait becomes due later, together, so that a
hot discussion ends as one mail an hour.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.hours import quiet_until
from accounts.models import Guest, Mail
from accounts.participants import Participant
from core.models import Outbox
from core.outbox import put, put_many
from discussions.models import Delivery

#: In one mail; who is told of more than this at once reads the rest on the site.
AT_MOST = 500
#: Recipients looked up by one run of the periodic task.
RECIPIENTS = 1000
HOUR = timedelta(hours=1)


def collect(person: Participant) -> Mail | None:
    """Put what is due for `person` into a mail and have it sent; None when nothing is, or it has to wait."""
    now = timezone.now()
    with transaction.atomic():
        due = Delivery.objects.of(person).due(now).select_for_update(skip_locked=True).order_by("pk")
        ids = list(due.values_list("pk", flat=True)[:AT_MOST])
        if not ids:
            return None
        rows = Delivery.objects.filter(pk__in=ids)
        later = quiet_until(person, now) or _too_many_until(person, now)
        if later is not None:
            rows.update(due_at=later)
            return None
        whose = {"guest": person} if isinstance(person, Guest) else {"member": person}
        mail = Mail.objects.create(key=f"comments-{uuid.uuid4().hex}", kind=Mail.Kind.COMMENTS, **whose)
        rows.update(state=Delivery.State.MAILED, mail=mail)
        put("discussions.send", urgency=Outbox.Urgency.SOON, mail=mail.pk)
    return mail


def collect_all() -> int:
    """Have collected what has become due for anybody, and return for how many people."""
    now = timezone.now()
    people = Delivery.objects.due(now).order_by().values_list("member", "guest").distinct()[:RECIPIENTS]
    with transaction.atomic():
        found = [{"member": member, "guest": guest} for member, guest in people]
        return put_many("discussions.collect", found, urgency=Outbox.Urgency.LATER)


def _too_many_until(person: Participant, now: datetime) -> datetime | None:
    """Return when the next mail about comments may go to `person`; None: now."""
    whose = {"guest": person} if isinstance(person, Guest) else {"member": person}
    lately = Mail.objects.filter(**whose, kind=Mail.Kind.COMMENTS, created_at__gt=now - HOUR)
    made = list(lately.exclude(state=Mail.State.SUPPRESSED).order_by("created_at").values_list("created_at", flat=True))
    return made[-settings.COMMENT_MAILS_PER_HOUR] + HOUR if len(made) >= settings.COMMENT_MAILS_PER_HOUR else None
