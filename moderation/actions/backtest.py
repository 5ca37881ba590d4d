"""Trying a version of a rule on comments that are there."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import outbox
from core.background import breathe
from core.errors import Refused
from core.models import Outbox
from moderation import access, audit
from moderation.backtest import LOOKED_FOR_NEAR, Trial
from moderation.models import Backtest, RuleVersion
from moderation.queries.history import comments_of_the_past, each

log = logging.getLogger(__name__)
State = Backtest.State
#: A task may run for 150 seconds; so many comments take a fraction of it.
MOST_DAYS, MOST_COMMENTS = 730, 100_000
#: The progress is written down, and others have their turn, after so many comments: every half second or so.
STEP = 1000


def start_backtest(version: RuleVersion, *, days: int, at_most: int, by: User) -> Backtest:
    """Have the version tried in the background, and return the row that will hold the figures.

    One that waits for the same version already is returned as it is. Raises `NotAllowed`, and `Refused` out of range.
    """
    access.check(by, "keep_rules")
    if not (1 <= days <= MOST_DAYS and 1 <= at_most <= MOST_COMMENTS):
        said = {"days": MOST_DAYS, "n": MOST_COMMENTS}
        raise Refused(_("Between 1 and %(days)d days, and at most %(n)d comments.") % said, code="range")
    with transaction.atomic():
        # The lock makes the second of two clicks find the first.
        RuleVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        waiting = Backtest.objects.filter(version=version, state__in=[State.WAITING, State.RUNNING]).first()
        if waiting is not None:
            return waiting
        row = Backtest.objects.create(version=version, by=by, days=days, at_most=at_most)
        # After the mails: this takes a minute, and where there are no workers nobody else does them.
        outbox.put("moderation.backtest", urgency=Outbox.Urgency.LATER, backtest=row.pk)
        audit.record("rule.tested", by=by, rule=version.rule_id, version=version.n, backtest=row.pk)
    return row


def run_backtest(row: Backtest) -> Backtest:
    """Work out the figures of a backtest that is not done, and return it. What fails is stored, not raised."""
    if row.state in (State.DONE, State.FAILED):
        return row
    try:
        _run(row)
    except Exception:
        log.exception("a backtest failed", extra={"backtest": row.pk})
        row.state, row.finished_at = State.FAILED, timezone.now()
        row.save(update_fields=["state", "finished_at"])
    return row


def _run(row: Backtest) -> None:
    trial = Trial(row.version.parsed)
    rows = comments_of_the_past(row.days, row.at_most, row.created_at)
    row.state, row.total, row.scanned = State.RUNNING, rows.count(), 0
    row.save(update_fields=["state", "total", "scanned"])
    for n, past in enumerate(each(rows, event=trial.event, now=row.created_at, keys=trial.keys), start=1):
        trial.look_at(past, may_be_near=n > row.total - LOOKED_FOR_NEAR)
        if n % STEP == 0:
            Backtest.objects.filter(pk=row.pk).update(scanned=n)
            breathe()
    figures = trial.figures
    row.scanned, row.matched, row.precision = figures.total.scanned, figures.total.matched, figures.precision
    row.state, row.result, row.finished_at = State.DONE, figures.as_json(), timezone.now()
    row.save()
