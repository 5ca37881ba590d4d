"""Passages of an article: words that comments are about, and where they are in each of its texts."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest
from discussions.models.article import Article

EXACT_LENGTH, QUESTION_LENGTH = 600, 300
#: Changed words may be twice as long and a little more; see `discussions.passages.anchor`.
NOW_LENGTH = 1300


class ArticleRevision(models.Model):
    """An article's canonical text as it stood for a time; offsets of passages belong to one of these."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="text_revisions", db_index=False)
    number = models.PositiveIntegerField()
    #: The version of `discussions.passages.canon` that made the text.
    canon_version = models.PositiveSmallIntegerField()
    text = models.TextField()
    #: SHA-256 of the text, and of the HTML it was made of.
    sha256 = models.CharField(max_length=64)
    html_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("text of an article")
        verbose_name_plural = _("texts of articles")
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="text_of_an_article_has_its_own_number")
        ]

    def __str__(self) -> str:
        return f"{self.article_id}.{self.number}"


class PassageStatus(models.TextChoices):
    """What became of a passage when the article was edited."""

    ANCHORED = "anchored", _("in its place")
    MOVED = "moved", _("moved")
    EDITED = "edited", _("changed")
    ORPHANED = "orphaned", _("no longer in the article")
    DETACHED = "detached", _("detached by a moderator")


#: The passage has a place in the article's text.
PLACED = (PassageStatus.ANCHORED, PassageStatus.MOVED, PassageStatus.EDITED)


class Passage(models.Model):
    """Words of an article that somebody commented on, or that its author asks about.

    `exact` is what the first commenter saw and never changes; `now` is what stands there today, empty without a place.
    `start` and `end` are code points of `at_revision`, the newest text in which the passage was found.
    """

    class Kind(models.TextChoices):
        """Who marked it."""

        READER = "reader", _("chosen by a reader")
        AUTHOR = "author", _("asked by the author")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="passages", db_index=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.READER)
    #: The id in the author's mark, and what is asked; empty for a reader's passage.
    mark = models.CharField(_("mark"), max_length=40, blank=True)
    question = models.CharField(_("question"), max_length=QUESTION_LENGTH, blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    guest = models.ForeignKey(Guest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    status = models.CharField(_("status"), max_length=8, choices=PassageStatus, default=PassageStatus.ANCHORED)
    #: Of the last time it was looked for: from 0 to 1, and how it was found.
    confidence = models.FloatField(default=1.0)
    method = models.CharField(max_length=12, blank=True)
    at_revision = models.ForeignKey(ArticleRevision, on_delete=models.RESTRICT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.CharField(_("words"), max_length=EXACT_LENGTH)
    now = models.CharField(_("words now"), max_length=NOW_LENGTH, blank=True)
    prefix = models.CharField(max_length=64, blank=True)
    suffix = models.CharField(max_length=64, blank=True)
    origin_revision = models.ForeignKey(ArticleRevision, on_delete=models.RESTRICT, related_name="+")
    origin_start = models.PositiveIntegerField()
    origin_end = models.PositiveIntegerField()
    #: Where the words of an orphan may be in the newest text, for a moderator to say.
    suggested_start = models.PositiveIntegerField(null=True, blank=True)
    suggested_end = models.PositiveIntegerField(null=True, blank=True)
    #: It can be read; nobody begins another thread on it.
    is_locked = models.BooleanField(_("locked"), default=False)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            models.UniqueConstraint(fields=["article", "mark"], condition=~Q(mark=""), name="mark_is_one_passage"),
            models.CheckConstraint(
                condition=Q(end__gt=F("start"), origin_end__gt=F("origin_start")), name="passage_has_words"
            ),
            models.CheckConstraint(
                condition=Q(suggested_start=None, suggested_end=None) | Q(suggested_end__gt=F("suggested_start")),
                name="suggested_passage_has_words",
            ),
            models.CheckConstraint(
                condition=Q(member=None) | Q(guest=None), name="passage_is_by_a_member_or_by_a_guest"
            ),
        ]
        indexes = [models.Index(fields=["article", "start"], name="passages_of_an_article")]

    def __str__(self) -> str:
        return self.exact[:60]

    @property
    def is_placed(self) -> bool:
        """Return whether it has a place in the article's text."""
        return self.status in PLACED


class PassageHistory(models.Model):
    """Where a passage was in one text of its article, and how sure that is."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="history", db_index=False)
    revision = models.ForeignKey(ArticleRevision, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=PassageStatus)
    confidence = models.FloatField()
    #: Who decided it; empty when the site did.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("place of a passage")
        verbose_name_plural = _("places of passages")
        indexes = [models.Index(fields=["passage", "id"], name="places_of_a_passage")]

    def __str__(self) -> str:
        return f"{self.passage_id}: {self.status}"
