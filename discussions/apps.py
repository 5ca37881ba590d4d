"""Discussions under articles."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DiscussionsConfig(AppConfig):
    """Articles, threads, comments and votes."""

    name = "discussions"
    verbose_name = _("Discussions")

    def ready(self) -> None:
        """Listen to `accounts`, to `migrate` and to our own news; say what outbox and inbox can do for us."""
        from discussions import deliveries, inbox, live_news, receivers  # noqa: F401 — importing registers

        post_migrate.connect(receivers.make_moderators, sender=self, dispatch_uid="discussions.make_moderators")
