"""What was kept long enough goes, once a day."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Erasure, Export, Guest, Mail
from accounts.models.privacy import KEEP_EXPORT
from accounts.privacy import registry

log = logging.getLogger(__name__)

#: A guest to whom nothing belongs is a name that somebody typed and did not use.
UNUSED_GUEST_DAYS = 30


def sweep_privacy() -> dict[str, int]:
    """Run every sweep that is registered, and return how many rows each has taken. One that fails stops no other."""
    taken: dict[str, int] = {}
    for name, function in registry.sweeps.items():
        try:
            taken[name] = function()
        except Exception:
            log.exception("a sweep failed", extra={"sweep": name})
    return taken


def old_exports() -> int:
    """Delete copies of data that nobody may fetch any more."""
    return Export.objects.filter(asked_at__lt=timezone.now() - KEEP_EXPORT - timedelta(days=1)).delete()[0]


def old_sessions() -> int:
    """Delete sessions that are over: what `clearsessions` does, for the table that all our engines write."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def old_mails() -> int:
    """Delete the lines of the log of mails that are old, whatever has become of the mails."""
    return Mail.objects.filter(created_at__lt=timezone.now() - timedelta(days=settings.MAIL_DAYS)).delete()[0]


def unused_guests() -> int:
    """Delete guests that no row of any app refers to, once they are old. A line in the log of mails keeps nobody."""
    before = timezone.now() - timedelta(days=UNUSED_GUEST_DAYS)
    rows: QuerySet[Guest] = Guest.objects.filter(created_at__lt=before)
    for relation in Guest._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in (Export, Erasure, Mail):
            theirs: QuerySet[Model] = QuerySet(relation.related_model).filter(**{relation.field.name: OuterRef("pk")})
            rows = rows.filter(~Exists(theirs))
    rows = rows.exclude(erasure__isnull=False, erasure__done_at=None)
    return rows.delete()[0]
