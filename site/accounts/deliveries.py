"""What the outbox does for people."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts.links import MAX_AGE, link_address
from accounts.models import Guest
from core.outbox import handles


@handles("accounts.guest_link")
def mail_guest_link(event: UUID, guest: int, language: str) -> None:
    """Send the guest the link that confirms the address, in `language`.

    Running it again sends it again, with a link as good as the first.
    """
    row = Guest.objects.filter(pk=guest, claimed_by=None).exclude(email="").first()
    if row is None:
        return
    with translation.override(language or settings.LANGUAGE_CODE):
        guest_link_mail(row).send()


def guest_link_mail(guest: Guest) -> EmailMultiAlternatives:
    """Return the mail with the guest's link, in the active language.

    It repeats nothing that the guest typed: whoever types another person's address must not choose what we write there.
    """
    context = {"link": link_address(guest), "days": MAX_AGE.days, "site_name": settings.SITE_NAME}
    subject = " ".join(render_to_string("mail/guest_link/subject.txt", context).split())
    message = EmailMultiAlternatives(
        subject,
        render_to_string("mail/guest_link/body.txt", context),
        to=[guest.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("mail/guest_link/body.html", context), "text/html")
    return message
