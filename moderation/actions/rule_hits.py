"""Writing down what the rules found, in the transaction of the comment, and stopping a rule that finds too much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import outbox
from core.models import Outbox
from discussions.actions.judge import after_hint
from discussions.models import Comment, Visibility
from moderation.actions.cases import Queue, Severity, open_case
from moderation.actions.rule_life import pause_rule
from moderation.models import NetworkTrace, Rule, RuleHit
from moderation.rule_screen import Finding
from moderation.rules.engine import Hit
from moderation.rules.vocabulary import ACTIONS, Effect

#: A rule that was changed within so long pauses itself after more hits than this, when they are more of all comments.
YOUNG, YOUNG_HITS, YOUNG_SHARE = timedelta(hours=24), 5, 0.05


def record_findings(comment: Comment, findings: Iterable[object]) -> None:
    """Write down the hits of the rules on a comment that is saved, open or raise its case, and keep the budgets."""
    for finding in findings:
        if isinstance(finding, Finding):
            _record(comment, finding)


def is_taken_for_spam(findings: Iterable[object]) -> bool:
    """Return whether the rules put it at the end of the queue."""
    return any(isinstance(finding, Finding) and finding.live.effect == Effect.REJECT_SPAM for finding in findings)


def _record(comment: Comment, finding: Finding) -> None:
    if finding.times:
        outbox.put("moderation.rule_times", urgency=Outbox.Urgency.LATER, times=_as_json(finding.times))
    if finding.network:
        NetworkTrace.objects.get_or_create(comment=comment, defaults={"network": finding.network})
    known = _known(comment) if finding.event == "report" else {}
    hits = [hit for hit in finding.live.hits if _says_more(hit, known.get(hit.rule.version))]
    has_held = _is_held_by(comment, finding)
    deciding, event = finding.live.effect, finding.event
    watched = [hit for hit in finding.watched if hit.rule.version not in known]
    rows = [_row(comment, hit, event, is_live=True, has_held=has_held and hit.effect == deciding) for hit in hits]
    rows += [_row(comment, hit, event, is_live=False, has_held=False) for hit in watched]
    if known:
        RuleHit.objects.filter(pk__in=[known[row.version_id].pk for row in rows if row.version_id in known]).delete()
    for row in RuleHit.objects.bulk_create(rows) if rows else ():
        _follow(row)
    _put_before_moderators(comment, finding, hits)
    if found := [hit.rule.id for hit in hits if hit.is_certain]:
        _keep_budgets(found)


def _as_json(times: Mapping[int, float]) -> list[list[float]]:
    return [[rule, round(seconds, 7)] for rule, seconds in times.items()]


def _known(comment: Comment) -> dict[int, RuleHit]:
    """Return what was found in this text before, by version: it was asked when it was posted, or reported before."""
    hits = RuleHit.objects.filter(comment=comment, revision=comment.revision)
    return {hit.version_id: hit for hit in hits}


def _says_more(hit: Hit, before: RuleHit | None) -> bool:
    """Return whether a live hit is news: the rule had not fitted, was in doubt, or was only watched then."""
    return before is None or not before.is_live or (hit.is_certain and not before.is_certain)


def _follow(row: RuleHit) -> None:
    """Have done after the commit what goes on, and what goes out."""
    names = {name for name, _argument in row.actions}
    if not (row.is_live and row.is_certain):
        return
    if any(ACTIONS[name].lasts for name in names):
        outbox.put("moderation.rule_measures", urgency=Outbox.Urgency.NOW, hit=row.pk)
    if "notify_staff" in names:
        outbox.put("moderation.rule_news", hit=row.pk)


def _row(comment: Comment, hit: Hit, event: str, *, is_live: bool, has_held: bool) -> RuleHit:
    return RuleHit(
        rule_id=hit.rule.id, version_id=hit.rule.version, comment=comment, revision=comment.revision, is_live=is_live,
        event=event,
        is_certain=hit.is_certain, has_held=has_held, effect=hit.effect.value,
        marks=[[mark.field, mark.start, mark.end, mark.words] for mark in hit.marks],
        actions=[[action.name, action.argument] for action in hit.actions],
    )  # fmt: skip


def _is_held_by(comment: Comment, finding: Finding) -> bool:
    """Return whether the rules, and nothing else that holds, are why the comment waits."""
    if comment.visibility != Visibility.HELD or finding.live.effect == Effect.NONE:
        return False
    return comment.visibility_reason == (finding.reason or after_hint())


def _put_before_moderators(comment: Comment, finding: Finding, hits: Iterable[Hit]) -> None:
    done = [action for hit in hits for action in hit.actions]
    points = sum(int(action.argument) for action in done if action.name == "raise")
    # What goes on without a person having asked for it, a person looks at.
    is_news = any(ACTIONS[action.name].lasts or action.name == "notify_staff" for action in done)
    if any(action.name == "report" for action in done):
        open_case(comment, queue=Queue.REPORTED, severity=Severity.REPORTED, raised=points)
    elif points or is_news or finding.is_unknown:
        open_case(comment, queue=Queue.SAMPLED, severity=Severity.SAMPLED, raised=points)


def _keep_budgets(rule_ids: list[int]) -> None:
    for rule in Rule.objects.filter(pk__in=rule_ids).select_related("in_force").order_by("pk"):
        if why := _spent(rule, timezone.now()):
            pause_rule(rule, by=None, because=why)


def _spent(rule: Rule, now: datetime) -> str:
    """Return why the rule has to pause, in words; empty when it may go on. At most three queries."""
    assert rule.in_force is not None
    definition = rule.in_force.parsed
    since = max(now - YOUNG, rule.in_force_at or now)
    found = RuleHit.objects.filter(rule=rule, is_live=True, is_certain=True, at__gt=now - YOUNG).aggregate(
        hour=Count("pk", filter=Q(at__gt=now - timedelta(hours=1))), day=Count("pk"),
        young=Count("pk", filter=Q(at__gte=since)),
    )  # fmt: skip
    if definition.max_per_hour and found["hour"] > definition.max_per_hour:
        return _("It hit more than %(n)d comments in an hour.") % {"n": definition.max_per_hour}
    is_young = rule.in_force_at is not None and rule.in_force_at > now - YOUNG
    if is_young and found["young"] > YOUNG_HITS and found["young"] > YOUNG_SHARE * _written(since):
        return _("It hit more than one comment in twenty on the day it was changed.")
    if definition.max_share and found["day"] > YOUNG_HITS:
        share = found["day"] / max(_written(now - YOUNG), 1)
        if share > definition.max_share:
            return _("It hit more than %(n)g percent of the comments of a day.") % {"n": 100 * definition.max_share}
    return ""


def _written(since: datetime) -> int:
    # By visibility, because that is how the index begins.
    return Comment.objects.filter(visibility__in=Visibility.values, created_at__gte=since).count()
