"""What somebody follows: a member's or this browser's guest's page, and the one that a guest's mails lead to."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import MailFrequency
from accounts.participants import ParkbenchRequest, Participant
from core.answers import see_other
from core.errors import BadRequest
from discussions.actions.mute import unmute
from discussions.actions.subscribe import change, confirm_address, leave, rejoin
from discussions.mail_links import CONFIRM, MANAGE, guest_of_link, manage_path
from discussions.models import Subscription
from discussions.queries.subscriptions import followed_by


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: ParkbenchRequest) -> HttpResponse:
    """Show and change what the member or guest of this browser follows; a visitor is asked to log in."""
    if request.participant is None:
        return redirect_to_login(request.get_full_path())
    return _answer(request, request.participant)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_subscriptions(request: ParkbenchRequest, token: str) -> HttpResponse:
    """Show and change what a guest follows, by the link in the mails; this browser becomes nobody's by it."""
    return _answer(request, guest_of_link(token, MANAGE))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_confirm(request: ParkbenchRequest, token: str) -> HttpResponse:
    """Show a button; pressing it says that the address is theirs. Opening the page changes nothing: scanners do."""
    guest = guest_of_link(token, CONFIRM)
    if request.method == "POST":
        confirm_address(guest)
        return see_other(manage_path(guest))
    waiting = Subscription.objects.of(guest).filter(confirmed_at=None, ended_at=None)
    context = {"guest": guest, "waiting": waiting.select_related("article")}
    return render(request, "discussions/subscription_confirm/page.html", context)


def _answer(request: ParkbenchRequest, person: Participant) -> HttpResponse:
    if request.method == "POST":
        _act(request, person)
        return see_other(request.path)
    context = {
        "followed": followed_by(person), "person": person, "frequencies": MailFrequency.choices,
        "is_own": person == request.participant,
    }  # fmt: skip
    return render(request, "discussions/subscriptions/page.html", context)


def _act(request: ParkbenchRequest, person: Participant) -> None:
    if request.POST.get("unmute"):
        unmute(person, _number(request.POST["unmute"]))
        return
    row = get_object_or_404(Subscription.objects.of(person), pk=_number(request.POST.get("subscription", "")))
    act, frequency = request.POST.get("act"), request.POST.get("frequency", "")
    if act == "save" and frequency in MailFrequency.values:
        change(row, frequency=frequency)
    elif act in ("pause", "resume"):
        change(row, is_paused=act == "pause")
    elif act in ("leave", "rejoin"):
        (leave if act == "leave" else rejoin)(person, [row.pk])
    else:
        raise BadRequest(_("This form is not complete. Please reload the page and try again."))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Http404
    return int(text)
