"""The notice above every discussion."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """What the editors say above the comments, in one language; without a row the built-in words are shown."""

    language = models.CharField(_("language"), max_length=12, unique=True)
    body = models.TextField(_("text (Markdown)"), max_length=1000)
    html = models.TextField(editable=False, blank=True)
    is_shown = models.BooleanField(_("shown"), default=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return f"{self.language}: {self.body[:60]}"
