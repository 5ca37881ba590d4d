"""Rules as their pages show them: a fixed number of queries, however many rules and hits there are."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from discussions.models import Comment, Visibility
from moderation.models import Backtest, Rule, RuleHit, RuleVersion
from moderation.queries.card_text import mark_words
from moderation.queries.queue_rows import excerpt_of
from moderation.rules.engine import Rule as EngineRule
from moderation.rules.engine import RuleSet
from moderation.rules.explain import limits, sentences
from moderation.rules.facts import Facts
from moderation.rules.parse import NotARule
from moderation.rules.reading import read

VERSIONS_SHOWN = 20
HITS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, what it says, and what it changed."""

    version: RuleVersion
    lines: Sequence[tuple[int, str]]
    #: Lines, in words, that came (+) and went (-).
    changes: Sequence[tuple[str, str]]


def version_rows(rule: Rule) -> list[VersionRow]:
    """Return the versions of a rule, the latest first: one query."""
    versions = list(rule.versions.select_related("by", "signed_by").order_by("-n")[: VERSIONS_SHOWN + 1])
    texts = [_words(version) for version in versions] + [[]]
    return [
        VersionRow(version, _lines(version), _changes(texts[i + 1], texts[i]) if texts[i + 1] else ())
        for i, version in enumerate(versions[:VERSIONS_SHOWN])
    ]


def recent_hits(rule: Rule) -> list[tuple[RuleHit, str]]:
    """Return the latest hits with the beginning of the comment: one query."""
    rows = rule.hits.select_related("comment", "version").defer("comment__body").order_by("-at")[:HITS_SHOWN]
    return [(row, excerpt_of(row.comment.html)) for row in rows]


def samples(backtest: Backtest) -> dict[str, list[tuple[Comment, SafeString]]]:
    """Return the comments to read of a backtest: "matches" and "near", the latest first, what fits marked. One query.

    Only the beginning is read, as far as it is shown.
    """
    rules = _alone(backtest.version)
    wanted = {name: backtest.result.get(name, []) for name in ("matches", "near")}
    ids = {pk for pks in wanted.values() for pk in pks}
    found = Comment.objects.defer("body").in_bulk(ids)
    return {
        name: [(found[pk], _marked(found[pk], rules)) for pk in reversed(pks) if pk in found]
        for name, pks in wanted.items()
    }


def _alone(version: RuleVersion) -> RuleSet | None:
    try:
        return RuleSet([EngineRule(0, 0, version.parsed)])
    except NotARule:
        return None


def _marked(comment: Comment, rules: RuleSet | None) -> SafeString:
    """Return the beginning of a comment with the words in it that the rule looks for."""
    excerpt = escape(excerpt_of(comment.html))
    marks = rules.words_in(Facts("post", comment.created_at, read(excerpt))) if rules else ()
    return mark_words(excerpt, [mark.words for mark in marks])


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


def _words(version: RuleVersion) -> list[str]:
    try:
        definition = version.parsed
    except NotARule:
        return [str(version.definition)]
    return [line for _depth, line in [*sentences(definition), *limits(definition)]]


def _changes(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    lines: Any = difflib.ndiff(before, after)
    return [(line[0], line[2:].strip()) for line in lines if line[0] in "+-"]
