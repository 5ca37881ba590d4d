"""Earlier texts of a comment."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from discussions.models.comment import Comment


class Revision(models.Model):
    """A text that an edit replaced. The text in force is on the comment itself, as number `Comment.revision`."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    body = models.TextField(_("text"))
    #: When this text was written, not when it was replaced.
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="revision_has_its_own_number")]

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.number}"
