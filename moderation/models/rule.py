"""Rules that administrators write, their versions, what they found, and what they would have found."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from discussions.models import Comment
from moderation.rule_states import ASKED, RuleState
from moderation.rules.language import Definition
from moderation.rules.parse import parse
from moderation.rules.vocabulary import Effect


class RuleQuerySet(models.QuerySet["Rule"]):
    """Rules, as pages and screens need them."""

    def asked(self) -> Self:
        """Return those that are asked about comments: live ones and ones that are watched."""
        return self.filter(state__in=sorted(ASKED), in_force__isnull=False)


class Rule(models.Model):
    """A rule. What it says is in its versions; the one that is asked is `in_force`."""

    #: That of the latest version, for lists.
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=RuleState, default=RuleState.DRAFT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("kept by")
    )
    in_force = models.ForeignKey("RuleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    #: When `in_force` was last put in force: a young rule pauses itself when it hits too often.
    in_force_at = models.DateTimeField(null=True, blank=True)
    #: Why it is paused, in words; empty when it is not.
    paused_because = models.CharField(max_length=300, blank=True)
    #: When the administrators were last mailed of a hit.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: Which of the starter rules it began as; empty for one of the site's own.
    starter = models.CharField(max_length=30, blank=True, editable=False, default="", db_default="")

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering: ClassVar[list[str]] = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=sorted(ASKED)) | Q(in_force__isnull=False, in_force_at__isnull=False),
                name="rule_that_is_asked_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("moderation:rule", args=[self.pk])


class RuleVersion(models.Model):
    """What a rule says. It never changes but for the second signature; hits and backtests point at it."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions", db_index=False)
    n = models.PositiveIntegerField(_("version"))
    #: Validated JSON, see `moderation.rules.parse`.
    definition = models.JSONField(_("definition"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("version of a rule")
        verbose_name_plural = _("versions of rules")
        ordering: ClassVar[list[str]] = ["rule", "-n"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "n"], name="rule_version_has_its_own_number"),
            models.CheckConstraint(
                condition=Q(by=None) | Q(signed_by=None) | ~Q(by=F("signed_by")), name="rule_is_signed_by_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}.{self.n}"

    @property
    def parsed(self) -> Definition:
        """Return what it says. Raises `NotARule` when an upgrade of the software has taken something away."""
        return parse(self.definition)


class RuleHit(models.Model):
    """A rule fits a text that somebody has written."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="hits", db_index=False)
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="hits")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    #: What had happened: one of `moderation.rules.vocabulary.EVENTS`.
    event = models.CharField(max_length=6, default="post", db_default="post")
    #: The rule was live. What a watched rule says is written down and has no effect.
    is_live = models.BooleanField()
    #: False: something that it asks for was not known, so it could only raise.
    is_certain = models.BooleanField(default=True)
    #: It is why the comment was held.
    has_held = models.BooleanField(default=False)
    effect = models.CharField(max_length=12, choices=[(effect.value, effect.value) for effect in Effect])
    #: [field, start, end, words] for each place.
    marks = models.JSONField(default=list)
    #: [name, argument] for each thing that it did.
    actions = models.JSONField(default=list)
    reverted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("hit of a rule")
        verbose_name_plural = _("hits of rules")
        constraints = [
            models.UniqueConstraint(fields=["comment", "revision", "version"], name="rule_hits_a_text_once"),
        ]
        indexes = [models.Index(fields=["rule", "-at"], name="hits_of_a_rule")]

    def __str__(self) -> str:
        return f"{self.rule_id} #{self.comment_id}"


class Backtest(models.Model):
    """What one version of a rule would have done to comments that are there."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", pgettext_lazy("backtest", "done")
        FAILED = "failed", _("failed")

    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="backtests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: Comments of so many days, the latest first, and at most so many.
    days = models.PositiveIntegerField(_("days"))
    at_most = models.PositiveIntegerField(_("at most"))
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    scanned = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    #: Of the matches, the share that people had taken down; None when nothing matched.
    precision = models.FloatField(null=True)
    #: The rest of the figures, see `moderation.backtest`.
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("backtest")
        verbose_name_plural = _("backtests")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"
