"""Signed links in mails: each is good for one purpose, and for no other page of the site."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Guest, User
from accounts.participants import Participant
from core.addresses import absolute
from core.errors import BadRequest, Gone

CONFIRM, MANAGE, LEAVE = "discussions.confirm", "discussions.subscriptions", "discussions.unsubscribe"
#: Who finds an old mail still gets out; a link that changes more, or proves an address, is shorter-lived.
MAX_AGE = {CONFIRM: timedelta(days=7), MANAGE: timedelta(days=30), LEAVE: timedelta(days=400)}


@dataclass(frozen=True, slots=True)
class Exit:
    """What one mail came from: whoever has its link may end that, and begin it again."""

    person: Participant
    subscriptions: tuple[int, ...]
    #: `reply` and `mention`: preferences of a member.
    kinds: tuple[str, ...]


def confirm_link(guest: Guest) -> str:
    """Return the address of the page that confirms what was asked for with this guest's mail address."""
    data = {"guest": guest.pk, "email": guest.email}
    return absolute(_path("discussions:subscription-confirm", CONFIRM, data))


def manage_path(guest: Guest) -> str:
    """Return the path of the page on which a guest sees and changes every subscription."""
    return _path("discussions:guest-subscriptions", MANAGE, {"guest": guest.pk, "email": guest.email})


def leave_link(person: Participant, subscriptions: Collection[int], kinds: Collection[str]) -> str:
    """Return the address that ends these subscriptions and preferences of `person`, by page and by one click."""
    whose = "guest" if isinstance(person, Guest) else "member"
    data = {whose: person.pk, "subscriptions": sorted(subscriptions), "kinds": sorted(kinds)}
    return absolute(_path("discussions:unsubscribe", LEAVE, data))


def guest_of_link(token: str, purpose: str) -> Guest:
    """Return the guest that a link of `purpose` was made for.

    Raises `BadRequest` for a link that we did not make for this, `Gone` for one that is too old, or whose guest has
    another address or is a member by now.
    """
    data = _load(token, purpose)
    guest = Guest.objects.filter(pk=data["guest"], email=data["email"], claimed_by=None).first()
    if guest is None:
        raise Gone(_("What this link belonged to is not here any more."))
    return guest


def exit_of_link(token: str) -> Exit:
    """Return what a link in a mail ends. Raises `BadRequest` and `Gone` as `guest_of_link` does."""
    data = _load(token, LEAVE)
    person: Participant | None = (
        Guest.objects.filter(pk=data["guest"]).first()
        if "guest" in data
        else User.objects.filter(pk=data["member"]).first()
    )
    if isinstance(person, Guest) and person.claimed_by is not None:
        # The subscriptions went along to the account.
        person = person.claimed_by
    if person is None:
        raise Gone(_("What this link belonged to is not here any more."))
    return Exit(person, tuple(data["subscriptions"]), tuple(data["kinds"]))


def _path(name: str, purpose: str, data: dict[str, Any]) -> str:
    return reverse(name, args=[signing.dumps(data, salt=purpose)])


def _load(token: str, purpose: str) -> dict[str, Any]:
    try:
        data: dict[str, Any] = signing.loads(token, salt=purpose, max_age=MAX_AGE[purpose])
    except signing.SignatureExpired as error:
        raise Gone(_("This link is too old. Please use the one in a newer mail.")) from error
    except signing.BadSignature as error:
        raise BadRequest(
            _("This link is not complete. Please copy the whole of it from the mail, up to its end.")
        ) from error
    return data
