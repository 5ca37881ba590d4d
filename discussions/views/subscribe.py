"""Asking to be told of new comments: under an article, or in one branch."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.limits import check_limit
from core.middleware import explain
from core.requests import client_network
from discussions import access
from discussions.actions.subscribe import follow
from discussions.models import Article, Comment
from discussions.subscription_forms import SubscribeForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def article_subscribe(request: ParkbenchRequest, slug: str) -> HttpResponse:
    """Show the form, or subscribe to new comments under the article or to replies to one's own."""
    return _subscribe(request, access.get_article(request.participant, slug), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def branch_subscribe(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show the form, or subscribe to everything that will be written below a comment."""
    branch = access.get_comment(request.participant, comment_id)
    return _subscribe(request, branch.article, branch)


def _subscribe(request: ParkbenchRequest, article: Article, branch: Comment | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, SubscribeForm(participant=request.participant, branch=branch), article, branch)
    form = SubscribeForm(request.POST, participant=request.participant, branch=branch)
    if not form.is_valid():
        return _page(request, form, article, branch, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        by = request.participant
        check_limit("subscribe", by.identity if isinstance(by, User) else f"network:{client_network(request)}")
        has_to_confirm = follow(
            by, email=form.cleaned_data["email"], article=article, scope=form.cleaned_data["scope"],
            frequency=form.cleaned_data["frequency"], branch=branch,
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return explain(_page(request, form, article, branch, status=refusal.status), refusal)
    messages.success(request, _to_confirm() if has_to_confirm else _("We will write to you."))
    return see_other(branch.get_absolute_url() if branch else f"{article.get_absolute_url()}#comments")


def _to_confirm() -> str:
    return _(
        "Please look into your mail: the link there says that it is your address. "
        "We send such a mail once a day at most; its link confirms everything that waits."
    )


def _page(
    request: ParkbenchRequest, form: SubscribeForm, article: Article, branch: Comment | None,
    *, status: int = HTTPStatus.OK,
) -> HttpResponse:  # fmt: skip
    context = {"article": article, "comment": branch, "subscribe_form": form}
    return render(request, "discussions/subscribe/page.html", context, status=status)
