"""The way out for mails, counted."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from core.metrics import series


class EmailBackend(SmtpBackend):
    """Django's, and what the mail server took or refused is known to whoever looks at the metrics."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send, and return how many were taken; raises what Django's raises."""
        try:
            # Django's says nothing for no messages at all, and for a connection that failed silently.
            sent = super().send_messages(email_messages) or 0
        except Exception:
            series.MAILS.labels("failed").inc(len(email_messages))
            raise
        series.MAILS.labels("sent").inc(sent)
        return sent
