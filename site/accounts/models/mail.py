"""Mails that went out, or did not, and addresses that no mail gets to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.guest import Guest


class Mail(models.Model):
    """One mail to one person, and what has become of it. No address and no word of it is kept here."""

    class Kind(models.TextChoices):
        """What the mail is about."""

        COMMENTS = "comments", _("new comments")
        CONFIRM = "confirm", _("confirm a subscription")
        GUEST_LINK = "guest_link", _("confirm a guest's address")
        MODERATION = "moderation", _("a decision of the house")
        ACCOUNT = "account", _("one's own data")

    class State(models.TextChoices):
        """How far it got. Sent and suppressed are for good; one that failed is tried again."""

        QUEUED = "queued", _("waiting")
        SENT = "sent", _("taken by the mail server")
        SUPPRESSED = "suppressed", _("not sent")
        FAILED = "failed", _("failed, to be tried again")

    #: Left of the @ in the Message-ID: the same for every try, so a repeat can be recognised, here and there.
    key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(_("about"), max_length=12, choices=Kind)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    guest = models.ForeignKey(Guest, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    #: Why not, in the mail server's words or ours, without addresses.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(member=None) | Q(guest=None), name="mail_is_to_one_person"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="only_a_sent_mail_has_a_time_of_sending",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-created_at"], name="mails_of_a_member"),
            models.Index(fields=["guest", "-created_at"], name="mails_of_a_guest"),
            models.Index(fields=["created_at"], name="mails_by_age"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_over(self) -> bool:
        """Return whether nothing more is to be done about it."""
        return self.state in (self.State.SENT, self.State.SUPPRESSED)


class RefusedAddress(models.Model):
    """An address that its mail server said it does not know. Only a digest is kept: it answers, it does not list."""

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=300)
    refused_at = models.DateTimeField(_("refused"), default=timezone.now)

    class Meta:
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")

    def __str__(self) -> str:
        return self.reason
