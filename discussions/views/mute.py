"""No mails about a comment's discussion, its branch or its writer."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from discussions import access
from discussions.actions.mute import WHAT, mute


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_mute(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show what can be muted, or mute it; a visitor is asked to log in."""
    if request.participant is None:
        return redirect_to_login(request.get_full_path())
    comment = access.get_comment(request.participant, comment_id)
    what = request.POST.get("what", "")
    if request.method == "POST" and what in WHAT:
        mute(request.participant, comment, what)
        messages.success(request, _("Muted: no more mails about this. Your inbox still shows it."))
        return see_other(reverse("discussions:subscriptions"))
    context = {
        "comment": comment, "article": comment.article, "has_error": request.method == "POST",
        "is_own": comment.is_by(request.participant),
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "discussions/comment_mute/page.html", context, status=status)
