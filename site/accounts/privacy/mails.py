"""Mails about a person's own data. They repeat nothing that was typed: an address may be somebody else's."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.links import link_address
from accounts.mailing import compose, post
from accounts.models import Erasure, Export, Guest, Mail, User
from accounts.models.privacy import KEEP_EXPORT
from core.addresses import absolute


def mail_export_ready(export: Export) -> None:
    """Tell that the copy is there; a guest gets the signed link to come back. Nobody, where there is no address."""
    person = export.person
    link = link_address(person) if isinstance(person, Guest) else absolute(reverse("accounts:privacy"))
    _mail("export_ready", person, f"export-{export.pk.hex}", {"link": link, "days": KEEP_EXPORT.days})


def mail_closed(erasure: Erasure, token: str) -> None:
    """Tell that the account is closed, with the link that opens it again."""
    link = absolute(reverse("accounts:reopen", args=[token]))
    _mail("erasure_asked", erasure.person, f"erasure-asked-{erasure.pk}", {"link": link, "erasure": erasure})


def mail_waiting(erasure: Erasure, why: str) -> None:
    """Tell that the erasure waits, and for what."""
    _mail("erasure_waits", erasure.person, f"erasure-waits-{erasure.pk}", {"why": why})


def _mail(name: str, person: User | Guest, key: str, context: dict[str, Any]) -> None:
    """Send it in the active language. Raises what `post` raises; a repeat after it was taken sends nothing."""
    if not person.email or (isinstance(person, Guest) and person.email_confirmed_at is None):
        return
    post(compose(name, context, to=person.email, key=key), kind=Mail.Kind.ACCOUNT, to=person)
