"""Rules as their pages show them: a fixed number of queries, however many rules and hits there are."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from discussions.models import Comment, Visibility
from moderation.models import Backtest, Decision, Outcome, Rule, RuleHit, RuleVersion
from moderation.queries.queue_rows import excerpt_of
from moderation.rules.explain import sentences
from moderation.rules.parse import NotARule
from moderation.rules.yaml_view import to_yaml

VERSIONS_SHOWN = 20
HITS_SHOWN = 20
#: What the lists count.
WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in the list, with what became of its hits in the last thirty days."""

    rule: Rule
    hits: int
    upheld: int
    overturned: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, what it says, and what it changed."""

    version: RuleVersion
    lines: Sequence[tuple[int, str]]
    #: Lines of YAML that came (+) and went (-).
    changes: Sequence[tuple[str, str]]


def rule_rows() -> list[RuleRow]:
    """Return every rule that is not in the archive: one query.

    Upheld is what a person has then returned, removed or collapsed, overturned what they have published.
    """
    decided = Decision.objects.filter(
        comment=OuterRef("comment"), revision=OuterRef("revision"), undone_at=None, superseded_by=None
    )
    hits = RuleHit.objects.filter(at__gt=timezone.now() - WINDOW, is_certain=True)
    counts = hits.values("rule").annotate(
        n=Count("pk"), down=Count("pk", filter=Exists(decided.exclude(outcome=Outcome.PUBLISH))),
        kept=Count("pk", filter=Exists(decided.filter(outcome=Outcome.PUBLISH))),
    )  # fmt: skip
    found = {row["rule"]: row for row in counts.order_by()}
    none = {"n": 0, "down": 0, "kept": 0}
    rules = Rule.objects.exclude(state="archived").select_related("owner")
    return [
        RuleRow(rule, row["n"], row["down"], row["kept"]) for rule in rules for row in (found.get(rule.pk, none),)
    ]  # fmt: skip


def version_rows(rule: Rule) -> list[VersionRow]:
    """Return the versions of a rule, the latest first: one query."""
    versions = list(rule.versions.select_related("by", "signed_by").order_by("-n")[: VERSIONS_SHOWN + 1])
    texts = [_yaml(version) for version in versions] + [""]
    return [
        VersionRow(version, _lines(version), _changes(texts[i + 1], texts[i]) if texts[i + 1] else ())
        for i, version in enumerate(versions[:VERSIONS_SHOWN])
    ]


def recent_hits(rule: Rule) -> list[tuple[RuleHit, str]]:
    """Return the latest hits with the beginning of the comment: one query."""
    rows = rule.hits.select_related("comment", "version").defer("comment__body").order_by("-at")[:HITS_SHOWN]
    return [(row, excerpt_of(row.comment.html)) for row in rows]


def samples(backtest: Backtest) -> dict[str, list[tuple[Comment, str]]]:
    """Return the comments to read of a backtest: "matches" and "near", the latest first. One query."""
    wanted = {name: backtest.result.get(name, []) for name in ("matches", "near")}
    ids = {pk for pks in wanted.values() for pk in pks}
    found = Comment.objects.defer("body").in_bulk(ids)
    return {
        name: [(found[pk], excerpt_of(found[pk].html)) for pk in reversed(pks) if pk in found]
        for name, pks in wanted.items()
    }


def waiting_for(rule: Rule) -> int:
    """Return how many comments wait because of this rule."""
    return RuleHit.objects.filter(
        Q(comment__visibility=Visibility.HELD), rule=rule, has_held=True, reverted_at=None
    ).count()  # fmt: skip


def _lines(version: RuleVersion) -> Sequence[tuple[int, str]]:
    try:
        return sentences(version.parsed)
    except NotARule:
        return [(0, _("This version can no longer be read: it asks for something that is not there any more."))]


def _yaml(version: RuleVersion) -> str:
    try:
        return to_yaml([version.parsed])
    except NotARule:
        return str(version.definition)


def _changes(before: str, after: str) -> list[tuple[str, str]]:
    lines: Any = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(line[0], line[2:].strip()) for line in lines if line[0] in "+-"]
