"""What moderation does in the background."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from celery import Task, shared_task

from moderation.actions.send import send_due
from moderation.mails import receipt_mail
from moderation.models import UnlawfulNotice


@shared_task
def send_notifications() -> int:
    """Mail what people are to be told by now; return how many mails went out. Running it again sends nothing again."""
    return send_due()


@shared_task(bind=True, max_retries=6)
def mail_receipt(self: Task[Any, None], notice_id: int) -> None:
    """Send the receipt of a notice of unlawful content to the address in it.

    Running it again sends it again. A mail server that does not answer is asked again after 1, 2, 4 … minutes.
    """
    notice = UnlawfulNotice.objects.filter(pk=notice_id).exclude(email="").first()
    if notice is None:
        return
    try:
        receipt_mail(notice).send()
    except (SMTPException, OSError) as error:
        if self.request.is_eager:
            # Without a worker the reader's own request would wait.
            raise
        raise self.retry(exc=error, countdown=60 * 2**self.request.retries) from error
