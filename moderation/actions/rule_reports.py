"""Asking the rules when a reader has reported a comment: a moment later, so that a report never waits for them."""

from __future__ import annotations

import logging

from django.db import transaction

from discussions.actions import rows
from discussions.actions.visibility import set_visibility
from discussions.models import Comment, Visibility
from moderation import access
from moderation.actions.cases import Queue, Severity, open_case
from moderation.actions.rule_hits import record_findings
from moderation.models import Decision
from moderation.queries.ruleset import rules_in_use
from moderation.rule_screen import Finding, judged_report
from moderation.rules.vocabulary import Effect

log = logging.getLogger(__name__)


def ask_rules_of_reported(comment: Comment) -> Finding | None:
    """Ask the rules that are for reports, do what they say, and return what they found.

    None where no rule may speak: a person has decided about this text, it is not public, or staff wrote it.
    """
    rules = rules_in_use()
    with transaction.atomic():
        rows.locked_article(comment.article_id)
        fresh = Comment.objects.select_related("article__section", "author", "guest", "parent").get(pk=comment.pk)
        if not _may_be_judged(fresh):
            return None
        finding = judged_report(fresh, rules)
        if finding.live.effect in (Effect.HOLD, Effect.REJECT_SPAM):
            set_visibility(fresh, Visibility.HELD, by=None, reason=finding.reason)
            fresh.refresh_from_db(fields=["visibility", "visibility_reason", "is_listed"])
            is_spam = finding.live.effect == Effect.REJECT_SPAM
            open_case(
                fresh, queue=Queue.HELD, severity=Severity.SAMPLED if is_spam else Severity.HELD,
                hold_reason=finding.reason,
            )  # fmt: skip
        record_findings(fresh, [finding])
    return finding


def _may_be_judged(comment: Comment) -> bool:
    if not comment.is_readable or comment.is_reviewed:
        return False
    author = comment.author or comment.guest
    decided = Decision.objects.filter(comment=comment, revision=comment.revision, undone_at=None)
    return author is not None and not access.may(author, "decide") and not decided.exists()
