"""`manage.py verify_audit_log`: is the audit log what it was?"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation import audit


class Command(BaseCommand):
    """Reads the whole log once, in batches, and changes nothing."""

    help = (
        "Follows the chain of the audit log from its first line to its last; exits with 1 and names the first broken "
        "line. Keep what --head prints somewhere that the database's owner cannot write, and hand it to --kept later: "
        "a log that was written anew is found by that only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--head` and `--kept`."""
        parser.add_argument("--head", action="store_true", help="Also print LINES:HASH of the last line.")
        parser.add_argument(
            "--kept", type=_head, metavar="LINES:HASH", help="What --head printed before; the log must go through it."
        )

    def handle(self, *, head: bool, kept: audit.Head | None, **options: Any) -> None:
        """Print how many lines hold. Raises `CommandError` with the first that does not."""
        # Taken first: what is appended while we read has been looked at, or comes after.
        end = audit.head()
        if broken := audit.find_break(kept):
            raise CommandError(f"line {broken.entry_id}: {broken.why}")
        self.stdout.write(self.style.SUCCESS(f"{end.count} lines, the chain holds"))
        if head:
            self.stdout.write(f"{end.count}:{end.hash}")


def _head(value: str) -> audit.Head:
    count, colon, digest = value.strip().partition(":")
    if not (colon and count.isdecimal() and len(digest) == len(audit.GENESIS)):
        raise ArgumentTypeError(f"{value!r} is not what --head prints")
    return audit.Head(int(count), digest)
