"""`manage.py outbox`: what is still to be done, and what was given up."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Min, QuerySet

from core.models import Outbox
from core.outbox import drain, try_again


class Command(BaseCommand):
    """Look into the outbox."""

    help = "Print what waits in the outbox by topic, and what was given up; --retry tries those anew, --drain works."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the switches."""
        parser.add_argument("--retry", "--again", action="store_true", help="try anew what was given up")
        parser.add_argument("--drain", action="store_true", help="do what is due, in this process")
        parser.add_argument("--topic", help="nothing but this topic")
        names = [urgency.name.lower() for urgency in Outbox.Urgency]
        parser.add_argument("--urgency", choices=names, help="for --drain: nothing but this urgency")

    def handle(
        self, *args: Any, retry: bool, drain: bool, topic: str | None, urgency: str | None, **options: Any
    ) -> None:
        """Do what was asked, then print."""
        if retry:
            self.stdout.write(f"{try_again(topic=topic)} are tried again.")
        if drain:
            self.stdout.write(f"{_empty(topic, urgency)} done.")
        rows = Outbox.objects.filter(topic=topic) if topic else Outbox.objects.all()
        self._tell("waiting", rows.filter(done_at=None, failed_at=None))
        self._tell("given up", rows.filter(failed_at__isnull=False))

    def _tell(self, title: str, rows: QuerySet[Outbox]) -> None:
        for row in rows.order_by("topic").values("topic").annotate(n=Count("pk"), oldest=Min("created_at")):
            self.stdout.write(f"{title:>8}  {row['topic']:<24} {row['n']:>6}  since {row['oldest']:%Y-%m-%d %H:%M}")


def _empty(topic: str | None, urgency: str | None) -> int:
    done = 0
    only = None if urgency is None else Outbox.Urgency[urgency.upper()].value
    while count := drain(topic=topic, urgency=only):
        done += count
    return done
