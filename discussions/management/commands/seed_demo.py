"""`manage.py seed_demo`: a small news site to try everything on."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import ProtectedError
from django.utils import timezone

from discussions.demo.accounts import PASSWORD, HandleTakenError, accounts_there
from discussions.demo.seed import remove_demo, seed_demo
from discussions.models import Article

DEFAULT_SEED = 14


class Command(BaseCommand):
    """Writes articles, readers and discussions; refuses to touch a site that has any."""

    help = "Fills an empty site with the demo: six articles, discussions of 0 to 10,000 comments, four accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="Another number, other discussions.")
        parser.add_argument(
            "--comments-scale", type=_scale, default=1.0, metavar="X",
            help="Length of the discussions: 0.1 for a tenth of the comments.",
        )  # fmt: skip
        parser.add_argument("--if-empty", action="store_true", help="Do nothing when there are articles.")
        parser.add_argument(
            "--replace", action="store_true",
            help="First delete the demo's articles with everything written under them. Nothing else is deleted.",
        )  # fmt: skip
        parser.add_argument("--force", action="store_true", help="Also where DEBUG is off.")

    def handle(
        self, *, seed: int, comments_scale: float, if_empty: bool, replace: bool, force: bool, **options: Any
    ) -> None:
        """Seed, and print the accounts. Raises `CommandError` in words when the site is not one to seed."""
        if not settings.DEBUG and not force:
            raise CommandError(
                "DEBUG is off, so this may be a real site, and the demo makes accounts whose password everybody "
                "knows. If you want them here, say --force."
            )
        if if_empty and Article.objects.exists():
            self.stdout.write("There are articles already, so nothing was changed.")
        else:
            self._make_room(replace=replace)
            self._seed(seed, comments_scale)
        self._print_accounts()

    def _make_room(self, *, replace: bool) -> None:
        if not Article.objects.exists():
            return
        if not replace:
            raise CommandError(
                "There are articles already. --replace deletes those of the demo, with everything written under "
                "them, and makes them anew; --if-empty leaves everything as it is."
            )
        try:
            removed = remove_demo()
        except ProtectedError as error:
            raise CommandError(f"The demo was used in ways that must not be deleted: {error.args[0]}") from error
        self.stdout.write(f"Deleted {removed} articles of the demo.")

    def _seed(self, seed: int, scale: float) -> None:
        started = time.monotonic()
        bar = Bar(sys.stderr)
        try:
            done = seed_demo(seed=seed, scale=scale, now=timezone.now(), progress=bar.show)
        except HandleTakenError as error:
            raise CommandError(f"Nothing was changed: {error}") from error
        finally:
            bar.end()
        seconds = time.monotonic() - started
        self.stdout.write(
            self.style.SUCCESS(
                f"{done.articles} articles, {done.comments:,} comments, {done.votes:,} votes and {done.members} "
                f"members in {seconds:.0f} seconds."
            )
        )

    def _print_accounts(self) -> None:
        accounts = accounts_there()
        if not accounts:
            return
        width = max(len(account.email) for account in accounts)
        self.stdout.write(f"\nAccounts of the demo, all with the password {PASSWORD}")
        for account in accounts:
            self.stdout.write(f"  {account.role:<10} {account.email:<{width}}  {account.name} (@{account.username})")


class Bar:
    """A bar that is drawn again in place; where nobody watches (a log), one line at the end of each tenth."""

    WIDTH = 30

    def __init__(self, out: TextIO) -> None:
        """Draw on `out`."""
        self._out = out
        self._tenth = -1

    def show(self, done: int, total: int, what: str) -> None:
        """Say that `done` of `total` are finished."""
        share = done / total
        filled = round(self.WIDTH * share)
        line = f"[{'#' * filled}{'.' * (self.WIDTH - filled)}] {done:>6,} of {total:,} comments  {what:<20}"
        if self._out.isatty():
            self._out.write(f"\r{line}")
        elif int(share * 10) > self._tenth:
            self._out.write(f"{line.rstrip()}\n")
        self._tenth = max(self._tenth, int(share * 10))
        self._out.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._tenth >= 0 and self._out.isatty():
            self._out.write("\n")


def _scale(value: str) -> float:
    try:
        scale = float(value)
    except ValueError:
        raise ArgumentTypeError(f"{value!r} is no number") from None
    if not 0 <= scale <= 100:
        raise ArgumentTypeError("the scale goes from 0 to 100")
    return scale
