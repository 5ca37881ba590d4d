"""What readers with an open page are told."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models.article import Article
from discussions.models.comment import Comment


class LiveEvent(models.Model):
    """One change that every reader of a discussion may see. It says what to fetch anew, never what is in it.

    Rows are written with the article's row locked, so within an article the ids are in the order of the commits: who
    knows of everything up to an id has missed nothing.
    """

    class Kind(models.TextChoices):
        """What happened to the comment."""

        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        GONE = "gone", _("gone")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    #: None: the discussion itself was locked or opened.
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    #: The comment's revision at that moment.
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("live event")
        verbose_name_plural = _("live events")
        indexes = [
            models.Index(fields=["article", "id"], name="live_events_of_an_article"),
            models.Index(fields=["created_at"], name="live_events_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind} {self.comment_id}"
