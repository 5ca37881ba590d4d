"""The record of what staff, rules and the system did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """A line of the log. Triggers refuse to change or delete it; each line carries the hash of the one before.

    Numbers instead of foreign keys: an account or a comment that goes takes nothing along. Names are looked up when the
    log is shown.
    """

    at = models.DateTimeField(_("when"))
    #: Typed, e.g. `comment.removed`; `moderation.audit.NAMES` lists them.
    name = models.CharField(_("what"), max_length=40)
    actor_id = models.BigIntegerField(_("member"), null=True)
    comment_id = models.BigIntegerField(_("comment"), null=True)
    article_id = models.BigIntegerField(_("article"), null=True)
    #: The member that it was done to.
    subject_id = models.BigIntegerField(_("to whom"), null=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [models.UniqueConstraint(fields=["previous"], name="audit_log_is_one_chain")]
        indexes = [
            models.Index(fields=["comment_id", "-id"], name="audit_of_a_comment"),
            models.Index(fields=["actor_id", "-id"], name="audit_of_an_actor"),
            models.Index(fields=["name", "-at"], name="audit_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever appends."""

    hash = models.CharField(max_length=64)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("end of the audit log")
        verbose_name_plural = _("end of the audit log")

    def __str__(self) -> str:
        return self.hash
