"""Notes that staff leave for each other."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Guest, User
from core.errors import Refused
from discussions.markup import normalise_text
from discussions.models import Comment
from moderation import access, audit
from moderation.models import StaffNote


def write_note(about: Comment | User | Guest, *, by: User, text: str) -> StaffNote:
    """Leave a note about a comment or a person, for staff only. Raises `Refused` for an empty one."""
    access.check(by, "write_note")
    text = normalise_text(text).strip()[:1000]
    if not text:
        raise Refused(_("Please write something first."), code="required")
    field = {Comment: "comment", User: "user", Guest: "guest"}[type(about)]
    with transaction.atomic():
        note = StaffNote.objects.create(**{field: about}, by=by, text=text)
        audit.record(
            "note.written", by=by, note=note.pk,
            comment=about if isinstance(about, Comment) else None, subject=about if isinstance(about, User) else None,
        )  # fmt: skip
    return note
