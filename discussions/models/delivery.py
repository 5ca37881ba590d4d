"""One comment on its way to one person: into the inbox, and by mail where that is wanted."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest, Mail
from accounts.participants import Participant
from discussions.models.comment import READABLE, Comment
from discussions.models.subscription import PersonQuerySet, Subscription


class DeliveryQuerySet(PersonQuerySet["Delivery"]):
    """Deliveries, as the inbox and the worker need them."""

    def to_show(self, person: Participant) -> Self:
        """Return those of this person whose comment everybody may read now."""
        return self.of(person).filter(comment__visibility__in=READABLE)

    def due(self, now: datetime) -> Self:
        """Return those that are to be mailed by now."""
        return self.filter(state=Delivery.State.WAITING, due_at__lte=now)


class Delivery(models.Model):
    """Somebody is told of a comment: once, whatever they subscribed to, and whoever tells."""

    class Kind(models.TextChoices):
        """Why this person: the first that holds."""

        REPLY = "reply", _("a reply to you")
        MENTION = "mention", _("somebody mentions you")
        BRANCH = "branch", _("a new comment in a branch that you follow")
        ARTICLE = "article", _("a new comment in a discussion that you follow")

    class State(models.TextChoices):
        """What becomes of it by mail."""

        IN_PAGE = "in_page", _("only in the inbox")
        WAITING = "waiting", _("to be mailed")
        MAILED = "mailed", _("in a mail")
        DROPPED = "dropped", _("not mailed")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    guest = models.ForeignKey(Guest, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=8, choices=Kind)
    #: None when a preference asked for it, not a subscription.
    subscription = models.ForeignKey(Subscription, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(_("mail"), max_length=8, choices=State)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    #: The mail that it was put into; what has become of that is its `state`.
    mail = models.ForeignKey(Mail, null=True, on_delete=models.SET_NULL, related_name="deliveries")
    read_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member=None, guest__isnull=False) | Q(member__isnull=False, guest=None),
                name="delivery_is_to_one_person",
            ),
            models.UniqueConstraint(
                fields=["member", "comment"], condition=Q(member__isnull=False), name="member_is_told_of_a_comment_once"
            ),
            models.UniqueConstraint(
                fields=["guest", "comment"], condition=Q(guest__isnull=False), name="guest_is_told_of_a_comment_once"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-created_at", "-id"], name="inbox_of_a_member"),
            models.Index(fields=["guest", "-created_at", "-id"], name="inbox_of_a_guest"),
            models.Index(fields=["member"], condition=Q(read_at=None), name="unread_of_a_member"),
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="deliveries_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
