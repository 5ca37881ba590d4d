"""What the editors say above the comments."""

from __future__ import annotations

from django.db import transaction

from discussions.actions.render import render_notice
from discussions.models import Notice
from discussions.queries.notice import forget_notices


def save_notice(notice: Notice) -> None:
    """Render and save `notice`; this process shows it at once, others within a minute."""
    render_notice(notice)
    notice.save()
    transaction.on_commit(forget_notices)
