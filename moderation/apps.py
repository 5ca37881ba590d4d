"""The house is kept here."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """Guidelines, and later reports, cases and decisions."""

    name = "moderation"
    verbose_name = _("Moderation")
