"""`manage.py import_wordpress FILE`: bring the discussions of a WordPress site over."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from discussions.importing.feedback_forms import read_forms
from discussions.importing.rejects import Rejects
from discussions.importing.report import Report
from discussions.importing.streams import BrokenExportError
from discussions.importing.wordpress import SOURCE_LENGTH, WordPressImport
from discussions.importing.wxr import WxrReader


class Command(BaseCommand):
    """Streams the file, article by article; may be stopped and run again."""

    help = "Imports articles and comments from a WordPress export (WXR). Running it again adds what is new."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file and the options."""
        parser.add_argument("file", type=Path, metavar="FILE", help="The export, .xml or .xml.gz.")
        parser.add_argument("--dry-run", action="store_true", help="Report what would be done, and change nothing.")
        parser.add_argument(
            "--articles", choices=("create", "match"), default="create",
            help="create: make the articles that are not here. match: import only comments of articles that are.",
        )  # fmt: skip
        parser.add_argument(
            "--passages-in-order", action="store_true",
            help="Where an article has several wpDiscuz passages: they were made in the order of its text.",
        )  # fmt: skip
        parser.add_argument(
            "--feedback-forms", type=Path, metavar="DUMP",
            help="A dump of wpDiscuz's table wc_feedback_forms (SQL or CSV): which comment is on which passage.",
        )  # fmt: skip
        parser.add_argument(
            "--source", type=_source,
            help="A name for the exported site; without it, the site's address. Keep it the same in every run.",
        )  # fmt: skip
        parser.add_argument(
            "--rejects", type=Path, metavar="PATH",
            help="Where rows go that cannot be imported; FILE.rejects.jsonl in this folder without it.",
        )  # fmt: skip

    def handle(
        self,
        *,
        file: Path,
        dry_run: bool,
        articles: str,
        passages_in_order: bool,
        feedback_forms: Path | None,
        source: str | None,
        rejects: Path | None,
        **options: Any,
    ) -> None:
        """Import, and print the report. Raises `CommandError` for a file that cannot be read to its end."""
        if rejects is None and not dry_run:
            rejects = Path(f"{file.name}.rejects.jsonl")
        try:
            forms = read_forms(feedback_forms) if feedback_forms else None
            with file.open("rb") as stream, Rejects(rejects) as bad_rows:
                run = WordPressImport(
                    WxrReader(stream),
                    bad_rows,
                    source=source or "",
                    creates_articles=articles == "create",
                    dry_run=dry_run,
                    passages_in_order=passages_in_order,
                    feedback_forms=forms,
                )
                report = run.run(self._progress())
        except BrokenExportError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from error
        self._print(report, run.source, bad_rows, dry_run=dry_run)
        if report.broken:
            raise CommandError("The import is not complete. Mend the file and run the command again.")

    def _progress(self) -> Callable[[Report], None]:
        def show(report: Report) -> None:
            if self.stderr.isatty():
                done = report.articles.total(), report.comments["imported"]
                self.stderr.write("\r{:,} articles, {:,} comments".format(*done), ending="")

        return show

    def _print(self, report: Report, source: str, rejects: Rejects, *, dry_run: bool) -> None:
        self.stdout.write("Dry run: nothing was written." if dry_run else f"Imported as source {source!r}.")
        for line in report.lines():
            self.stdout.write(line)
        if rejects.count and rejects.path:
            self.stdout.write(f"Rejected rows: {rejects.path}")


def _source(text: str) -> str:
    if not 1 <= len(text) <= SOURCE_LENGTH or not text.isprintable():
        raise argparse.ArgumentTypeError(f"a source has 1 to {SOURCE_LENGTH} characters")
    return text
