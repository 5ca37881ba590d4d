"""What the spam screen has learned, version by version."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.spam.bayes import Learned, unpacked


class SpamModelQuerySet(models.QuerySet["SpamModel"]):
    """Versions, as pages need them."""

    def light(self) -> Self:
        """Return them without what they have learned, which is large."""
        return self.defer("counts")


class SpamModel(models.Model):
    """One version. It never changes, but for which of them is in use."""

    n = models.PositiveIntegerField(_("version"), unique=True)
    is_in_use = models.BooleanField(_("in use"), default=False)
    #: Decisions that it has learned from.
    spam = models.PositiveIntegerField(_("spam"))
    fine = models.PositiveIntegerField(_("published"))
    #: The latest of them, and a hash over all of them: the same decisions make the same version.
    last_decision = models.PositiveBigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    #: Numbers that a feature can be, and how many of them it knows.
    size = models.PositiveIntegerField()
    features = models.PositiveIntegerField()
    #: Of which key the hashes are: of another one it knows nothing.
    key_mark = models.CharField(max_length=16)
    counts = models.BinaryField()
    temperature = models.FloatField()
    #: On decisions that it had not seen: {"spam": n, "fine": n, "found": n, "mistaken": n, "unknown": n}.
    held_out = models.JSONField(default=dict)
    #: Half of the share of spam found and of what was published left alone, 0 to 1. None: nothing was held out.
    accuracy = models.FloatField(_("accuracy"), null=True)
    trained_at = models.DateTimeField(_("trained"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = SpamModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the spam screen")
        verbose_name_plural = _("versions of the spam screen")
        ordering: ClassVar[list[str]] = ["-n"]
        constraints = [
            models.UniqueConstraint(fields=["is_in_use"], condition=Q(is_in_use=True), name="one_spam_model_is_in_use"),
        ]

    def __str__(self) -> str:
        return f"{self.n}"

    @property
    def learned(self) -> Learned:
        """Return what it has learned, ready to judge."""
        tried = sum(self.held_out.get(name, 0) for name in ("spam", "fine"))
        return unpacked(self.spam, self.fine, bytes(self.counts), temperature=self.temperature, tried=tried)
