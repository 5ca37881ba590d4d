"""What the outbox does for people."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from accounts.links import MAX_AGE, link_address
from accounts.mailing import compose, post
from accounts.models import Guest, Mail
from core.outbox import handles


@handles("accounts.guest_link")
def mail_guest_link(event: UUID, guest: int, language: str) -> None:
    """Send the guest the link that confirms the address, in `language`. Running it again sends nothing more."""
    row = Guest.objects.filter(pk=guest, claimed_by=None, erasure=None).exclude(email="").first()
    if row is None:
        return
    with translation.override(language or settings.LANGUAGE_CODE):
        post(guest_link_mail(row, event), kind=Mail.Kind.GUEST_LINK, to=row)


def guest_link_mail(guest: Guest, event: UUID) -> EmailMultiAlternatives:
    """Return the mail with the guest's link, in the active language.

    It repeats nothing that the guest typed: whoever types another person's address must not choose what we write there.
    """
    context = {"link": link_address(guest), "days": MAX_AGE.days}
    return compose("guest_link", context, to=guest.email, key=f"guest-link-{event.hex}")
