"""`manage.py send_notifications`: mail what people are to be told by now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from moderation.actions.send import forget_failures, send_due


class Command(BaseCommand):
    """Does once what Celery's beat does every ten seconds: for sites without a worker, and after a failure."""

    help = "Mails the notices that are due. Nothing is mailed twice; what cannot be sent is tried again next time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--again`."""
        parser.add_argument("--again", action="store_true", help="Also try what was given up after too many failures.")

    def handle(self, *, again: bool, **options: Any) -> None:
        """Send until nothing is due or nothing can be sent, and say how many went out."""
        if again:
            self.stdout.write(f"{forget_failures()} are tried again.")
        total = 0
        while sent := send_due():
            total += sent
        self.stdout.write(self.style.SUCCESS(f"{total} sent."))
