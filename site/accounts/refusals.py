"""Addresses that were refused for good: nobody goes on writing to them until their owner says so."""

from __future__ import annotations

from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import RefusedAddress
from core.text import clean_line, without_addresses


def refuse(email: str, reason: str) -> None:
    """Note that the mail server does not take mail to `email`, in its own words."""
    fields = {"reason": what_it_said(reason), "refused_at": timezone.now()}
    RefusedAddress.objects.update_or_create(digest=address_digest(email), defaults=fields)


def refusal_of(email: str) -> RefusedAddress | None:
    """Return why nothing is sent to `email`, or None."""
    return RefusedAddress.objects.filter(digest=address_digest(email)).first() if email else None


def forgive(email: str) -> bool:
    """Let mail go to `email` again, and return whether it did not."""
    return RefusedAddress.objects.filter(digest=address_digest(email)).delete()[0] > 0


def address_digest(email: str) -> str:
    """Return what an address is recognised by, and cannot be read from without the site's secret key."""
    return salted_hmac("accounts.address", email.strip().lower(), algorithm="sha256").hexdigest()


def what_it_said(words: str) -> str:
    """Return what a mail server said as one line, without the addresses in it: they are nobody's business later."""
    return clean_line(without_addresses(words), 300)
