"""What readers tell moderators."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest
from discussions.models import Comment
from moderation.models.case import Case
from moderation.models.guideline import Guideline


class Report(models.Model):
    """A reader says which guideline a comment breaks. It orders the queue; it hides nothing."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="report_rows")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+", db_index=False)
    #: The text that was reported.
    revision = models.PositiveIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    guest = models.ForeignKey(Guest, null=True, on_delete=models.SET_NULL, related_name="+")
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: How much it weighed when it was made: the reporter's record, 0 to 1.
    weight = models.FloatField()
    #: Keyed hash of the reporter's network, to see reports that come from one place; it cannot be turned back.
    network = models.CharField(max_length=32, blank=True)
    #: Whether the decision agreed; None until there is one.
    agreed = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "revision", "user"], condition=Q(user__isnull=False),
                name="member_reports_a_text_once",
            ),
            models.UniqueConstraint(
                fields=["comment", "revision", "guest"], condition=Q(guest__isnull=False),
                name="guest_reports_a_text_once",
            ),
            models.CheckConstraint(condition=Q(user=None) | Q(guest=None), name="report_is_by_a_member_or_by_a_guest"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"report {self.pk}"


def _receipt() -> str:
    # Read over the telephone: no letters that look alike. 32^12 codes cannot be guessed at one a second.
    return "".join(secrets.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _i in range(12))


class UnlawfulNotice(models.Model):
    """Somebody, with or without an account, says that a comment breaks the law (Digital Services Act, article 16)."""

    receipt = models.CharField(_("receipt"), max_length=12, unique=True, default=_receipt, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(max_length=12, blank=True)
    explanation = models.TextField(_("why it is unlawful"), max_length=2000)
    #: The good-faith statement that the law asks for.
    is_sincere = models.BooleanField()
    key = models.UUIDField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: When the outcome was mailed; None before, and for notices without an address.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice of unlawful content")
        verbose_name_plural = _("notices of unlawful content")
        constraints = [
            models.CheckConstraint(condition=Q(is_sincere=True), name="unlawful_notice_is_made_in_good_faith"),
            models.CheckConstraint(condition=~Q(explanation=""), name="unlawful_notice_explains"),
        ]

    def __str__(self) -> str:
        return self.receipt
