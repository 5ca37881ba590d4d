"""The mails of moderation: what `notices` and `receipts` say, as a message in the recipient's language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from moderation.models import Notification, UnlawfulNotice
from moderation.notices import Notice, address_of, notice_of
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
    with translation.override(_offered(notice.language)):
        return _mail(outcome_notice(notice), notice.email, f"outcome-{notice.receipt}")


def receipt_mail(notice: UnlawfulNotice) -> EmailMultiAlternatives:
    """Return the mail with the receipt. It repeats nothing that was typed: the address may be somebody else's."""
    with translation.override(_offered(notice.language)):
        return _mail(receipt_notice(notice), notice.email, f"receipt-{notice.receipt}")


def language_of(row: Notification) -> str:
    """Return the language in which this person is told: a member's choice, a guest's own, else the site's."""
    if row.user is not None:
        return _offered(row.user.language)
    comment = row.decision.comment if row.decision else None
    return _offered(comment.language if comment is not None and comment.guest_id == row.guest_id else "")


def _offered(language: str) -> str:
    for code in (language, language.partition("-")[0]):
        if code in dict(settings.LANGUAGES):
            return code
    return settings.LANGUAGE_CODE


def _mail(notice: Notice, to: str, name: str) -> EmailMultiAlternatives:
    site = settings.SITE_URL.rstrip("/")
    context: dict[str, Any] = {"notice": notice, "site_url": site, "site_name": settings.SITE_NAME}
    message = EmailMultiAlternatives(
        " ".join(render_to_string("mail/moderation_notice/subject.txt", context).split()),
        render_to_string("mail/moderation_notice/body.txt", context),
        to=[to],
        headers={
            "Auto-Submitted": "auto-generated",
            # The same for every try, so that a repeat can be recognised.
            "Message-ID": f"<{name}@{urlsplit(site).hostname}>",
        },
    )
    message.attach_alternative(render_to_string("mail/moderation_notice/body.html", context), "text/html")
    return message
