"""Votes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest
from discussions.models.comment import Comment


class Vote(models.Model):
    """One person's vote on one comment. A withdrawn vote is no row."""

    class Value(models.IntegerChoices):
        """What was said."""

        UP = 1, _("up")
        DOWN = -1, _("down")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    guest = models.ForeignKey(Guest, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    value = models.SmallIntegerField(choices=Value)
    #: A guest's vote counts once the address is confirmed.
    is_counted = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "comment"], condition=Q(member__isnull=False), name="member_votes_once"
            ),
            models.UniqueConstraint(
                fields=["guest", "comment"], condition=Q(guest__isnull=False), name="guest_votes_once"
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=False, guest=None) | Q(member=None, guest__isnull=False),
                name="vote_has_one_voter",
            ),
            models.CheckConstraint(condition=Q(value__in=(1, -1)), name="vote_is_up_or_down"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.value:+d}"
