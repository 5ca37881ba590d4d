"""What the author of a question is told when an edit does something to the words it is about."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest
from accounts.participants import Participant
from discussions.models.passage import Passage, PassageHistory, PassageStatus


class PromptNoticeQuerySet(models.QuerySet["PromptNotice"]):
    """Notices, as the inbox needs them."""

    def to_show(self, person: Participant) -> Self:
        """Return what this person was told, without what was undone before they read it."""
        if isinstance(person, Guest):
            return self.none()
        return self.filter(member=person).exclude(read_at=None, before=F("passage__status"))


class PromptNotice(models.Model):
    """One person is told once that a question's words are elsewhere, others, or gone.

    What happens until they read it changes this row instead of adding one: they are told of the difference between
    what they knew and what is.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+", db_index=False)
    #: The newest change it tells of. A change is told of once.
    place = models.OneToOneField(PassageHistory, on_delete=models.CASCADE, related_name="+")
    #: As the person knew it.
    before = models.CharField(max_length=8, choices=PassageStatus)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = PromptNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice about a question")
        verbose_name_plural = _("notices about questions")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["passage"], condition=Q(read_at=None), name="question_has_one_unread_notice"
            )
        ]
        indexes = [
            models.Index(fields=["member", "-created_at", "-id"], name="question_notices_of_a_member"),
            models.Index(fields=["passage", "-id"], name="notices_of_a_question"),
        ]

    def __str__(self) -> str:
        return f"{self.passage_id}: {self.before} …"
