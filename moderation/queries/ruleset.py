"""The rules that are asked, made ready once for each process; one query says whether they are still the same."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.cache import caches
from django.db.models import QuerySet

from core.kept import kept
from moderation.models import Rule, RuleVersion
from moderation.rule_states import RuleState
from moderation.rules import engine
from moderation.rules.parse import NotARule

log = logging.getLogger(__name__)

#: Live or only watched, the version, and since when: of each rule that is asked.
Versions = tuple[tuple[bool, int, datetime], ...]
#: Seconds for which a process believes that the rules are the same: a comment of the same second is as good as earlier.
REMEMBERED = 1
_KEY = "rules-in-use"


@dataclass(frozen=True, slots=True)
class InUse:
    """The live rules, and those that are only watched: asked apart, so that these cannot disturb the others."""

    live: engine.RuleSet
    watched: engine.RuleSet
    #: A rule counts by network, so where comments come from is kept (a keyed hash, for a week).
    keeps_networks: bool = False

    def are_asked(self, event: str) -> bool:
        """Return whether there is a rule for this."""
        return self.live.is_asked(event) or self.watched.is_asked(event)


def rules_in_use() -> InUse:
    """Return the rules that are asked now: one query a second, and another after a change."""
    cache = caches["process"]
    versions: Versions | None = cache.get(_KEY)
    if versions is None:
        versions = tuple((state == RuleState.LIVE, version, since) for state, version, since in _asked.rows())
        cache.set(_KEY, versions, REMEMBERED)
    return _built(versions)


def forget_rules() -> None:
    """Let this process ask again: a rule has changed."""
    caches["process"].delete(_KEY)


@kept
def _asked() -> QuerySet[Rule, Any]:
    return Rule.objects.asked().order_by("pk").values_list("state", "in_force", "in_force_at")


@lru_cache(maxsize=4)
def _built(versions: Versions) -> InUse:
    found = RuleVersion.objects.in_bulk([pk for _is_live, pk, _since in versions])
    live = [rule for is_live, pk, _since in versions if is_live and (rule := _rule(found[pk]))]
    watched = [rule for is_live, pk, _since in versions if not is_live and (rule := _rule(found[pk]))]
    asked = [dict(leaf.told).get("by", ()) for rule in (*live, *watched) for leaf in rule.definition.leaves()]
    return InUse(engine.RuleSet(live), engine.RuleSet(watched), any("network" in by for by in asked))


def _rule(version: RuleVersion) -> engine.Rule | None:
    try:
        return engine.Rule(version.rule_id, version.pk, version.parsed)
    except NotARule:
        # The others still have to be asked.
        log.exception("a rule cannot be read any more", extra={"rule": version.rule_id})
        return None
