"""Writing the starter rules as drafts, each once."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from moderation import access
from moderation.actions.rules import create_rule
from moderation.models import Guideline, Rule
from moderation.rules.parse import parse
from moderation.starter.rules import starter_rules


def import_starter_rules(*, by: User) -> list[Rule]:
    """Write those starter rules as drafts that were never written here, and return them. Raises `NotAllowed`.

    One that was changed, renamed or archived since is not written again. Titles and hints are in the active language.
    """
    access.check(by, "keep_rules")
    slugs = set(Guideline.objects.filter(retired_at=None).values_list("slug", flat=True))
    with transaction.atomic():
        # The lock makes the second of two clicks find what the first has written.
        list(Guideline.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        there = set(Rule.objects.exclude(starter="").values_list("starter", flat=True))
        written = []
        for key, data in starter_rules(slugs):
            if key not in there:
                rule = create_rule(parse(data), by=by)
                rule.starter = key
                rule.save(update_fields=["starter"])
                written.append(rule)
    return written
