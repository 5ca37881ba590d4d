"""What a member has chosen."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import PreferencesForm
from accounts.guests import claimable_by
from accounts.models import User
from accounts.models.user import SORT_COOKIE
from accounts.participants import ParkbenchRequest
from accounts.refusals import forgive, refusal_of
from core.answers import see_other


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ParkbenchRequest) -> HttpResponse:
    """Show and save name, language, time zone, order and mail."""
    # A row of its own: the form writes into it even when it refuses, and the page's header shows the member as saved.
    member = User.objects.get(pk=cast("User", request.user).pk)
    if request.method != "POST":
        return _page(request, PreferencesForm(instance=member))
    form = PreferencesForm(request.POST, instance=member)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form.save()
    # The next page is in the new language, and so is the sentence that it begins with.
    with translation.override(member.language or translation.get_language_from_request(request)):
        messages.success(request, _("Your preferences are saved."))
    response = see_other(reverse("accounts:preferences"))
    response.delete_cookie(SORT_COOKIE, samesite="Lax")
    return response


@require_POST
@login_required
def mail_again(request: ParkbenchRequest) -> HttpResponse:
    """Write again to an address that its mail server refused: its owner says that it is right."""
    if forgive(cast("User", request.user).email):
        messages.success(request, _("Thank you. We will write to this address again."))
    return see_other(reverse("accounts:preferences"))


def _page(request: ParkbenchRequest, form: PreferencesForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    refusal = refusal_of(cast("User", request.user).email)
    context = {"form": form, "claimable": claimable_by(request), "refusal": refusal}
    return render(request, "accounts/preferences/page.html", context, status=status)
