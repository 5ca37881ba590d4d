"""Taking one's own comment back."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Guest
from accounts.participants import Participant
from discussions import access
from discussions.actions import rows
from discussions.actions.visibility import Change, change_line
from discussions.models import Comment, Visibility


def withdraw_comment(comment: Comment, *, by: Participant) -> Change | None:
    """Withdraw the comment for good, and return the change, or None when it already is withdrawn.

    Its place stays while it has replies. Raises `NotAllowed` to anybody but the author, and when a moderator was first.
    """
    with transaction.atomic():
        line = rows.locked_line(comment)
        access.check_can_withdraw(by, line[-1])
        return change_line(line, Visibility.WITHDRAWN, by=None if isinstance(by, Guest) else by, reason="")
