"""`manage.py import_starter_rules`: the button of the empty rules page."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.errors import NotAllowed
from moderation.actions.starter import import_starter_rules


class Command(BaseCommand):
    """Writes the starter rules in the name of an administrator."""

    help = "Writes the starter rules as drafts. What was written before is left alone, so it can be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--by`."""
        parser.add_argument("--by", required=True, metavar="HANDLE", help="The administrator who keeps them.")

    def handle(self, *, by: str, **options: Any) -> None:
        """Print what was written."""
        member = User.objects.with_handle(by).first()
        if member is None:
            raise CommandError(f"There is no member “{by}”.")
        try:
            written = import_starter_rules(by=member)
        except NotAllowed as refusal:
            raise CommandError(str(refusal.message)) from refusal
        for rule in written:
            self.stdout.write(f"{rule.pk}  {rule.title}")
        self.stdout.write(f"{len(written)} written as drafts.")
