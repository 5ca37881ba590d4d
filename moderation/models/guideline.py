"""The numbered guidelines of the site: ordered, versioned, translated."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DsaCategory(models.TextChoices):
    """Categories of the EU's database of statements of reasons, without the `STATEMENT_CATEGORY_` before each."""

    OTHER_VIOLATION_TC = "OTHER_VIOLATION_TC", _("Other violation of the terms of the site")
    ILLEGAL_OR_HARMFUL_SPEECH = "ILLEGAL_OR_HARMFUL_SPEECH", _("Illegal or harmful speech")
    CYBER_VIOLENCE = "CYBER_VIOLENCE", _("Cyber violence")
    CYBER_VIOLENCE_AGAINST_WOMEN = "CYBER_VIOLENCE_AGAINST_WOMEN", _("Cyber violence against women")
    VIOLENCE = "VIOLENCE", _("Violence")
    SELF_HARM = "SELF_HARM", _("Self-harm")
    PROTECTION_OF_MINORS = "PROTECTION_OF_MINORS", _("Protection of minors")
    DATA_PROTECTION_AND_PRIVACY_VIOLATIONS = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", _("Data protection and privacy")
    SCAMS_AND_FRAUD = "SCAMS_AND_FRAUD", _("Scams and fraud")
    CONSUMER_INFORMATION = "CONSUMER_INFORMATION", _("Consumer information")
    INTELLECTUAL_PROPERTY_INFRINGEMENTS = "INTELLECTUAL_PROPERTY_INFRINGEMENTS", _("Intellectual property")
    NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS = (
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        _("Negative effects on civic discourse or elections"),
    )
    RISK_FOR_PUBLIC_SECURITY = "RISK_FOR_PUBLIC_SECURITY", _("Risk for public security")
    UNSAFE_AND_PROHIBITED_PRODUCTS = "UNSAFE_AND_PROHIBITED_PRODUCTS", _("Unsafe and prohibited products")
    ANIMAL_WELFARE = "ANIMAL_WELFARE", _("Animal welfare")
    NOT_SPECIFIED_NOTICE = "NOT_SPECIFIED_NOTICE", _("Not specified in the notice")


class Guideline(models.Model):
    """One guideline. What it says is in its versions; the number is its place, the slug its name for good."""

    number = models.PositiveSmallIntegerField(_("number"), help_text=_("Its place on the page."))
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    retired_at = models.DateTimeField(
        _("retired"), null=True, blank=True, help_text=_("It has left the page; its history stays.")
    )
    dsa_category = models.CharField(
        _("category of the Digital Services Act"), max_length=60, choices=DsaCategory, blank=True, default="",
        db_default="", help_text=_("What the statement of reasons calls it; empty: another violation of the terms."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("guideline")
        verbose_name_plural = _("guidelines")
        ordering: ClassVar[list[str]] = ["number", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="guidelines_count_from_one"),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(retired_at=None),
                name="guideline_has_its_own_number",
                violation_error_message=_("Another guideline has this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.slug}"

    def get_absolute_url(self) -> str:
        """Return the address of its history."""
        return reverse("moderation:guideline", args=[self.slug])


class GuidelineVersionQuerySet(models.QuerySet["GuidelineVersion"]):
    """Versions, as pages need them."""

    def in_force(self, at: datetime | None = None) -> Self:
        """Return the version of each guideline that applies at `at` (now): the latest written of those in effect.

        A version that was announced for a later day and overtaken by a newer one never applies.
        """
        at = at or timezone.now()
        newest = GuidelineVersion.objects.filter(guideline=OuterRef("guideline"), effective_at__lte=at).order_by("-n")
        in_use = Q(guideline__retired_at=None) | Q(guideline__retired_at__gt=at)
        return self.filter(in_use, pk=Subquery(newest.values("pk")[:1]))


class GuidelineVersion(models.Model):
    """A version of a guideline. Decisions point at the one that applied, so it never changes and never goes."""

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="versions")
    n = models.PositiveIntegerField(_("version"))
    effective_at = models.DateTimeField(_("in effect from"), default=timezone.now)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = GuidelineVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a guideline")
        verbose_name_plural = _("versions of guidelines")
        ordering: ClassVar[list[str]] = ["guideline", "-n"]
        constraints = [
            models.UniqueConstraint(fields=["guideline", "n"], name="guideline_version_has_its_own_number"),
            models.CheckConstraint(condition=Q(n__gte=1), name="guideline_versions_count_from_one"),
            models.CheckConstraint(condition=Q(n=1) | ~Q(note=""), name="guideline_change_says_what_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.guideline_id}.{self.n}"


class GuidelineText(models.Model):
    """What a version says in one language."""

    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(_("language"), max_length=12)
    title = models.CharField(_("in one line"), max_length=120)
    body = models.TextField(_("text (Markdown)"), max_length=2000)
    html = models.TextField(editable=False)
    #: What a moderator tells an author by default; they may change it for each decision.
    author_note = models.CharField(_("what to tell the author"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("wording of a guideline")
        verbose_name_plural = _("wordings of guidelines")
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="guideline_is_worded_once_per_language"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="guideline_wording_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title
