"""Taking a case for a while, so that two moderators do not read the same one."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from moderation import access, audit
from moderation.models import Case, Skip
from moderation.models.case import CaseQuerySet
from moderation.transitions import Event, State, after

#: Who skipped a case is not shown it again for so long.
SKIPPED_FOR = timedelta(hours=4)


def claim(case: Case, *, by: User) -> Case:
    """Take a waiting case, or renew one's lease on it; return it as it is now, whoever has it.

    An escalated or decided case, and one that somebody else has, stay as they are: the caller looks at `claimed_by`.
    """
    access.check(by, "claim")
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.state in (State.OPEN, State.CLAIMED) and not _is_with_another(case, by):
            _take(case, by)
    return case


def claim_next(cases: CaseQuerySet, *, by: User) -> Case | None:
    """Take the first of `cases` (ordered, within the moderator's reach) that is free, and return it, or None.

    Rows that somebody is just taking are passed over: two moderators who ask at once get two cases.
    """
    access.check(by, "claim")
    now = timezone.now()
    skipped = Skip.objects.filter(by=by, at__gt=now - SKIPPED_FOR).values("case")
    free = cases.filter(Q(claimed_by=None) | Q(claimed_until__lte=now) | Q(claimed_by=by)).exclude(pk__in=skipped)
    with transaction.atomic():
        # `of`: only the case; without it PostgreSQL would lock the joined comment too.
        case = free.select_for_update(skip_locked=True, of=("self",)).first()
        if case is not None and case.state != State.ESCALATED:
            _take(case, by)
    return case


def release(case: Case, *, by: User) -> None:
    """Give back a case that one has."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.state == State.CLAIMED and case.claimed_by_id == by.pk:
            _let_go(case)


def skip(case: Case, *, by: User) -> None:
    """Leave a case to somebody else. It is counted, and comes back to the same moderator only hours later."""
    access.check(by, "skip")
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if not case.is_waiting:
            return
        Skip.objects.update_or_create(case=case, by=by, defaults={"at": timezone.now()})
        case.skip_count += 1
        if case.state == State.CLAIMED and case.claimed_by_id == by.pk:
            _let_go(case)
        case.save()
        audit.record("case.skipped", by=by, comment=case.comment, case=case.pk)


def _is_with_another(case: Case, by: User) -> bool:
    return bool(case.claimed_by_id not in (None, by.pk) and case.claimed_until and case.claimed_until > timezone.now())


def _take(case: Case, by: User) -> None:
    if case.claimed_by_id != by.pk:
        case.state = after(case.state, Event.CLAIM)
        case.claimed_by = by
        case.lock_version += 1
    case.claimed_until = timezone.now() + timedelta(minutes=settings.CASE_LEASE_MINUTES)
    case.save(update_fields=["state", "claimed_by", "claimed_until", "lock_version"])


def _let_go(case: Case) -> None:
    case.state = after(case.state, Event.RELEASE)
    case.claimed_by = case.claimed_until = None
    case.lock_version += 1
    case.save(update_fields=["state", "claimed_by", "claimed_until", "lock_version"])
