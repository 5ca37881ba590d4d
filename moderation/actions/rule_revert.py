"""Taking back what a rule did: what it held and nobody has read is published, what it did that lasts is ended."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from discussions.actions import rows
from discussions.actions.visibility import set_visibility
from discussions.models import Visibility
from moderation import access, audit
from moderation.actions.cases import put_in_order, void_case
from moderation.actions.rule_measures import end_measure
from moderation.models import Case, Decision, Report, Rule, RuleHit, RuleMeasure
from moderation.transitions import State


@dataclass(frozen=True, slots=True)
class Reverted:
    """How many comments were published, how many of those that were to be had changed, and how many measures ended."""

    published: int
    left: int
    ended: int = 0


def revertible(rule: Rule, by: User) -> QuerySet[RuleHit]:
    """Return the hits that can be taken back: it alone holds the text as it is, and no person has decided or reported.

    A case that somebody else has before them is left to them; one that `by` has open is not. What it held because of
    reports is public again, and its reports wait for a moderator as before. In the order of articles and comments.
    """
    same_text = {"comment": OuterRef("comment"), "revision": OuterRef("revision")}
    decided = Decision.objects.filter(**same_text, undone_at=None)
    others = RuleHit.objects.filter(**same_text, has_held=True, reverted_at=None).exclude(rule=rule)
    reported = Report.objects.filter(comment=OuterRef("comment"))
    cases = Case.objects.filter(comment=OuterRef("comment"))
    is_mine_or_over = Q(claimed_by=by) | Q(claimed_until__lte=timezone.now())
    worked_on = cases.filter(state=State.ESCALATED) | cases.filter(~is_mine_or_over, state=State.CLAIMED)
    hits = RuleHit.objects.filter(
        ~Exists(decided), ~Exists(others), ~Exists(worked_on), Q(event="report") | ~Exists(reported), rule=rule,
        has_held=True, reverted_at=None, comment__visibility=Visibility.HELD, comment__revision=F("revision"),
        comment__returned_at=None,
    )  # fmt: skip
    return hits.order_by("comment__article", "comment")


def measures_of(rule: Rule) -> QuerySet[RuleMeasure]:
    """Return what the rule did that still applies, the latest first."""
    related = ("branch__article", "sanction__user", "sanction__guest")
    return rule.measures.active().select_related(*related).order_by("-id")


def revert_rule(rule: Rule, *, by: User, reason: str) -> Reverted:
    """Publish what the rule alone holds and nobody has read, and end its measures; each in a transaction of its own.

    `reason` is told to the authors. Done twice, the second time finds nothing. Raises `NotAllowed`.
    """
    access.check(by, "keep_rules")
    ids = list(revertible(rule, by).values_list("pk", flat=True))
    published = sum(_revert(rule, pk, by, reason) for pk in ids)
    ended = sum(end_measure(measure, by=by, reason=reason) for measure in list(measures_of(rule)))
    return Reverted(published, len(ids) - published, ended)


def _revert(rule: Rule, hit_id: int, by: User, reason: str) -> bool:
    with transaction.atomic():
        # With the article locked, no moderator decides and no author edits in between.
        rows.locked_article(RuleHit.objects.values_list("comment__article", flat=True).get(pk=hit_id))
        hit = revertible(rule, by).select_related("comment__article").filter(pk=hit_id).first()
        if hit is None:
            return False
        if hit.event == "report":
            _back_among_the_reported(hit)
        else:
            void_case(hit.comment)
        set_visibility(hit.comment, Visibility.PUBLIC, by=by, reason=reason)
        RuleHit.objects.filter(pk=hit.pk).update(reverted_at=timezone.now())
        audit.record("rule.reverted", by=by, comment=hit.comment, rule=rule.pk)
    return True


def _back_among_the_reported(hit: RuleHit) -> None:
    case = Case.objects.waiting().select_for_update().filter(comment=hit.comment).first()
    if case is not None:
        case.queue, case.severity, case.hold_reason = Case.Queue.REPORTED, Case.Severity.REPORTED, ""
        case.lock_version += 1
        put_in_order(case, hit.comment)
