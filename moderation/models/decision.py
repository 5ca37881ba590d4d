"""What moderators decide."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models import Comment, Visibility
from moderation.models.case import Case
from moderation.models.guideline import GuidelineVersion


class Outcome(models.TextChoices):
    """One question with one polarity, for held, reported and sampled comments alike."""

    PUBLISH = "publish", _("Publish")
    RETURN = "return", _("Return for edit")
    REMOVE = "remove", _("Remove")
    COLLAPSE = "collapse", _("Collapse")


#: What readers see after each outcome.
VISIBILITY: dict[str, Visibility] = {
    Outcome.PUBLISH: Visibility.PUBLIC,
    Outcome.RETURN: Visibility.HELD,
    Outcome.REMOVE: Visibility.REMOVED,
    Outcome.COLLAPSE: Visibility.COLLAPSED,
}


class Decision(models.Model):
    """An outcome with its reason. It is never changed: it can be undone for a minute, or overturned on appeal."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+", db_index=False)
    #: The text that was judged.
    revision = models.PositiveIntegerField()
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    guideline_version = models.ForeignKey(
        GuidelineVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("guideline"),
    )  # fmt: skip
    #: The words that the guideline was broken by, as they stood; empty: the whole comment.
    span = models.CharField(_("the words in question"), max_length=600, blank=True)
    #: Told to the author: why, and what would make it publishable.
    note = models.CharField(_("reason"), max_length=1000, blank=True)
    internal_note = models.CharField(_("note for staff"), max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: Seconds between the card and the decision; None when the decision was made elsewhere.
    seconds = models.FloatField(null=True, blank=True)
    visibility_before = models.CharField(max_length=10, choices=Visibility)
    #: Until then it can be undone, and nobody is told.
    final_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    #: The decision that an appeal put this one in the place of.
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(undone_at=None, supersedes=None), name="case_is_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.PUBLISH) | (Q(guideline_version__isnull=False) & ~Q(note="")),
                name="restriction_names_guideline_and_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["comment", "-created_at"], name="decisions_on_a_comment"),
            models.Index(fields=["-created_at"], name="decisions_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} #{self.comment_id}"

    @property
    def is_undoable(self) -> bool:
        """Return whether it can still be taken back without anybody having been told."""
        return self.undone_at is None and self.supersedes_id is None and timezone.now() < self.final_at

    @property
    def is_restrictive(self) -> bool:
        """Return whether it took something from the author."""
        return self.outcome != Outcome.PUBLISH
