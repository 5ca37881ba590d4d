"""`manage.py rerender_comments`: after an update of the renderer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from discussions.actions.rerender import rerender_articles, rerender_comments


class Command(BaseCommand):
    """Renders stored texts again while the site runs."""

    help = "Renders comments, articles and notices again that an older renderer has rendered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--all` and `--after`."""
        parser.add_argument("--all", action="store_true", dest="every", help="Also those of the current version.")
        parser.add_argument(
            "--after", type=int, default=0, metavar="ID", help="Go on after this comment: the last number printed."
        )

    def handle(self, *, every: bool, after: int, **options: Any) -> None:
        """Print a line for every batch, so that an interrupted run can be continued."""
        articles = rerender_articles(every=every)
        done = 0
        for progress in rerender_comments(every=every, after=after):
            done = progress.done
            self.stdout.write(f"{progress.done} of {progress.total} comments, up to {progress.last_id}")
        self.stdout.write(self.style.SUCCESS(f"Rendered {articles} articles and {done} comments."))
