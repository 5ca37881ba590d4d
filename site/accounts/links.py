"""The link that a guest gets by mail: it proves the address, and brings the guest back in another browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Guest
from core.errors import BadRequest, Gone

SALT = "accounts.guest-link"
MAX_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Link:
    """A link whose signature is ours, and the guest it was made for."""

    guest: Guest
    is_expired: bool


def make_token(guest: Guest) -> str:
    """Return the signed part of the link: which guest, at which address, since when."""
    return signing.dumps({"guest": guest.pk, "email": guest.email}, salt=SALT)


def link_address(guest: Guest) -> str:
    """Return the whole address for a mail: the configured site's, for a Host header can be made up."""
    return settings.SITE_URL.rstrip("/") + reverse("accounts:guest", args=[make_token(guest)])


def read_token(token: str) -> Link:
    """Return what a token says.

    Raises `BadRequest` for one that we did not make for this purpose, `Gone` for one whose guest has another address
    by now, has become a member, or is not there any more.
    """
    data, is_expired = _load(token)
    guest = Guest.objects.filter(pk=data["guest"]).first()
    if guest is None or guest.is_former:
        raise Gone(_("What this link belonged to is not here any more."))
    if guest.claimed_by_id is not None:
        raise Gone(_("These comments belong to a member's account now. Please log in to see them."), code="claimed")
    if guest.email != data["email"]:
        raise Gone(_("Another address was given after this link was sent. Please use the link in the newer mail."))
    return Link(guest, is_expired)


def _load(token: str) -> tuple[dict[str, Any], bool]:
    try:
        return signing.loads(token, salt=SALT, max_age=MAX_AGE), False
    except signing.SignatureExpired:
        return signing.loads(token, salt=SALT), True
    except signing.BadSignature as error:
        raise BadRequest(
            _("This link is not complete. Please copy the whole of it from the mail, up to its end.")
        ) from error
