"""Which forms were already posted."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models.article import Article
from discussions.models.comment import Comment


class Submission(models.Model):
    """A comment form that was posted: its key, and the comment it made.

    The row is written in the comment's own transaction, first: of twenty requests with one key, the unique constraint
    lets one through, and the others wait for it and find its comment.
    """

    key = models.UUIDField(unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    #: SHA-256 of parent and text: the same key with other words is another comment, not a retry.
    digest = models.CharField(max_length=64)
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("submitted form")
        verbose_name_plural = _("submitted forms")
        indexes = [models.Index(fields=["created_at"], name="submissions_by_age")]

    def __str__(self) -> str:
        return str(self.key)
