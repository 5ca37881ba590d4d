"""People without an account: how they come, confirm their address, and become members."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Guest, User
from accounts.names import clean_name
from accounts.participants import SESSION_KEY, remember_guest
from accounts.signals import guest_claimed, guest_confirmed
from core.errors import NotAllowed, Refused, TooMany
from core.limits import check_limit
from core.models import Outbox
from core.outbox import put
from core.requests import client_network

#: Who comments again without having opened the link is reminded, but not with every comment.
REMIND_AFTER = timedelta(days=1)


def guest_for(request: HttpRequest, *, name: str, email: str = "") -> Guest:
    """Return the guest who is about to comment: this browser's, or a new one that this browser is from now on.

    `name` counts for comments from now on. An `email` that is not confirmed yet gets a link, once a day at most; when
    too many were sent, the comment goes on and the mail does not. A confirmed guest who gives another address is taken
    for another person at the same screen. Raises `Refused` for a name that is empty or taken for somebody of the house.
    """
    name, email = _checked_name(name), email.strip().lower()
    with transaction.atomic():
        guest = guest_of(request, lock=True)
        if guest is None or (guest.email_confirmed_at and email not in ("", guest.email)):
            guest = Guest.objects.create(name=name, email=email)
            remember_guest(request, guest)
        else:
            _update(guest, name=name, email=email)
        if _needs_link(guest):
            _try_to_send(request, guest)
    return guest


def guest_of(request: HttpRequest, *, lock: bool = False) -> Guest | None:
    """Return the guest of this browser, None for one who has become a member or wants to be forgotten."""
    guest_id = request.session.get(SESSION_KEY)
    if guest_id is None:
        return None
    rows = Guest.objects.select_for_update(of=("self",)) if lock else Guest.objects.all()
    return rows.filter(pk=guest_id, claimed_by=None, erasure=None).first()


def send_link(request: HttpRequest, guest: Guest) -> None:
    """Mail the guest their link. Raises `TooMany`, by address and by network, and `NotAllowed` without an address."""
    if not guest.email:
        raise NotAllowed(_("You have not given an address that we could write to."), code="no_email")
    check_limit("guest_mail_network", f"network:{client_network(request)}")
    check_limit("guest_mail", f"address:{guest.email}")
    with transaction.atomic():
        Guest.objects.filter(pk=guest.pk).update(link_sent_at=timezone.now())
        language = translation.get_language() or ""
        put("accounts.guest_link", urgency=Outbox.Urgency.NOW, guest=guest.pk, language=language)


def confirm(guest: Guest) -> bool:
    """Note that the guest has shown the address to be theirs. Return whether that is news."""
    with transaction.atomic():
        now = timezone.now()
        if not Guest.objects.filter(pk=guest.pk, email_confirmed_at=None).update(email_confirmed_at=now):
            return False
        guest.email_confirmed_at = now
        guest_confirmed.send(sender=Guest, guest_id=guest.pk)
    return True


def claimable_by(request: HttpRequest) -> list[Guest]:
    """Return the guests whose comments the member may take over: this browser's, and those of the member's address.

    Only an address that both have confirmed counts, and never a name. Who has none wrote nothing: only subscribed.
    """
    member = cast("User", request.user)
    confirmed = EmailAddress.objects.filter(user=member, verified=True).values("email")
    same_address = Q(email_confirmed_at__isnull=False, email__in=confirmed)
    this_browser = Q(pk=request.session.get(SESSION_KEY) or 0)
    unclaimed = Guest.objects.filter(same_address | this_browser, claimed_by=None, erasure=None)
    return list(unclaimed.exclude(name="").order_by("pk"))


def claim(guest: Guest, *, by: User) -> bool:
    """Give what the guest wrote to the member. Return False when that has happened already."""
    with transaction.atomic():
        if not Guest.objects.filter(pk=guest.pk, claimed_by=None).update(claimed_by=by):
            return False
        guest_claimed.send(sender=Guest, guest_id=guest.pk, user_id=by.pk)
    return True


def forget_guest(request: HttpRequest) -> None:
    """Make this browser nobody's: on a shared device the next person must not edit the last one's comments."""
    request.session.pop(SESSION_KEY, None)


def _checked_name(name: str) -> str:
    try:
        name = clean_name(name)
    except ValidationError as error:
        raise Refused(error.messages[0], code="name") from error
    if not name:
        raise Refused(_("Please tell us a name to show beside your comment."), code="name")
    return name


def _update(guest: Guest, *, name: str, email: str) -> None:
    if email and email != guest.email:
        guest.email, guest.link_sent_at = email, None
    guest.name = name
    guest.save(update_fields=["name", "email", "link_sent_at"])


def _needs_link(guest: Guest) -> bool:
    if not guest.email or guest.email_confirmed_at:
        return False
    return guest.link_sent_at is None or guest.link_sent_at < timezone.now() - REMIND_AFTER


def _try_to_send(request: HttpRequest, guest: Guest) -> None:
    try:
        send_link(request, guest)
    except TooMany:
        # The comment matters more than the mail, which can be asked for again.
        return
