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
        """Listen to `discussions`, to `accounts` and to `migrate`; say what is kept of people."""
        from accounts.models.questions import ask_with_member
        from accounts.privacy import register_erasure, register_export, register_obstacle, register_sweep
        from moderation import deliveries, metrics, receivers  # noqa: F401 — importing registers
        from moderation.actions import erase, forget
        from moderation.demo import receivers as _demo  # noqa: F401 — importing connects
        from moderation.queries import own_data
        from moderation.screening import SANCTIONED, is_sanctioned

        ask_with_member(SANCTIONED, is_sanctioned)
        for part in (
            "reports",
            "notices",
            "notifications",
            "decisions",
            "rule_hits",
            "signals",
            "rules",
            "measures",
            "appeals",
        ):
            register_export(part, getattr(own_data, part))
        register_obstacle(erase.why_erasure_waits)
        register_erasure(erase.erase_house_rows)
        register_sweep("networks", forget.forget_networks)
        register_sweep("traces", forget.forget_traces)
        register_sweep("bans", forget.forget_marks)
        register_sweep("fingerprints", forget.forget_fingerprints)
        register_sweep("notes", forget.forget_notes)
        post_migrate.connect(receivers.make_groups, sender=self, dispatch_uid="moderation.make_groups")
