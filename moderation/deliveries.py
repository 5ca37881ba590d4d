"""What the outbox does for moderation: backtests, and mails, at most once but for a crash at the moment of sending.

A mail that was taken by the mail server is noted at once, in the log of mails and on its row here. No transaction is
open while the server is slow.
"""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from accounts.mailing import post
from accounts.models import Mail, User
from core.outbox import handles
from discussions.models import Comment
from moderation.actions.backtest import run_backtest
from moderation.actions.rule_measures import end_measure, follow_hit
from moderation.actions.rule_news import tell_of_hit
from moderation.actions.rule_reports import ask_rules_of_reported
from moderation.actions.rule_times import note_times
from moderation.actions.spam import train_spam_screen
from moderation.mails import notification_mail, outcome_mail, receipt_mail, rule_news_mail, rule_paused_mail
from moderation.models import Backtest, Decision, Notification, Rule, RuleHit, RuleMeasure, UnlawfulNotice
from moderation.queries.notifications import RELATED
from moderation.queries.staff import administrators
from moderation.rule_states import RuleState


@handles("moderation.tell")
def mail_notification(event: UUID, notification: int) -> None:
    """Mail a notification, unless it was cancelled or mailed; to nobody, when there is no address to write to."""
    row = Notification.objects.to_mail().select_related(*RELATED).filter(pk=notification).first()
    if row is None:
        return
    message = notification_mail(row)
    if message is not None:
        post(message, kind=Mail.Kind.MODERATION, to=row.user or row.guest)
    Notification.objects.filter(pk=notification).update(mailed_at=timezone.now())


@handles("moderation.backtest")
def do_backtest(event: UUID, backtest: int) -> None:
    """Try a rule on the history; one that was tried is left alone."""
    row = Backtest.objects.select_related("version").filter(pk=backtest).first()
    if row is not None:
        run_backtest(row)


@handles("moderation.train_spam")
def do_train_spam(event: UUID, by: int) -> None:
    """Teach the spam screen, as an administrator has asked."""
    train_spam_screen(by=User.objects.filter(pk=by).first())


@handles("moderation.rule_measures")
def do_measures(event: UUID, hit: int) -> None:
    """Do what lasts of a hit; one that is gone, with its comment, has nothing to follow."""
    row = RuleHit.objects.select_related("comment__author", "comment__guest").filter(pk=hit).first()
    if row is not None:
        follow_hit(row)


@handles("moderation.rule_measure_over")
def do_measure_over(event: UUID, measure: int) -> None:
    """End what a rule did, when its time is over."""
    row = RuleMeasure.objects.filter(pk=measure).first()
    if row is not None:
        end_measure(row, by=None)


@handles("moderation.rule_reported")
def do_reported(event: UUID, comment: int) -> None:
    """Ask the rules about a comment that was reported."""
    row = Comment.objects.filter(pk=comment).first()
    if row is not None:
        ask_rules_of_reported(row)


@handles("moderation.rule_times")
def do_times(event: UUID, times: list[tuple[int, float]]) -> None:
    """Add up how long rules took. Done twice, a day counts one comment more: it is a sample."""
    note_times(dict(times))


@handles("moderation.rule_news")
def mail_rule_news(event: UUID, hit: int) -> None:
    """Tell the administrators what a rule has found: of a rule that finds much, once an hour."""
    row = tell_of_hit(hit)
    for admin in administrators() if row else ():
        message = rule_news_mail(row, admin, f"{event}-{admin.pk}") if row else None
        if message is not None:
            post(message, kind=Mail.Kind.MODERATION, to=admin)


@handles("moderation.rule_paused")
def mail_rule_paused(event: UUID, rule: int) -> None:
    """Tell who keeps a rule that it has stopped itself, unless it goes again or nobody keeps it."""
    row = Rule.objects.select_related("owner").filter(pk=rule, state=RuleState.PAUSED, owner__isnull=False).first()
    message = rule_paused_mail(row, str(event)) if row else None
    if row and message is not None:
        post(message, kind=Mail.Kind.MODERATION, to=row.owner)


@handles("moderation.receipt")
def mail_receipt(event: UUID, notice: int) -> None:
    """Send the receipt of a notice of unlawful content to the address in it."""
    row = UnlawfulNotice.objects.exclude(email="").filter(pk=notice).first()
    if row is not None:
        post(receipt_mail(row), kind=Mail.Kind.MODERATION)


@handles("moderation.outcome")
def mail_outcome(event: UUID, notice: int, decision: int) -> None:
    """Tell who gave notice what has become of it, unless they know or the decision was undone."""
    rows = UnlawfulNotice.objects.filter(pk=notice, told_at=None).exclude(email="")
    row = rows.select_related("comment__article", "case").first()
    if row is None or not Decision.objects.filter(pk=decision, undone_at=None).exists():
        return
    post(outcome_mail(row), kind=Mail.Kind.MODERATION)
    UnlawfulNotice.objects.filter(pk=notice).update(told_at=timezone.now())
