"""`manage.py sweep_privacy`: what beat does once a day, for a site without Celery (a line of cron)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.privacy.sweep import sweep_privacy


class Command(BaseCommand):
    """Delete what was kept long enough."""

    help = "Delete what was kept long enough: old sessions, copies of data, unused guests, hashes of networks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many rows went, by what they were."""
        for name, count in sweep_privacy().items():
            self.stdout.write(f"{name}: {count}")
