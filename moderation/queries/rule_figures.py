"""How rules do: what they found, how often people agreed, and what asking them costs. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from moderation.models import Decision, Outcome, Rule, RuleDay, RuleHit
from moderation.rule_states import RuleState
from moderation.rule_times import merged, percentile_ms

#: Days that the page offers.
PERIODS = (7, 30)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with what became of what it found in a time. What it was in doubt about does not count."""

    rule: Rule
    hits: int
    #: A person has then returned, removed or collapsed the text.
    upheld: int
    #: A person has then published it as it was.
    overturned: int
    #: Of the rule that found most, in percent.
    share_of_most: float
    #: Milliseconds for one comment, of a sample; None where none was timed.
    p50_ms: float | None
    p95_ms: float | None

    @property
    def precision(self) -> float | None:
        """Return in percent how often people agreed, of what they have read; None where they have read nothing."""
        read = self.upheld + self.overturned
        return 100 * self.upheld / read if read else None


def rule_rows(days: int) -> list[RuleRow]:
    """Return every rule that is not in the archive, those that are asked first: three queries."""
    rules = list(Rule.objects.exclude(state=RuleState.ARCHIVED).select_related("owner"))
    order = [RuleState.LIVE, RuleState.SHADOW, RuleState.PAUSED, RuleState.DRAFT]
    rules.sort(key=lambda rule: order.index(RuleState(rule.state)))
    return _rows(rules, days)


def figures_of(rule: Rule, days: int) -> RuleRow:
    """Return how one rule does: two queries."""
    return _rows([rule], days)[0]


def _rows(rules: list[Rule], days: int) -> list[RuleRow]:
    ids = [rule.pk for rule in rules]
    found, times = _counts(ids, days), _times(ids, days)
    most = max((row["n"] for row in found.values()), default=0)
    return [
        RuleRow(
            rule, row["n"], row["down"], row["kept"], 100 * row["n"] / most if most else 0,
            percentile_ms(times[rule.pk], 0.5), percentile_ms(times[rule.pk], 0.95),
        )
        for rule in rules
        for row in (found.get(rule.pk, {"n": 0, "down": 0, "kept": 0}),)
    ]  # fmt: skip


def _counts(ids: list[int], days: int) -> dict[int, dict[str, Any]]:
    decided = Decision.objects.filter(
        comment=OuterRef("comment"), revision=OuterRef("revision"), undone_at=None, superseded_by=None
    )
    since = timezone.now() - timedelta(days=days)
    counts = RuleHit.objects.filter(rule__in=ids, at__gt=since, is_certain=True).values("rule").annotate(
        n=Count("pk"), down=Count("pk", filter=Q(Exists(decided.exclude(outcome=Outcome.PUBLISH)))),
        kept=Count("pk", filter=Q(Exists(decided.filter(outcome=Outcome.PUBLISH)))),
    )  # fmt: skip
    return {row["rule"]: dict(row) for row in counts.order_by()}


def _times(ids: list[int], days: int) -> Mapping[int, Mapping[int, int]]:
    since = timezone.localdate() - timedelta(days=days)
    stored: dict[int, list[Mapping[str, int]]] = defaultdict(list)
    for rule, times in RuleDay.objects.filter(rule__in=ids, day__gt=since).values_list("rule", "times"):
        stored[rule].append(times)
    return defaultdict(dict, {rule: merged(histograms) for rule, histograms in stored.items()})
