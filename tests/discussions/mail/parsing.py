"""Mails as a mail program reads them. Knows nothing of Django: the mail server's process imports it."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default as default_policy


def parse(raw: bytes) -> EmailMessage:
    """Return a mail parsed from its bytes; a defect in it fails the test."""
    message = email.message_from_bytes(raw, policy=default_policy)
    assert isinstance(message, EmailMessage)
    assert [defect for part in message.walk() for defect in part.defects] == []
    return message
