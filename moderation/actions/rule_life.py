"""How a rule gets from draft to live and out again: one function for each way of `rule_states.TABLE`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import outbox
from core.errors import Conflict, NotAllowed, Refused
from moderation import access, audit
from moderation.actions.rules import latest_version
from moderation.models import Backtest, Rule, RuleVersion
from moderation.queries.staff import administrators
from moderation.rule_states import RuleEvent, leads_to
from moderation.rules.language import Definition
from moderation.rules.vocabulary import Effect

#: So long a rule is watched before its only administrator may set it live.
ALONE_AFTER = timedelta(hours=24)


def watch_rule(rule: Rule, *, by: User) -> Rule:
    """Have the latest version asked about every comment, without effect. Raises `NotAllowed` and `Conflict`."""
    access.check(by, "keep_rules")
    with transaction.atomic():
        locked = _locked(rule)
        version = latest_version(locked)
        _move(locked, RuleEvent.WATCH, version=version)
        audit.record("rule.watched", by=by, rule=locked.pk, version=version.n)
    return locked


def sign_version(version: RuleVersion, *, by: User) -> RuleVersion:
    """Say that this version may go live. Raises `NotAllowed` for who has written it; signing twice changes nothing."""
    access.check(by, "keep_rules")
    with transaction.atomic():
        row = RuleVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        if row.by_id == by.pk:
            raise NotAllowed(_("You have written it: somebody else has to sign."), code="own")
        if row.signed_at is None:
            row.signed_by, row.signed_at = by, timezone.now()
            row.save(update_fields=["signed_by", "signed_at"])
            audit.record("rule.signed", by=by, rule=row.rule_id, version=row.n)
    return row


def go_live(rule: Rule, *, by: User) -> Rule:
    """Set the latest version live. Raises `NotAllowed`, `Refused` with what is missing, and `Conflict`."""
    access.check(by, "keep_rules")
    with transaction.atomic():
        locked = _locked(rule)
        version = latest_version(locked)
        if missing := whats_missing(version, locked):
            raise Refused(" ".join(missing), code="not_ready")
        _move(locked, RuleEvent.GO_LIVE, version=version)
        audit.record("rule.went_live", by=by, rule=locked.pk, version=version.n, signed=version.signed_at is not None)
    return locked


def pause_rule(rule: Rule, *, by: User | None, because: str) -> Rule:
    """Stop a rule at once; one that is not asked stays as it is. `by` is None when it stops itself: its keeper is told.

    Raises `NotAllowed`, and `Refused` without a reason.
    """
    if by is not None:
        access.check(by, "keep_rules")
    if not because.strip():
        raise Refused(_("Please say why, in a few words."), code="because")
    with transaction.atomic():
        locked = _locked(rule)
        if leads_to(locked.state, RuleEvent.PAUSE) is None:
            return locked
        locked.paused_because = because.strip()[:300]
        _move(locked, RuleEvent.PAUSE)
        if by is None and locked.owner_id is not None:
            outbox.put("moderation.rule_paused", rule=locked.pk)
        audit.record("rule.paused", by=by, rule=locked.pk, itself=by is None)
    return locked


def archive_rule(rule: Rule, *, by: User) -> Rule:
    """Put a rule away for good. Raises `NotAllowed`, and `Conflict` for one that is live."""
    access.check(by, "keep_rules")
    with transaction.atomic():
        locked = _locked(rule)
        _move(locked, RuleEvent.ARCHIVE)
        audit.record("rule.archived", by=by, rule=locked.pk)
    return locked


def whats_missing(version: RuleVersion, rule: Rule) -> list[str]:
    """Return, in words, what this version of `rule` needs before it can go live; empty when it can.

    Three queries at most.
    """
    definition = version.parsed
    missing = [words] if (words := _unsigned(version, rule)) else []
    if definition.max_per_hour is None and (definition.effect != Effect.NONE or definition.restrains):
        missing.append(_("Please say how many hits in an hour are the most."))
    done = Backtest.objects.filter(version=version, state=Backtest.State.DONE).order_by("-id").first()
    if done is None:
        return [*missing, _("This version has to be tried on the history first.")]
    bar = _bar(definition)
    if bar is not None and (done.precision is None or done.precision < bar):
        was = _("nothing fitted") if done.precision is None else f"{done.precision:.2f}"
        said = {"bar": bar, "was": was}
        missing.append(_("On the history it was not right often enough: %(bar)s is needed, it was %(was)s.") % said)
    return missing


def _unsigned(version: RuleVersion, rule: Rule) -> str:
    """Return what is missing of the second signature, in words.

    On a site with one administrator nobody else can sign: a version goes live there when it was watched for a day.
    """
    if version.signed_at or not settings.RULE_SECOND_SIGNER:
        return ""
    if any(admin.pk != version.by_id for admin in administrators()):
        return _("A second administrator has to sign this version.")
    if rule.in_force_id == version.pk and rule.in_force_at and rule.in_force_at <= timezone.now() - ALONE_AFTER:
        return ""
    return _("You are the only administrator, so nobody can sign it. It can go live once it was watched for a day.")


def _bar(definition: Definition) -> float | None:
    """Return how often it has to have been right; what lasts weighs as much as holding."""
    effect = definition.effect if definition.effect == Effect.REJECT_SPAM or not definition.restrains else Effect.HOLD
    bar: float | None = settings.RULE_PRECISION_BARS.get(effect.value)
    return bar


def _locked(rule: Rule) -> Rule:
    return Rule.objects.select_for_update(no_key=True).get(pk=rule.pk)


def _move(rule: Rule, event: RuleEvent, *, version: RuleVersion | None = None) -> None:
    state = leads_to(rule.state, event)
    if state is None:
        words: dict[str, Any] = {"state": rule.get_state_display(), "event": event.label}
        raise Conflict(_("A rule that is “%(state)s” cannot be “%(event)s”.") % words, code="state")
    rule.state = state
    if version is not None:
        rule.in_force, rule.in_force_at, rule.paused_because = version, timezone.now(), ""
    rule.save(update_fields=["state", "in_force", "in_force_at", "paused_because"])
