"""What people are told about decisions."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest
from moderation.models.appeal import Appeal
from moderation.models.decision import Decision
from moderation.models.sanction import Sanction


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications, as pages need them."""

    def to(self, participant: Any, now: Any = None) -> Self:
        """Return those to this member or guest that may be read at `now`; `core.kept` asks with its places."""
        rows = self.filter(guest=participant) if isinstance(participant, Guest) else self.filter(user=participant)
        return rows.filter(due_at__lte=now or timezone.now(), cancelled_at=None)

    def to_mail(self) -> Self:
        """Return those that are due and have not gone out by mail."""
        return self.filter(due_at__lte=timezone.now(), cancelled_at=None, mailed_at=None)


class Notification(models.Model):
    """One thing that one person is told, in the page and by mail. Written with what it tells of, it is never lost."""

    class Kind(models.TextChoices):
        """What it tells."""

        DECISION = "decision", _("a decision about your comment")
        REPORT = "report", _("the outcome of your report")
        SANCTION = "sanction", _("a measure about you")
        LIFTED = "lifted", _("a measure that has ended")
        APPEAL = "appeal", _("the outcome of an appeal")
        MESSAGE = "message", _("a message about your appeal")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    guest = models.ForeignKey(Guest, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.CASCADE, related_name="notifications")
    sanction = models.ForeignKey(Sanction, null=True, on_delete=models.CASCADE, related_name="notifications")
    appeal = models.ForeignKey(Appeal, null=True, on_delete=models.CASCADE, related_name="notifications")
    created_at = models.DateTimeField(default=timezone.now)
    #: Nobody is told before: a decision can be undone for a minute.
    due_at = models.DateTimeField()
    #: When it was mailed, or found to have no address to go to.
    mailed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering: ClassVar[list[str]] = ["-due_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, guest__isnull=False) | Q(user__isnull=False, guest=None),
                name="notification_is_to_one_person",
            ),
            models.UniqueConstraint(
                fields=["decision", "user", "kind"],
                condition=Q(kind__in=["decision", "report"], user__isnull=False),
                name="member_is_told_once_of_a_decision",
            ),
            models.UniqueConstraint(
                fields=["decision", "guest", "kind"],
                condition=Q(kind__in=["decision", "report"], guest__isnull=False),
                name="guest_is_told_once_of_a_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-due_at"], name="notifications_of_a_member"),
            models.Index(fields=["guest", "-due_at"], name="notifications_of_a_guest"),
            models.Index(
                fields=["due_at"], condition=Q(mailed_at=None, cancelled_at=None), name="notifications_to_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
