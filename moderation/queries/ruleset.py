"""The rules that are asked, made ready once for each process; one query says whether they are still the same."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from moderation.models import Rule, RuleVersion
from moderation.rule_states import RuleState
from moderation.rules import engine
from moderation.rules.parse import NotARule

log = logging.getLogger(__name__)


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
    """Return the rules that are asked now: one query, and another after a change."""
    rows = Rule.objects.asked().order_by("pk").values_list("state", "in_force", "in_force_at")
    return _built(tuple((state == RuleState.LIVE, version, since) for state, version, since in rows))


@lru_cache(maxsize=4)
def _built(versions: tuple[tuple[bool, int, datetime], ...]) -> InUse:
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
