"""Branches that are hot."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models import Article, Comment


class HotBranchQuerySet(models.QuerySet["HotBranch"]):
    """Hot branches, as pages and the screen need them."""

    def active(self, at: datetime | None = None) -> Self:
        """Return those that are hot at `at` (now): each ends by its time if nothing prolongs it."""
        return self.filter(ended_at=None, until__gt=at or timezone.now())


class HotBranch(models.Model):
    """A branch that is, or was, hot. Where a policy says so, everybody writes in it only every few minutes."""

    root = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    #: Minutes between two comments of one person; None: it is only shown to moderators.
    minutes = models.PositiveSmallIntegerField(_("slowed to one comment in so many minutes"), null=True, blank=True)
    #: When it was last looked at, see `moderation.heat`.
    heat = models.FloatField(_("heat"))
    comments = models.PositiveIntegerField(_("comments in the last hour"))
    people = models.PositiveIntegerField(_("people"))
    reports = models.PositiveIntegerField(_("reports that wait"))
    returns = models.PositiveIntegerField(_("back and forth between two"))
    since = models.DateTimeField(_("hot since"), default=timezone.now)
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = HotBranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("hot branch")
        verbose_name_plural = _("hot branches")
        ordering: ClassVar[list[str]] = ["-heat", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["root"], condition=Q(ended_at=None), name="branch_is_hot_once"),
        ]
        indexes = [models.Index(fields=["root", "-since"], name="hot_times_of_a_branch")]

    def __str__(self) -> str:
        return f"#{self.root_id}"
