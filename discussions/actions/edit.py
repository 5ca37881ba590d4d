"""Editing one's own comment."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.participants import Participant
from core.errors import Conflict
from core.limits import check_limit
from discussions import access
from discussions.actions import rows
from discussions.actions.judge import hold_reason
from discussions.actions.render import Rendered, clean_body, render_body
from discussions.actions.visibility import change_line
from discussions.models import Comment, Revision, Visibility
from discussions.screening import Draft
from discussions.signals import announce, comment_submitted, comment_written, record


def edit_comment(
    comment: Comment, *, by: Participant, body: str, revision: int, insists: bool = False
) -> Comment | None:
    """Give the comment another text and return it, or None when it already has this text.

    `revision` is the one that the author saw; the text it replaces is kept as a `Revision`. The screens are asked
    again, and one of them may hold what was public. Raises `Conflict` when the comment has changed since, `NotAllowed`
    by `access.check_can_edit`, and what `post_comment` raises for a text.
    """
    text = clean_body(body)
    access.check_can_edit(by, comment)
    if text == comment.body:
        return None
    check_limit("edit", by.identity)
    with transaction.atomic():
        rendered = render_body(text)
        draft = Draft(comment.article, comment.parent, by, text, rendered.html, editing=comment, insists=insists)
        reason = hold_reason(draft)
        line = rows.locked_line(comment)
        fresh = line[-1]
        access.check_can_edit(by, fresh)
        if text == fresh.body:
            return None
        if fresh.revision != revision:
            raise Conflict(
                _("This comment was changed in another window since you opened it. Your text is kept below."),
                code="stale",
            )
        _replace(fresh, text, rendered)
        if reason and fresh.is_readable:
            change_line(line, Visibility.HELD, by=None, reason=reason)
        record(comment_written, comment=fresh, findings=draft.findings)
        announce(comment_submitted, comment_id=fresh.pk, revision=fresh.revision)
    return fresh


def _replace(comment: Comment, text: str, rendered: Rendered) -> None:
    written_at = comment.edited_at or comment.created_at
    Revision.objects.create(comment=comment, number=comment.revision, body=comment.body, created_at=written_at)
    comment.body, comment.body_format = text, Comment.Format.MARKDOWN
    comment.html, comment.renderer_version, comment.language = rendered.html, rendered.version, rendered.language
    comment.revision += 1
    comment.edited_at = timezone.now()
    comment.returned_at = None
    comment.save(
        update_fields=[
            "body", "body_format", "html", "renderer_version", "language", "revision", "edited_at", "returned_at",
        ]
    )  # fmt: skip
