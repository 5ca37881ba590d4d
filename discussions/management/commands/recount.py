"""`manage.py recount`: do the stored counts say what the rows say?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from discussions.actions.recount import recount

#: The rest is only counted: a broken import would print a million lines.
SHOWN = 50


class Command(BaseCommand):
    """Compares, and repairs only when asked to."""

    help = "Compares every stored count with the rows; exits with 1 when one is wrong and --repair is not given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--repair`."""
        parser.add_argument("--repair", action="store_true", help="Write the right counts.")

    def handle(self, *, repair: bool, **options: Any) -> None:
        """Print what is wrong, at most `SHOWN` lines of it."""
        drifts = recount(repair=repair)
        for drift in drifts[:SHOWN]:
            self.stdout.write(str(drift))
        if len(drifts) > SHOWN:
            self.stdout.write(f"… and {len(drifts) - SHOWN} more")
        if not drifts:
            self.stdout.write(self.style.SUCCESS("Every count is right."))
        elif repair:
            self.stdout.write(self.style.SUCCESS(f"{len(drifts)} repaired."))
        else:
            raise CommandError(f"{len(drifts)} wrong. Repair them with --repair.")
