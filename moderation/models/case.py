"""What moderators work on."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models import Article, Comment, Section
from moderation.transitions import WAITING, State


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, as queues need them."""

    def waiting(self) -> Self:
        """Return those that nobody has decided."""
        return self.filter(state__in=WAITING)


class Case(models.Model):
    """Everything about one comment that a moderator has to look at: many reports, holds and hits are one case."""

    class Queue(models.TextChoices):
        """Why it is here; the queue that it waits in."""

        HELD = "held", _("Waiting")
        REPORTED = "reported", _("Reported")
        SAMPLED = "sampled", _("Sampled")

    class Severity(models.IntegerChoices):
        """S of the priority."""

        SAMPLED = 0, _("taken at random")
        REPORTED = 1, _("reported")
        HELD = 2, _("somebody waits for it")
        LEGAL = 3, _("notice of unlawful content or threat")

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Copies of the comment's, so that a queue is read from one table.
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(Section, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12, blank=True)

    queue = models.CharField(_("queue"), max_length=10, choices=Queue)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    #: F of the priority: independent reports, weighed.
    reports = models.FloatField(_("effective reports"), default=0)
    #: Votes and replies per hour when it was last looked at.
    activity = models.FloatField(default=0)
    #: Points that rules have added.
    raised = models.FloatField(_("raised by rules"), default=0, db_default=0)
    order_key = models.FloatField(editable=False)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    #: Why it was held, in the words that its author reads.
    hold_reason = models.CharField(max_length=500, blank=True)
    #: Its author has changed it as a moderator had asked.
    is_resubmitted = models.BooleanField(default=False)

    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    escalated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    escalation_note = models.CharField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    skip_count = models.PositiveIntegerField(default=0)
    #: Changes with every transition: whoever decides says which one they saw.
    lock_version = models.PositiveIntegerField(default=0)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("review", _("May decide appeals and what was escalated, ban and lift")),
            ("administer", _("May write guidelines, policies and rules, and read everything")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["comment"], condition=Q(state__in=sorted(WAITING)), name="comment_has_one_case_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_until=None) | Q(claimed_until__isnull=False),
                name="case_lease_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted({*WAITING, State.VOID, State.UNDONE})) | Q(decided_at__isnull=False),
                name="decided_case_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["comment", "-opened_at"], name="cases_of_a_comment"),
            models.Index(
                F("queue"), F("order_key").desc(), F("id"),
                condition=Q(state__in=[State.OPEN, State.CLAIMED]), name="queue_in_order",
            ),
            models.Index(F("order_key").desc(), F("id"), condition=Q(state=State.ESCALATED), name="escalated_in_order"),
            models.Index(F("decided_at").desc(), F("id").desc(), name="cases_lately_decided"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"case {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of its card."""
        return reverse("moderation:case", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """Return whether nobody has decided it."""
        return self.state in WAITING


class Skip(models.Model):
    """A moderator left the case to somebody else."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="skips", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("skipped case")
        verbose_name_plural = _("skipped cases")
        constraints = [models.UniqueConstraint(fields=["case", "by"], name="case_is_skipped_once_by_each")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.by_id}"


class StaffNote(models.Model):
    """What moderators tell each other about a comment or its author. Nobody else reads it."""

    comment = models.ForeignKey(Comment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    guest = models.ForeignKey("accounts.Guest", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(_("note"), max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("staff note")
        verbose_name_plural = _("staff notes")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comment__isnull=False, user=None, guest=None)
                | Q(comment=None, user__isnull=False, guest=None)
                | Q(comment=None, user=None, guest__isnull=False),
                name="staff_note_is_about_one_thing",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="staff_note_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
