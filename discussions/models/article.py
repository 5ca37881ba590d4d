"""Articles and the policy of their discussion."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Section(models.Model):
    """A part of the paper: News, Culture, Opinion."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("slug"), unique=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    """Articles, as lists need them."""

    def published(self) -> Self:
        """Return what is out, newest first."""
        return self.filter(published_at__lte=timezone.now()).select_related("section").order_by("-published_at", "-id")

    def at(self, slug: str) -> Self:
        """Return the article at this address as a set of one or none, whatever the address is made of."""
        # PostgreSQL refuses text with a NUL instead of not finding it.
        return self.none() if "\0" in slug else self.filter(slug=slug)


class Article(models.Model):
    """Something to talk about: a text of this site, or the address of a page elsewhere."""

    class Who(models.TextChoices):
        """Who may write under an article."""

        EVERYONE = "everyone", _("Guests and members")
        MEMBERS = "members", _("Members only")
        NOBODY = "nobody", _("Nobody: the discussion is closed")

    class Passages(models.TextChoices):
        """Whose passages can be commented on."""

        OFF = "off", _("Nobody's: no inline feedback")
        AUTHOR = "author", _("Those that the author asks about")
        EVERYONE = "everyone", _("Everybody's: readers choose passages themselves")

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=120, unique=True, allow_unicode=True)
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("section"))
    language = models.CharField(_("language"), max_length=12, default="en")
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = models.TextField(_("text (Markdown)"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    renderer_version = models.PositiveSmallIntegerField(editable=False, default=0)
    url = models.URLField(
        _("page elsewhere"), max_length=500, blank=True, help_text=_("Instead of a text of this site.")
    )
    byline = models.CharField(_("byline"), max_length=120, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("author's account"), help_text=_("Their comments are marked as the author's."),
    )  # fmt: skip
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    who_may_comment = models.CharField(_("who may comment"), max_length=10, choices=Who, default=Who.EVERYONE)
    passages_by = models.CharField(
        _("inline feedback"), max_length=8, choices=Passages, default=Passages.EVERYONE, db_default=Passages.EVERYONE
    )
    close_after_days = models.PositiveSmallIntegerField(
        _("close after days"), null=True, blank=True, help_text=_("Empty: stays open.")
    )
    is_locked = models.BooleanField(_("locked"), default=False, help_text=_("Stays readable; nobody writes or votes."))
    depth_shown = models.PositiveSmallIntegerField(
        _("levels shown"), default=6, validators=[MinValueValidator(1), MaxValueValidator(6)]
    )

    #: Comments that can be read (public and collapsed), kept by F() deltas; `recount` checks it.
    comment_count = models.PositiveIntegerField(editable=False, default=0)
    share_count = models.PositiveIntegerField(editable=False, default=0)

    #: Where an imported article comes from; both empty for articles of this site.
    source = models.CharField(max_length=40, blank=True, editable=False)
    source_id = models.CharField(max_length=200, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(depth_shown__range=(1, 6)), name="article_shows_one_to_six_levels"
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source=""), name="imported_article_is_imported_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="articles_newest_first"),
            # Pages elsewhere ask for their counts by address.
            models.Index(fields=["url"], name="articles_by_address"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the article's page."""
        return reverse("discussions:article", args=[self.slug])

    @property
    def closes_at(self) -> datetime | None:
        """Return when the discussion closes by itself, or None."""
        if self.close_after_days is None:
            return None
        return self.published_at + timedelta(days=self.close_after_days)

    @property
    def is_closed(self) -> bool:
        """Return whether nobody may write any more: by policy, by time or by a moderator's lock."""
        closes_at = self.closes_at
        over = closes_at is not None and closes_at <= timezone.now()
        return over or self.is_locked or self.who_may_comment == self.Who.NOBODY
