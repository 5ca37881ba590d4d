"""What must follow a commit, written with it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Outbox(models.Model):
    """Something to do once the transaction that wrote the row has committed; `core.outbox` does it.

    A row that a process was working on when it died becomes due again by itself, so what it does may be done twice:
    handlers have to be idempotent, and get `event` to recognise a repeat by.
    """

    class Urgency(models.IntegerChoices):
        """What goes first when much is to be done."""

        NOW = 0, _("somebody waits for it")
        SOON = 1, _("ordinary")
        LATER = 2, _("digests and statistics")

    event = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(_("topic"), max_length=40)
    payload = models.JSONField(_("facts"), default=dict)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.SOON)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    #: Not before; while somebody works on it, the time after which somebody else may.
    next_at = models.DateTimeField(_("next try"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    #: Given up: a person has to look.
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)
    #: Of the request that wrote the row: its log lines and those of the task are found together.
    request_id = models.CharField(_("request"), max_length=64, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name = _("task of the outbox")
        verbose_name_plural = _("outbox")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(failed_at=None), name="outbox_task_ends_once")
        ]
        indexes = [
            models.Index(
                fields=["urgency", "next_at", "id"], condition=Q(done_at=None, failed_at=None), name="outbox_to_do"
            ),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="outbox_done"),
            # What a monitoring system asks for every few seconds, among the done rows of a week.
            models.Index(fields=["topic"], condition=Q(failed_at__isnull=False), name="outbox_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class LastRun(models.Model):
    """When a task of the schedule was last begun, on a site without Redis: whoever moves the time on, runs it."""

    name = models.CharField(_("entry of the schedule"), max_length=100, primary_key=True)
    at = models.DateTimeField(_("begun"), default=timezone.now)

    class Meta:
        verbose_name = _("run of the schedule")
        verbose_name_plural = _("runs of the schedule")

    def __str__(self) -> str:
        return self.name
