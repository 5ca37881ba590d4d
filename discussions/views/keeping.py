"""What moderators do to a comment or an article, from the page itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.participants import ParkbenchRequest
from core.errors import BadRequest
from discussions import access
from discussions.actions.lock import lock_article, lock_branch, unlock_article, unlock_branch
from discussions.actions.pin import pin_comment, unpin_comment
from discussions.views.answers import back


@require_POST
def comment_pin(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Pin (`pin=1`) or unpin (`pin=0`)."""
    by = _moderator(request)
    row = access.get_comment(by, comment_id)
    (pin_comment if _switch(request, "pin") else unpin_comment)(row, by=by)
    return back(request, default=row.get_absolute_url(), anchor=f"c{row.pk}")


@require_POST
def comment_lock(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Lock (`lock=1`) or unlock (`lock=0`) the branch below a comment."""
    by = _moderator(request)
    row = access.get_comment(by, comment_id)
    (lock_branch if _switch(request, "lock") else unlock_branch)(row, by=by)
    return back(request, default=row.get_absolute_url(), anchor=f"c{row.pk}")


@require_POST
def article_lock(request: ParkbenchRequest, slug: str) -> HttpResponse:
    """Lock (`lock=1`) or unlock (`lock=0`) a whole discussion."""
    by = _moderator(request)
    row = access.get_article(by, slug)
    (lock_article if _switch(request, "lock") else unlock_article)(row, by=by)
    return back(request, default=row.get_absolute_url(), anchor="comments")


def _moderator(request: ParkbenchRequest) -> User:
    access.check_is_moderator(request.participant)
    assert isinstance(request.participant, User)
    return request.participant


def _switch(request: ParkbenchRequest, name: str) -> bool:
    value = request.POST.get(name)
    if value not in ("0", "1"):
        raise BadRequest(_("This form is not complete. Please reload the page and try again."))
    return value == "1"
