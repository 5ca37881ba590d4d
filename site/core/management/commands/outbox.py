"""`manage.py outbox`: what is still to be done, and what was given up."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Min
from django.utils import timezone

from core.models import Outbox
from core.outbox import drain


class Command(BaseCommand):
    """Look into the outbox."""

    help = "Print what waits in the outbox by topic, and what was given up; --again tries those anew, --drain works."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the two switches."""
        parser.add_argument("--again", action="store_true", help="try anew what was given up")
        parser.add_argument("--drain", action="store_true", help="do what is due, in this process")

    def handle(self, *args: Any, again: bool, drain: bool, **options: Any) -> None:
        """Do what was asked, then print."""
        if again:
            count = Outbox.objects.filter(failed_at__isnull=False).update(
                failed_at=None, attempts=0, next_at=timezone.now()
            )
            self.stdout.write(f"{count} are tried again.")
        if drain:
            self.stdout.write(f"{_empty()} done.")
        for title, rows in (
            ("waiting", Outbox.objects.filter(done_at=None, failed_at=None)),
            ("given up", Outbox.objects.filter(failed_at__isnull=False)),
        ):
            for row in rows.order_by("topic").values("topic").annotate(n=Count("pk"), oldest=Min("created_at")):
                self.stdout.write(f"{title:>8}  {row['topic']:<24} {row['n']:>6}  since {row['oldest']:%Y-%m-%d %H:%M}")


def _empty() -> int:
    done = 0
    while count := drain():
        done += count
    return done
