"""The people of the site."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Members, guests, their preferences."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Say what the outbox can do for people, and what is kept of them."""
        from accounts import deliveries  # noqa: F401 — importing registers
        from accounts.privacy import (
            erase,
            export,  # noqa: F401 — importing registers
            own,
            register_erasure,
            register_export,
            register_sweep,
            sweep,
        )

        register_export("account", own.account)
        register_export("sessions", own.sessions)
        register_export("mails", own.mails)
        register_erasure(own.erase_account)
        register_sweep("erasures", erase.erase_due)
        register_sweep("exports", sweep.old_exports)
        register_sweep("sessions", sweep.old_sessions)
        register_sweep("mails", sweep.old_mails)
        register_sweep("guests", sweep.unused_guests)
