"""Who wants to be told of which comments, and what they do not want to hear of."""

from __future__ import annotations

from typing import ClassVar, Generic, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest, MailFrequency
from accounts.participants import Participant
from discussions.models.article import Article
from discussions.models.comment import Comment

_ONE_PERSON = Q(member=None, guest__isnull=False) | Q(member__isnull=False, guest=None)


Row = TypeVar("Row", bound=models.Model)


class PersonQuerySet(models.QuerySet[Row], Generic[Row]):
    """Rows that belong to a member or to a guest."""

    def of(self, person: Participant) -> Self:
        """Return those of this member or guest."""
        return self.filter(guest=person) if isinstance(person, Guest) else self.filter(member=person)


class SubscriptionQuerySet(PersonQuerySet["Subscription"]):
    """Subscriptions, as the fan-out needs them."""

    def active(self) -> Self:
        """Return those that tell: confirmed, not paused, not ended."""
        return self.filter(confirmed_at__isnull=False, paused_at=None, ended_at=None)


class Subscription(models.Model):
    """One person wants to be told of new comments somewhere. An ended one stays, so that ending can be undone."""

    class Scope(models.TextChoices):
        """Of which comments."""

        ARTICLE = "article", _("new follow-up comments")
        REPLIES = "replies", _("new replies to my comments")
        BRANCH = "branch", _("new comments in one branch")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    guest = models.ForeignKey(Guest, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    #: The top of the branch.
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    scope = models.CharField(_("of"), max_length=8, choices=Scope)
    frequency = models.CharField(_("how often"), max_length=12, choices=MailFrequency)
    #: Of the page on which it was made: a guest has no other.
    language = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: A member's at once, a guest's when the link in the mail was opened and its button pressed.
    confirmed_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=_ONE_PERSON, name="subscription_is_of_one_person"),
            models.CheckConstraint(
                condition=Q(scope="branch", comment__isnull=False) | (~Q(scope="branch") & Q(comment=None)),
                name="only_a_branch_has_a_top",
            ),
            models.UniqueConstraint(
                fields=["member", "article", "scope"], condition=Q(comment=None, member__isnull=False),
                name="member_follows_an_article_once",
            ),
            models.UniqueConstraint(
                fields=["guest", "article", "scope"], condition=Q(comment=None, guest__isnull=False),
                name="guest_follows_an_article_once",
            ),
            models.UniqueConstraint(
                fields=["member", "comment"], condition=Q(comment__isnull=False, member__isnull=False),
                name="member_follows_a_branch_once",
            ),
            models.UniqueConstraint(
                fields=["guest", "comment"], condition=Q(comment__isnull=False, guest__isnull=False),
                name="guest_follows_a_branch_once",
            ),
        ]  # fmt: skip
        indexes = [
            # A batch of the fan-out: those of one article or branch, in the order of their ids.
            models.Index(fields=["article", "scope", "id"], name="followers_of_an_article"),
            models.Index(fields=["comment", "id"], condition=Q(comment__isnull=False), name="followers_of_a_branch"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.pk}"

    @property
    def person(self) -> Participant:
        """Return the member or guest whom it is for."""
        person = self.member or self.guest
        assert person is not None
        return person

    @property
    def tells(self) -> bool:
        """Return whether it is confirmed and neither paused nor ended."""
        return self.confirmed_at is not None and self.paused_at is None and self.ended_at is None


class MuteQuerySet(PersonQuerySet["Mute"]):
    """Mutes."""


class Mute(models.Model):
    """What one person gets no mail about: an article, a branch, or what somebody writes. The inbox shows it still."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    guest = models.ForeignKey(Guest, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    article = models.ForeignKey(Article, null=True, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    guest_writer = models.ForeignKey(Guest, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = MuteQuerySet.as_manager()

    class Meta:
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=_ONE_PERSON, name="mute_is_of_one_person"),
            models.CheckConstraint(
                condition=Q(article__isnull=False, comment=None, writer=None, guest_writer=None)
                | Q(article=None, comment__isnull=False, writer=None, guest_writer=None)
                | Q(article=None, comment=None, writer__isnull=False, guest_writer=None)
                | Q(article=None, comment=None, writer=None, guest_writer__isnull=False),
                name="mute_silences_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    fields=[whose, what],
                    condition=Q(**{f"{whose}__isnull": False, f"{what}__isnull": False}),
                    name=f"{whose}_mutes_{what}_once",
                )
                for whose in ("member", "guest")
                for what in ("article", "comment", "writer", "guest_writer")
            ),
        ]

    def __str__(self) -> str:
        return f"mute {self.pk}"
