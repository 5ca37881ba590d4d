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
from moderation.actions.backtest import run_backtest
from moderation.actions.spam import train_spam_screen
from moderation.mails import notification_mail, outcome_mail, receipt_mail, rule_paused_mail
from moderation.models import Backtest, Decision, Notification, Rule, UnlawfulNotice
from moderation.queries.notifications import RELATED
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
