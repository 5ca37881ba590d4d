"""What people without an account can do: confirm their address, come back, and take their comments to an account."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import ClaimForm
from accounts.guests import claim, claimable_by, confirm, forget_guest, guest_of, send_link
from accounts.links import read_token
from accounts.models import Guest, User
from accounts.participants import ParkbenchRequest, remember_guest
from accounts.privacy.erase import pending, reopen
from core.answers import see_other, stays_here
from core.errors import NotAllowed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: ParkbenchRequest, token: str) -> HttpResponse:
    """Show a button; pressing it confirms the address and makes this browser the guest's.

    Opening the page changes nothing, because mail scanners open links. A link that is too old offers a new one.
    Somebody who wanted to be forgotten and comes back in time takes that back.
    """
    link = read_token(token)
    if link.is_expired:
        return _expired(request, link.guest)
    if request.method != "POST":
        context = {"guest": link.guest, "is_closed": pending(link.guest) is not None}
        return render(request, "accounts/guest/page.html", context)
    reopen(link.guest)
    confirm(link.guest)
    # Whoever knew this browser's session before must not be the guest now.
    request.session.cycle_key()
    remember_guest(request, link.guest)
    messages.success(request, _("Thank you: your address is confirmed."))
    return see_other(reverse("accounts:guest-claim" if request.user.is_authenticated else "accounts:guest-home"))


@never_cache
@require_safe
def guest_home(request: ParkbenchRequest) -> HttpResponse:
    """Show who this browser writes as without an account, and what can be done about it."""
    return render(request, "accounts/guest_home/page.html", {"guest": guest_of(request)})


@require_POST
def guest_link(request: ParkbenchRequest) -> HttpResponse:
    """Mail the link once more."""
    send_link(request, _this_guest(request))
    _tell_sent(request)
    return see_other(reverse("accounts:guest-home"))


@require_POST
def guest_forget(request: ParkbenchRequest) -> HttpResponse:
    """Leave no guest in this browser."""
    forget_guest(request)
    messages.success(request, _("This browser does not know your name any more."))
    return see_other(reverse("accounts:guest-home"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guest_claim(request: ParkbenchRequest) -> HttpResponse:
    """Offer the member what was written without the account, and take over what they choose."""
    offered = claimable_by(request)
    wanted = _next(request)
    if request.method == "POST":
        form = ClaimForm(request.POST, offered=offered)
        if form.is_valid():
            taken = sum(claim(row, by=cast("User", request.user)) for row in form.cleaned_data["guests"])
            _tell_claimed(request, taken)
            return see_other(wanted)
    else:
        form = ClaimForm(offered=offered)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "offered": offered, "next": wanted}
    return render(request, "accounts/guest_claim/page.html", context, status=status)


def _expired(request: ParkbenchRequest, row: Guest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/guest/expired.html", status=HTTPStatus.GONE)
    send_link(request, row)
    _tell_sent(request)
    return see_other(reverse("accounts:guest-home"))


def _this_guest(request: ParkbenchRequest) -> Guest:
    row = guest_of(request)
    if row is None:
        raise NotAllowed(_("This browser has not written anything as a guest."), code="no_guest")
    return row


def _next(request: ParkbenchRequest) -> str:
    url = request.POST.get("next") or request.GET.get("next") or ""
    return url if stays_here(url) else cast("User", request.user).get_absolute_url()


def _tell_sent(request: ParkbenchRequest) -> None:
    messages.success(request, _("A new link is on its way. Please look into your mail."))


def _tell_claimed(request: ParkbenchRequest, taken: int) -> None:
    text = ngettext(
        "The comments of %(n)d guest name are yours now.", "The comments of %(n)d guest names are yours now.", taken
    )
    messages.success(request, text % {"n": taken})
