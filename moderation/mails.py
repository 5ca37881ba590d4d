"""The mails of moderation: what `notices` and `receipts` say, as a message in the recipient's language."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.mailing import address_of, compose, offered_language
from accounts.models import User
from moderation.models import Notification, Rule, RuleHit, UnlawfulNotice
from moderation.notices import Link, Notice, notice_of
from moderation.queries.reasons import guideline_facts
from moderation.receipts import outcome_notice, receipt_notice


def notification_mail(row: Notification) -> EmailMultiAlternatives | None:
    """Return the mail of a notification, or None for somebody without an address that we may write to."""
    person = row.user or row.guest
    to = address_of(person) if person else ""
    if not to:
        return None
    with translation.override(language_of(row)):
        about = row.decision or row.sanction
        version = about.guideline_version_id if about else None
        notice = notice_of(row, guideline_facts({version} if version else ()))
        return _mail(notice, to, f"notification-{row.pk}")


def outcome_mail(notice: UnlawfulNotice) -> EmailMultiAlternatives:
    """Return the mail that tells who gave notice what has become of it."""
    with translation.override(offered_language(notice.language)):
        return _mail(outcome_notice(notice), notice.email, f"outcome-{notice.receipt}")


def receipt_mail(notice: UnlawfulNotice) -> EmailMultiAlternatives:
    """Return the mail with the receipt. It repeats nothing that was typed: the address may be somebody else's."""
    with translation.override(offered_language(notice.language)):
        return _mail(receipt_notice(notice), notice.email, f"receipt-{notice.receipt}")


def rule_paused_mail(rule: Rule, name: str) -> EmailMultiAlternatives | None:
    """Return the mail that tells its keeper that a rule has paused itself, or None where there is no address."""
    to = address_of(rule.owner) if rule.owner else ""
    if not rule.owner or not to:
        return None
    with translation.override(offered_language(rule.owner.language)):
        notice = Notice(_("The rule “%(title)s” has paused itself") % {"title": rule.title}, [rule.paused_because])
        notice.links.append(Link(_("Look at the rule"), rule.get_absolute_url()))
        return _mail(notice, to, f"rule-{name}")


def rule_news_mail(hit: RuleHit, to: User, name: str) -> EmailMultiAlternatives | None:
    """Return the mail that tells an administrator what a rule has found, or None where there is no address."""
    address = address_of(to)
    if not address:
        return None
    with translation.override(offered_language(to.language)):
        notice = Notice(
            _("The rule “%(title)s” has found something") % {"title": hit.rule.title},
            [_("A comment fits it. Of more in the next hour you are not told by mail; they are in the queue.")],
        )
        notice.links.append(Link(_("Look at the comment"), hit.comment.get_absolute_url()))
        notice.links.append(Link(_("Look at the rule"), hit.rule.get_absolute_url()))
        return _mail(notice, address, f"rule-{name}")


def language_of(row: Notification) -> str:
    """Return the language in which this person is told: a member's choice, a guest's own, else the site's."""
    if row.user is not None:
        return offered_language(row.user.language)
    comment = row.decision.comment if row.decision else None
    return offered_language(comment.language if comment is not None and comment.guest_id == row.guest_id else "")


def _mail(notice: Notice, to: str, key: str) -> EmailMultiAlternatives:
    return compose("moderation_notice", {"notice": notice}, to=to, key=key)
