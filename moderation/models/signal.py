"""What plug-ins have said of comments, and by what texts are compared."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models import Comment
from moderation.fingerprints import BANDS
from moderation.scores.heard import Trouble


class RecordedSignal(models.Model):
    """What a plug-in said of a text when it was written."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)
    revision = models.PositiveIntegerField()
    name = models.CharField(_("plug-in"), max_length=30)
    #: 0 to 1; None: it could not say, or was not heard because of the trouble.
    value = models.FloatField(_("value"), null=True)
    version = models.CharField(_("version"), max_length=40, blank=True)
    trouble = models.CharField(max_length=10, blank=True, choices=[(it.value, it.value) for it in Trouble if it])
    #: [text, words] for each, see `scores.protocol.Reason`.
    reasons = models.JSONField(default=list)
    #: [start, end, words] for each.
    spans = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        constraints = [
            models.UniqueConstraint(fields=["comment", "revision", "name"], name="plug_in_speaks_once_of_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.comment_id}"


class Fingerprint(models.Model):
    """By what a text is recognised when it comes again; the text cannot be read from it (`moderation.fingerprints`)."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    exact = models.BigIntegerField()
    band0 = models.IntegerField()
    band1 = models.IntegerField()
    band2 = models.IntegerField()
    band3 = models.IntegerField()
    band4 = models.IntegerField()
    band5 = models.IntegerField()
    band6 = models.IntegerField()
    band7 = models.IntegerField()
    sketch = models.BinaryField(max_length=256)

    class Meta:
        verbose_name = _("fingerprint of a text")
        verbose_name_plural = _("fingerprints of texts")
        constraints = [models.UniqueConstraint(fields=["comment", "revision"], name="text_has_one_fingerprint")]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["exact"], name="fingerprints_by_exact"),
            models.Index(fields=["at"], name="fingerprints_by_time"),
            *(models.Index(fields=[f"band{i}"], name=f"fingerprints_by_band{i}") for i in range(BANDS)),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.revision}"
