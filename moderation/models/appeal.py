"""Asking somebody else to look again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest
from moderation.models.decision import Decision
from moderation.models.sanction import Sanction


class Appeal(models.Model):
    """An appeal against a decision or a sanction; one each, decided by somebody who did not decide first."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("open")
        UPHELD = "upheld", _("upheld")
        OVERTURNED = "overturned", _("overturned")

    class Cause(models.TextChoices):
        """Why a decision did not hold."""

        RULE = "rule", _("a rule matched what it should not")
        WORDING = "wording", _("the guideline can be read both ways")
        MISTAKE = "mistake", _("a mistake")
        CONTEXT = "context", _("the context was missing")

    decision = models.OneToOneField(Decision, null=True, on_delete=models.PROTECT, related_name="appeal")
    sanction = models.OneToOneField(Sanction, null=True, on_delete=models.PROTECT, related_name="appeal")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    guest = models.ForeignKey(Guest, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(_("your appeal"), max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    first_decider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: What the second person thought before they saw the first one's reasons.
    leaning = models.CharField(max_length=10, blank=True, choices=State)
    leaning_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    cause = models.CharField(_("cause"), max_length=10, blank=True, choices=Cause)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=None, sanction__isnull=False) | Q(decision__isnull=False, sanction=None),
                name="appeal_is_against_one_thing",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("first_decider")), name="appeal_has_a_second_person"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="decided_appeal_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="overturned") | ~Q(cause=""), name="overturned_appeal_has_a_cause"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_says_something"),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(state="open"), name="open_appeals")]

    def __str__(self) -> str:
        return f"appeal {self.pk}"


class AppealMessage(models.Model):
    """A line of the conversation between who appeals and staff."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="messages")
    #: None: who appeals.
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("message"), max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message in an appeal")
        verbose_name_plural = _("messages in appeals")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="appeal_message_says_something")]

    def __str__(self) -> str:
        return self.text[:60]
