"""The one way out for mail: written from templates, logged, never twice after the mail server took it.

What fails for a while (no connection, 4xx, a mistake in the settings) raises, and the outbox tries again; what the
server refuses for this address stops, and the address is left alone. Only the outbox calls `post`.
"""

from __future__ import annotations

from collections.abc import Mapping
from smtplib import SMTPRecipientsRefused
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Guest, Mail, User
from accounts.participants import Participant
from accounts.refusals import refusal_of, refuse, what_it_said
from core.text import clean_line

SUBJECT_LENGTH = 200
State = Mail.State


def compose(
    template: str, context: Mapping[str, Any], *, to: str, key: str, headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """Return the mail of `templates/mail/<template>/`, plain and HTML, in the active language.

    `key` names the event: the Message-ID is made of it, so that a repeat is recognised by whoever gets it.
    """
    words = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL.rstrip("/"), **context}
    message = EmailMultiAlternatives(
        clean_line(render_to_string(f"mail/{template}/subject.txt", words), SUBJECT_LENGTH),
        render_to_string(f"mail/{template}/body.txt", words),
        to=[to],
        # Programs that answer mails by themselves leave these alone.
        headers={"Auto-Submitted": "auto-generated", "Message-ID": message_id(key), **(headers or {})},
    )
    message.attach_alternative(render_to_string(f"mail/{template}/body.html", words), "text/html")
    return message


def message_id(key: str) -> str:
    """Return the Message-ID of an event."""
    return f"<{key}@{mail_domain()}>"


def mail_domain() -> str:
    """Return the name of the site in identifiers of mails."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def post(message: EmailMultiAlternatives, *, kind: Mail.Kind, to: Participant | None = None) -> Mail:
    """Send `message` unless it was sent before, and return its line in the log, written at once.

    Raises whatever the mail server's connection raises when it is worth another try.
    """
    row = _logged(message, kind, to)
    if row.is_over:
        return row
    (address,) = message.to
    refusal = refusal_of(address)
    if refusal is not None:
        return settle(row, State.SUPPRESSED, refusal.reason)
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        code, words = _answer(error, address)
        if not _is_final(code, words):
            settle(row, State.FAILED, f"{code} {words}")
            raise
        refuse(address, f"{code} {words}")
        return settle(row, State.SUPPRESSED, f"{code} {words}")
    except Exception as error:
        settle(row, State.FAILED, f"{type(error).__name__}: {error}")
        raise
    return settle(row, State.SENT, "")


def settle(row: Mail, state: Mail.State, reason: str) -> Mail:
    """Write down what has become of a mail."""
    row.state, row.reason = state, what_it_said(reason)
    row.sent_at = timezone.now() if state == State.SENT else None
    row.save(update_fields=["state", "reason", "sent_at"])
    return row


def address_of(person: Participant) -> str:
    """Return where mail to this person goes: a member's address, a guest's only once it is confirmed; else empty."""
    if isinstance(person, Guest):
        return person.email if person.email_confirmed_at and person.claimed_by_id is None else ""
    return person.email if person.is_reachable else ""


def offered_language(language: str) -> str:
    """Return the language of the site that comes nearest to `language` (BCP 47)."""
    for code in (language, language.partition("-")[0]):
        if code in dict(settings.LANGUAGES):
            return code
    return settings.LANGUAGE_CODE


def _logged(message: EmailMultiAlternatives, kind: Mail.Kind, to: Participant | None) -> Mail:
    key = message.extra_headers["Message-ID"].strip("<>").rpartition("@")[0]
    person = {"member": to if isinstance(to, User) else None, "guest": to if isinstance(to, Guest) else None}
    return Mail.objects.get_or_create(key=key, defaults={"kind": kind, **person})[0]


def _answer(error: SMTPRecipientsRefused, address: str) -> tuple[int, str]:
    code, words = cast("tuple[int, bytes | str]", error.recipients.get(address, (0, "")))
    return code, words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _is_final(code: int, words: str) -> bool:
    # 5.7 is about us (not authorised, blocked), not about the address: an administrator can put it right.
    return 500 <= code < 600 and not words.lstrip().startswith("5.7.")
