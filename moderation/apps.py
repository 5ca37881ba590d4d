"""The house is kept here."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """Guidelines, reports, cases, decisions, sanctions, appeals and the audit log."""

    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        """Listen to `discussions`, to `accounts` and to `migrate`."""
        from moderation import deliveries, metrics, receivers  # noqa: F401 — importing registers
        from moderation.demo import receivers as _demo  # noqa: F401 — importing connects

        post_migrate.connect(receivers.make_groups, sender=self, dispatch_uid="moderation.make_groups")
