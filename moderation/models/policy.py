"""How much a place or a person is read before it is shown."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models import Article, Section


class Policy(models.Model):
    """What happens to new comments: on the site, in a section, under an article, by an author. The closest applies."""

    class Mode(models.TextChoices):
        """From open to closed."""

        PUBLISH = "publish", _("Publish first")
        HOLD_FIRST = "hold_first", _("Hold first comments")
        HOLD_ALL = "hold_all", _("Hold all")
        CLOSED = "closed", _("Closed")

    section = models.OneToOneField(Section, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    article = models.OneToOneField(Article, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    author = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    mode = models.CharField(_("new comments"), max_length=10, choices=Mode)
    first_comments = models.PositiveSmallIntegerField(
        _("how many first comments"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("For “hold first comments”: an author's comments are read first until this many were published."),
    )  # fmt: skip
    most_links = models.PositiveSmallIntegerField(
        _("links without review"), null=True, blank=True, validators=[MaxValueValidator(50)],
        help_text=_("A comment with more links than this waits for a moderator. Empty: as many as they like."),
    )  # fmt: skip
    links_after = models.PositiveSmallIntegerField(
        _("free to link after"), default=5, db_default=5, validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text=_("Who has so many published comments may link as they like."),
    )  # fmt: skip
    slow_minutes = models.PositiveSmallIntegerField(
        _("when a branch gets hot: minutes between two comments"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("In a branch that gets hot, everybody then writes once in so many minutes. Empty: never."),
    )  # fmt: skip
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section=None, article=None)
                | Q(section=None, author=None)
                | Q(article=None, author=None),
                name="policy_is_for_one_place",
            ),
            models.UniqueConstraint(
                models.Value(1), condition=Q(section=None, article=None, author=None), name="site_has_one_policy",
                violation_error_message=_("The site has a policy already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.mode}"


class SectionModerator(models.Model):
    """A member who keeps some sections only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", verbose_name=_("section"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("moderator of a section")
        verbose_name_plural = _("moderators of sections")
        constraints = [models.UniqueConstraint(fields=["user", "section"], name="section_is_kept_once_by_each")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.section_id}"
