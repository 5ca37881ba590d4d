"""The people of the site."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Members, guests, their preferences."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Say what the outbox can do for people."""
        from accounts import deliveries  # noqa: F401 — importing registers
