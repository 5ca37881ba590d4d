"""One's own data: a copy of it, and its end. For members, and for the guest of this browser."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import ErasureForm
from accounts.guests import forget_guest
from accounts.models import Export, Guest, User
from accounts.participants import ParkbenchRequest
from accounts.privacy.erase import ask_for_erasure, obstacle_to, read_reopen_token, reopen, reopen_token
from accounts.privacy.export import ask_for_export, content_of, exports_of
from core.answers import see_other


@never_cache
@require_safe
def privacy(request: ParkbenchRequest) -> HttpResponse:
    """Show what can be done with what is stored about oneself."""
    if request.participant is None:
        return redirect(f"{reverse(settings.LOGIN_URL)}?next={request.path}")
    person = request.participant
    context = {"person": person, "exports": exports_of(person), "layout": _layout(person)}
    return render(request, "accounts/privacy/page.html", context)


@require_POST
def export_ask(request: ParkbenchRequest) -> HttpResponse:
    """Have a copy made."""
    ask_for_export(_somebody(request), language=get_language() or "")
    messages.success(request, _("Your copy is being made. It will be here in a moment."))
    return see_other(reverse("accounts:privacy"))


@never_cache
@require_safe
def export(request: ParkbenchRequest, export_id: UUID) -> HttpResponse:
    """Hand the copy to its owner; to everybody else there is no such address."""
    person = request.participant
    row = Export.objects.filter(pk=export_id).first()
    if person is None or row is None or row.person != person:
        raise Http404
    response = HttpResponse(content_of(row), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{row.asked_at:%Y-%m-%d}.zip"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: ParkbenchRequest) -> HttpResponse:
    """Ask a member for the password or the second factor first, then everybody what should become of their texts."""
    person = request.participant
    if person is None:
        return redirect(f"{reverse(settings.LOGIN_URL)}?next={request.path}")
    if isinstance(person, Guest):
        return _erase(request, person)
    return cast("HttpResponse", reauthentication_required(_erase_member)(request))


def _erase_member(request: ParkbenchRequest) -> HttpResponse:
    return _erase(request, cast("User", request.user))


def _erase(request: ParkbenchRequest, person: User | Guest) -> HttpResponse:
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        context = {
            "form": form, "person": person, "days": settings.ERASURE_GRACE_DAYS, "why_wait": obstacle_to(person),
            "layout": _layout(person),
        }  # fmt: skip
        return render(request, "accounts/erase/page.html", context, status=status)
    erasure = ask_for_erasure(person, keeps_texts=form.keeps_texts, language=get_language() or "")
    if isinstance(person, User):
        logout(request)
    else:
        forget_guest(request)
    done = {
        "erasure": erasure,
        "is_member": isinstance(person, User),
        # A guest without a confirmed address gets no mail.
        "reopen_url": reverse("accounts:reopen", args=[reopen_token(erasure)]),
    }
    return render(request, "accounts/erase/closed.html", done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_account(request: ParkbenchRequest, token: str) -> HttpResponse:
    """Show a button that takes the wish back; opening the page changes nothing, because mail scanners open links."""
    erasure = read_reopen_token(token)
    if request.method != "POST":
        return render(request, "accounts/erase/reopen.html", {"erasure": erasure})
    reopen(erasure.person)
    messages.success(request, _("Nothing will be erased: everything is as it was."))
    return see_other(reverse("accounts:guest-home" if erasure.guest_id else settings.LOGIN_URL))


def _layout(person: User | Guest) -> str:
    """Return the page around: with the tabs of the account, which guests have not."""
    return f"allauth/layouts/{'entrance' if isinstance(person, Guest) else 'manage'}.html"


def _somebody(request: ParkbenchRequest) -> User | Guest:
    if request.participant is None:
        raise Http404
    return request.participant
