"""What people ask of their own data: a copy of it, and that it goes."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.guest import Guest
from accounts.models.user import User

#: How long a copy waits to be fetched. It is everything about a person in one file: no longer than needed.
KEEP_EXPORT = timedelta(days=7)


def _is_one_person(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(user=None, guest__isnull=False) | Q(user__isnull=False, guest=None), name=name
    )


class Export(models.Model):
    """A copy of everything that is stored about one person, made in the background.

    The file is in the row and not on a disk: whichever machine answers can hand it out, and it goes with the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    guest = models.ForeignKey(Guest, null=True, on_delete=models.CASCADE, related_name="+")
    #: The language that it was asked for in: of the mail, and of the words inside.
    language = models.CharField(max_length=12, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    ready_at = models.DateTimeField(_("ready"), null=True)
    content = models.BinaryField(null=True, editable=False)

    class Meta:
        verbose_name = _("copy of somebody's data")
        verbose_name_plural = _("copies of people's data")
        constraints = [_is_one_person("export_is_for_one_person")]
        indexes = [models.Index(fields=["asked_at"], name="exports_by_age")]

    def __str__(self) -> str:
        return f"export {self.pk}"

    def get_absolute_url(self) -> str:
        """Return where its owner fetches it."""
        return reverse("accounts:export", args=[self.pk])

    @property
    def person(self) -> User | Guest:
        """Return whose data it is."""
        person = self.user or self.guest
        assert person is not None, "the constraint"
        return person

    @property
    def expires_at(self) -> datetime:
        """Return when it can no longer be fetched."""
        return (self.ready_at or self.asked_at) + KEEP_EXPORT


class Erasure(models.Model):
    """Somebody wants to be forgotten. Until `due_at` they may think better of it, and the row goes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="erasure")
    guest = models.OneToOneField(Guest, null=True, on_delete=models.CASCADE, related_name="erasure")
    #: The texts stay, under "a former reader"; else they are withdrawn and their words deleted.
    keeps_texts = models.BooleanField(_("texts stay"))
    language = models.CharField(max_length=12, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("not before"))
    #: Since when it could be done and something stands in the way, which the person was told.
    waits_since = models.DateTimeField(_("waits since"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [_is_one_person("erasure_is_of_one_person")]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="erasures_to_do")]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def person(self) -> User | Guest:
        """Return who is to be forgotten."""
        person = self.user or self.guest
        assert person is not None, "the constraint"
        return person
