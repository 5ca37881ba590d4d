"""What rules do that goes on: slowing or closing a branch, having an author read first. Each ends by itself.

Nothing of it happens in the transaction of a comment: the outbox does it a moment later, by the id of the hit, and
doing it twice changes nothing. A rule that was paused or taken back meanwhile does nothing more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.mailing import offered_language
from accounts.models import User
from core import outbox
from discussions.actions import rows
from discussions.actions.lock import set_branch_lock
from discussions.models import Comment
from moderation import access, audit
from moderation.actions.sanction import have_read_first, lift_locked
from moderation.models import GuidelineVersion, RuleHit, RuleMeasure, Sanction
from moderation.queries.guidelines import best_guideline
from moderation.queries.slow import forget_slow_branches
from moderation.rule_states import RuleState
from moderation.rules.vocabulary import ACTIONS

log = logging.getLogger(__name__)
Kind = RuleMeasure.Kind
#: A branch that was slowed down is as fast as ever after so long.
SLOW_FOR = timedelta(days=1)
_RELATED = ("rule__owner", "version__signed_by", "comment__author", "comment__guest", "comment__root")


def follow_hit(hit: RuleHit) -> list[RuleMeasure]:
    """Do what lasts of a hit, once, and return what was done now; nothing where it is so already."""
    made = [_follow(hit, name, int(n)) for name, n in hit.actions if name in _DO]
    return [measure for measure in made if measure]


def _follow(hit: RuleHit, name: str, n: int) -> RuleMeasure | None:
    with transaction.atomic():
        # The order of locks is people, articles, and what is about them.
        if name == Kind.PREMODERATE:
            _lock_author(hit.comment)
        else:
            rows.locked_article(hit.comment.article_id)
        fresh = RuleHit.objects.select_for_update(of=["self"]).select_related(*_RELATED).get(pk=hit.pk)
        is_over = fresh.rule.state != RuleState.LIVE or fresh.reverted_at or not (fresh.is_live and fresh.is_certain)
        measure = None if is_over or fresh.measures.filter(kind=name).exists() else _DO[name](fresh, n)
        if measure is not None:
            measure.save()
            outbox.put("moderation.rule_measure_over", wait=measure.until - timezone.now(), measure=measure.pk)
            audit.record(
                "rule.measure", by=None, comment=fresh.comment, rule=fresh.rule_id, measure=measure.pk,
                kind=measure.kind,
            )  # fmt: skip
    forget_slow_branches()
    return measure


def _lock_author(comment: Comment) -> None:
    if comment.guest is not None:
        rows.locked_guest(comment.guest)
    elif comment.author is not None:
        User.objects.select_for_update(no_key=True).get(pk=comment.author.pk)


def end_measure(measure: RuleMeasure, *, by: User | None, reason: str = "") -> bool:
    """End a measure, and return whether it applied still. `by` is None when its time is over.

    `reason` is told to an author who is no longer read first. Raises `NotAllowed`.
    """
    if by is not None:
        access.check(by, "keep_rules")
    with transaction.atomic():
        if measure.branch_id is not None:
            rows.locked_article(Comment.objects.values_list("article", flat=True).get(pk=measure.branch_id))
        row = RuleMeasure.objects.select_for_update(of=["self"]).select_related("branch", "rule").get(pk=measure.pk)
        if row.ended_at is not None:
            return False
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        if row.kind == Kind.CLOSE and row.branch is not None and not _is_closed_by_another(row):
            set_branch_lock(row.branch, is_locked=False, by=by)
        if row.sanction_id is not None and by is not None:
            theirs = Sanction.objects.select_for_update(of=["self"]).select_related("user", "guest")
            lift_locked(theirs.get(pk=row.sanction_id), by=by, reason=reason)
        audit.record("rule.measure_ended", by=by, comment=row.branch, rule=row.rule_id, measure=row.pk, kind=row.kind)
    forget_slow_branches()
    return True


def _is_closed_by_another(row: RuleMeasure) -> bool:
    others = RuleMeasure.objects.active().filter(branch=row.branch_id, kind=Kind.CLOSE)
    return others.exclude(pk=row.pk).exists()


def _branch_of(comment: Comment) -> Comment:
    return comment.root or comment


def _slow(hit: RuleHit, minutes: int) -> RuleMeasure | None:
    branch, until = _branch_of(hit.comment), timezone.now() + SLOW_FOR
    if RuleMeasure.objects.active().filter(branch=branch, kind=Kind.SLOW, minutes__gte=minutes).exists():
        return None
    return RuleMeasure(rule=hit.rule, hit=hit, kind=Kind.SLOW, branch=branch, minutes=minutes, until=until)


def _close(hit: RuleHit, hours: int) -> RuleMeasure | None:
    branch, until = _branch_of(hit.comment), timezone.now() + timedelta(hours=hours)
    if set_branch_lock(branch, is_locked=True, by=None) is None:
        # A moderator has closed it, or another rule for as long: whoever opens it again decides for how long.
        mine = RuleMeasure.objects.active().filter(branch=branch, kind=Kind.CLOSE, until__lt=until)
        if not mine.exists():
            return None
    return RuleMeasure(rule=hit.rule, hit=hit, kind=Kind.CLOSE, branch=branch, until=until)


def _read_first(hit: RuleHit, days: int) -> RuleMeasure | None:
    person, by = hit.comment.author or hit.comment.guest, hit.version.signed_by or hit.rule.owner
    language = person.language if isinstance(person, User) else hit.comment.language
    with translation.override(offered_language(language)):
        guideline = best_guideline(hit.version.parsed.guideline)
        if person is None or by is None or guideline is None:
            log.warning("a rule has nobody to read first, or nobody who answers for it", extra={"rule": hit.rule_id})
            return None
        until = timezone.now() + timedelta(days=days)
        sanction = have_read_first(
            person, until=until, guideline_version=guideline.version, by=by,
            reason=_reason(guideline.version, guideline.title),
            key=uuid5(NAMESPACE_OID, f"parkbench:rule-hit:{hit.pk}"),
        )  # fmt: skip
    if sanction is None:
        return None
    return RuleMeasure(rule=hit.rule, hit=hit, kind=Kind.PREMODERATE, sanction=sanction, until=until)


def _reason(version: GuidelineVersion, title: str) -> str:
    said = {"n": version.guideline.number, "title": title}
    return _(
        "A rule of this site, set by people and applied by software, found that a comment of yours goes against"
        " guideline %(n)d: %(title)s. Moderators read what you write first for some days. You can appeal."
    ) % said  # fmt: skip


_DO: dict[str, Callable[[RuleHit, int], RuleMeasure | None]] = {
    "slow": _slow, "close_thread": _close, "premoderate_author": _read_first,
}  # fmt: skip
assert set(_DO) == {name for name, action in ACTIONS.items() if action.lasts} == set(Kind.values)
