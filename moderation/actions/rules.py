"""Writing rules: every change is a new version, so that a hit can point at the words that applied."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from moderation import access, audit
from moderation.models import Guideline, Rule, RuleVersion
from moderation.rule_states import RuleState
from moderation.rules.language import Definition, to_json


def create_rule(definition: Definition, *, by: User) -> Rule:
    """Write a rule as a draft that `by` keeps. Raises `NotAllowed`, and `Refused` for a guideline that is not there."""
    access.check(by, "keep_rules")
    _check_guidelines([definition])
    with transaction.atomic():
        return _create(definition, by)


def import_rules(definitions: Iterable[Definition], *, by: User) -> list[Rule]:
    """Write all of them as drafts, or none. Raises what `create_rule` raises."""
    access.check(by, "keep_rules")
    wanted = list(definitions)
    _check_guidelines(wanted)
    with transaction.atomic():
        return [_create(definition, by) for definition in wanted]


def change_rule(rule: Rule, definition: Definition, *, by: User) -> RuleVersion | None:
    """Write the next version, and return it, or None when it says the same. What is in force stays in force.

    Raises `NotAllowed`, and `Refused` for a rule that is archived or a guideline that is not there.
    """
    access.check(by, "keep_rules")
    _check_guidelines([definition])
    with transaction.atomic():
        # The lock makes two editors take numbers after each other.
        locked = Rule.objects.select_for_update(no_key=True).get(pk=rule.pk)
        if locked.state == RuleState.ARCHIVED:
            raise Refused(_("This rule is in the archive. Please write a new one."), code="archived")
        latest = locked.versions.order_by("-n")[0]
        if latest.definition == to_json(definition):
            return None
        locked.title = definition.title
        locked.save(update_fields=["title"])
        version = RuleVersion.objects.create(rule=locked, n=latest.n + 1, definition=to_json(definition), by=by)
        audit.record("rule.changed", by=by, rule=locked.pk, version=version.n)
    return version


def latest_version(rule: Rule) -> RuleVersion:
    """Return the version that was written last."""
    return rule.versions.order_by("-n")[0]


def _create(definition: Definition, by: User) -> Rule:
    rule = Rule.objects.create(title=definition.title, owner=by)
    RuleVersion.objects.create(rule=rule, n=1, definition=to_json(definition), by=by)
    audit.record("rule.created", by=by, rule=rule.pk)
    return rule


def _check_guidelines(definitions: Iterable[Definition]) -> None:
    named = {definition.guideline for definition in definitions if definition.guideline}
    named |= {
        str(action.argument) for definition in definitions for action in definition.then if action.name == "report"
    }  # fmt: skip
    there = set(Guideline.objects.filter(slug__in=named, retired_at=None).values_list("slug", flat=True))
    if missing := sorted(named - there):
        raise Refused(_("There is no guideline “%(slug)s”.") % {"slug": missing[0]}, code="guideline")
