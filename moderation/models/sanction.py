"""What may follow for a person."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest
from accounts.participants import Participant
from moderation.models.decision import Decision
from moderation.models.guideline import GuidelineVersion


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Sanctions, as screens need them."""

    def against(self, participant: Participant) -> Self:
        """Return those of this member or guest."""
        return self.filter(guest=participant) if isinstance(participant, Guest) else self.filter(user=participant)

    def active(self, at: datetime | None = None) -> Self:
        """Return those that apply at `at` (now): not lifted, not over, and a warning until it is acknowledged."""
        at = at or timezone.now()
        return self.filter(Q(until=None) | Q(until__gt=at), lifted_at=None).exclude(
            kind=Sanction.Kind.WARNING, acknowledged_at__isnull=False
        )


class Sanction(models.Model):
    """A step of the ladder, with its reason and its end. There is none that its person does not know of."""

    class Kind(models.TextChoices):
        """The ladder."""

        WARNING = "warning", _("Warning")
        PREMODERATION = "premoderation", _("Comments are read first")
        MUTE = "mute", _("Cannot write")
        BAN = "ban", _("Cannot take part")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    guest = models.ForeignKey(Guest, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    guideline_version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("guideline")
    )
    reason = models.CharField(_("reason"), max_length=1000)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: None: until somebody lifts it.
    until = models.DateTimeField(_("until"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lift_reason = models.CharField(max_length=1000, blank=True)
    #: Of a ban in force: a keyed hash of the person's mailbox (`moderation.evasion`), forgotten when the ban ends.
    address_hash = models.CharField(max_length=64, blank=True, editable=False, default="", db_default="")

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, guest__isnull=False) | Q(user__isnull=False, guest=None),
                name="sanction_is_for_one_person",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="sanction_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=["warning", "ban"]) | Q(until__isnull=False), name="only_bans_have_no_end"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="lifted_sanction_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(user=None) | ~Q(user=models.F("by")), name="nobody_sanctions_themselves"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="sanctions_of_a_member"),
            models.Index(fields=["guest", "-created_at"], name="sanctions_of_a_guest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
