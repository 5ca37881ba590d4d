"""What rules have done that goes on, and what asking them costs."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models import Comment
from moderation.models.rule import Rule, RuleHit
from moderation.models.sanction import Sanction


class RuleMeasureQuerySet(models.QuerySet["RuleMeasure"]):
    """Measures, as screens and pages need them."""

    def active(self, at: datetime | None = None) -> Self:
        """Return those that apply at `at` (now)."""
        return self.filter(ended_at=None, until__gt=at or timezone.now())


class RuleMeasure(models.Model):
    """A rule has slowed or closed a branch, or has an author read first. Each has an end, and can be taken back."""

    class Kind(models.TextChoices):
        """The names of the actions that last."""

        SLOW = "slow", _("branch slowed down")
        CLOSE = "close_thread", _("branch closed")
        PREMODERATE = "premoderate_author", _("author read first")

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="measures")
    #: A text that is erased takes its measure along; a sanction and a lock then stay as the staff find them.
    hit = models.ForeignKey(RuleHit, on_delete=models.CASCADE, related_name="measures", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    #: The first comment of the branch that is slowed or closed.
    branch = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    #: Minutes between two comments of a person, where it is slowed.
    minutes = models.PositiveSmallIntegerField(null=True)
    sanction = models.ForeignKey(Sanction, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    #: It ended: by its time, or because somebody took it back.
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RuleMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure of a rule")
        verbose_name_plural = _("measures of rules")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["hit", "kind"], name="rule_does_each_thing_once"),
            models.CheckConstraint(
                condition=Q(kind="premoderate_author", sanction__isnull=False, branch=None)
                | (~Q(kind="premoderate_author") & Q(sanction=None, branch__isnull=False)),
                name="rule_measure_is_about_a_branch_or_an_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.kind}"


class NetworkTrace(models.Model):
    """A comment came from a network. Kept only while a rule counts by network, and for as long as one can count."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, primary_key=True, related_name="+")
    #: A keyed hash, see `moderation.networks`.
    network = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("network of a comment")
        verbose_name_plural = _("networks of comments")
        indexes = [models.Index(fields=["network"], name="comments_of_a_network")]

    def __str__(self) -> str:
        return f"#{self.comment_id}"


class RuleDay(models.Model):
    """How long a rule took on one day, of the comments that were looked at for it."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    #: How often it took so long, by `moderation.rule_times.step_of`.
    times = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("day of a rule")
        verbose_name_plural = _("days of rules")
        constraints = [models.UniqueConstraint(fields=["rule", "day"], name="rule_has_a_day_once")]
        indexes = [models.Index(fields=["day"], name="rule_days")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.day}"
