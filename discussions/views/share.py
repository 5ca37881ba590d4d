"""Counting shares that were made with our own buttons."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.participants import ParkbenchRequest
from core.limits import check_limit
from core.requests import client_network
from discussions import access
from discussions.actions.share import count_share
from discussions.models import Article, Comment


@require_POST
def article_share(request: ParkbenchRequest, slug: str) -> HttpResponse:
    """Count one share of the article."""
    return _count(request, access.get_article(request.participant, slug))


@require_POST
def comment_share(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Count one share of the comment."""
    return _count(request, access.get_comment(request.participant, comment_id))


def _count(request: ParkbenchRequest, target: Article | Comment) -> HttpResponse:
    check_limit("share", f"network:{client_network(request)}")
    count_share(target)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
