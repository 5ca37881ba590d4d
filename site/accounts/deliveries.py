"""What is done for people in the background."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts.links import MAX_AGE, link_address
from accounts.models import Guest


@shared_task(bind=True, max_retries=6)
def mail_guest_link(self: Task[Any, None], guest_id: int, language: str) -> None:
    """Send the guest the link that confirms the address, in `language`.

    Running it again sends it again, with a link as good as the first. A mail server that does not answer is asked again
    after 1, 2, 4 … minutes.
    """
    guest = Guest.objects.filter(pk=guest_id, claimed_by=None).exclude(email="").first()
    if guest is None:
        return
    with translation.override(language or settings.LANGUAGE_CODE):
        message = guest_link_mail(guest)
    try:
        message.send()
    except (SMTPException, OSError) as error:
        if self.request.is_eager:
            # Without a worker the reader's own request would wait.
            raise
        raise self.retry(exc=error, countdown=60 * 2**self.request.retries) from error


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
