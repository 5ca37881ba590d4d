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
        """Listen to `accounts`, to `migrate` and to our own news; say what outbox, inbox and privacy can do for us."""
        from accounts.privacy import register_erasure, register_export, register_sweep
        from discussions import deliveries, inbox, live_news, receivers  # noqa: F401 — importing registers
        from discussions.actions import follow, tell_author  # noqa: F401 — importing registers
        from discussions.actions.erase import erase_writings
        from discussions.actions.erase_news import erase_news
        from discussions.actions.forget import old_deliveries, old_prompt_notices, old_submissions, old_subscriptions
        from discussions.queries import own_data, prompt_notices  # noqa: F401 — importing registers

        register_export("comments", own_data.comments)
        for part in ("votes", "subscriptions", "mutes", "inbox", "passages", "prompt_notices"):
            register_export(part, getattr(own_data, part))
        register_erasure(erase_writings)
        register_erasure(erase_news)
        register_sweep("submissions", old_submissions)
        register_sweep("deliveries", old_deliveries)
        register_sweep("prompt_notices", old_prompt_notices)
        register_sweep("subscriptions", old_subscriptions)

        post_migrate.connect(receivers.make_moderators, sender=self, dispatch_uid="discussions.make_moderators")
