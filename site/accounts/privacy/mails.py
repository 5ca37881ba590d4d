"""Mails about a person's own data. They repeat nothing that was typed: an address may be somebody else's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.links import link_address
from accounts.models import Erasure, Export, Guest, User
from accounts.models.privacy import KEEP_EXPORT
from core.addresses import absolute


def export_ready_mail(export: Export) -> EmailMultiAlternatives | None:
    """Return the mail that the copy is there, or None without an address; a guest gets the signed link to come back."""
    person = export.person
    link = link_address(person) if isinstance(person, Guest) else absolute(reverse("accounts:privacy"))
    return _mail("export_ready", person, {"link": link, "days": KEEP_EXPORT.days})


def closed_mail(erasure: Erasure, token: str) -> EmailMultiAlternatives | None:
    """Return the mail that the account is closed, with the link that opens it again."""
    link = absolute(reverse("accounts:reopen", args=[token]))
    return _mail("erasure_asked", erasure.person, {"link": link, "erasure": erasure})


def waiting_mail(erasure: Erasure, why: str) -> EmailMultiAlternatives | None:
    """Return the mail that the erasure waits, and for what."""
    return _mail("erasure_waits", erasure.person, {"why": why})


def _mail(name: str, person: User | Guest, context: dict[str, Any]) -> EmailMultiAlternatives | None:
    if not person.email or (isinstance(person, Guest) and person.email_confirmed_at is None):
        return None
    context = {**context, "site_name": settings.SITE_NAME}
    message = EmailMultiAlternatives(
        " ".join(render_to_string(f"mail/{name}/subject.txt", context).split()),
        render_to_string(f"mail/{name}/body.txt", context),
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"mail/{name}/body.html", context), "text/html")
    return message
