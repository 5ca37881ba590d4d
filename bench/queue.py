"""Server time of the moderators' desk with 10,000 open cases: the queue, and from a decision to the next card.

    python -m bench.queue [--rounds N] [--cases N]

Makes a database of its own (the engine of `DATABASE_URL`), writes the cases, then works on them as a moderator does,
and prints the 95th percentiles. On PostgreSQL it exits with 1 when one is above the promise of 150 ms.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from bench.database import own_database

PROMISE_MS = 150.0
AUTHORS = 400
ARTICLES = 60


def fill(cases: int) -> None:
    """Write `cases` open cases of every queue: comments of many authors under many articles, a third reported."""
    from django.db import transaction
    from django.utils import timezone

    from core.ids import allocate_ids
    from discussions import tree
    from discussions.models import Comment
    from moderation.actions.cases import Queue, target_of
    from moderation.models import Case, Guideline, Report
    from moderation.priority import order_key
    from tests.factories import make_article, make_section, make_user

    now = timezone.now()
    authors = [make_user() for _ in range(AUTHORS)]
    articles = [make_article(section=make_section(f"Section {n % 5}")) for n in range(ARTICLES)]
    guidelines = list(Guideline.objects.all())
    queues = [(Queue.HELD, 2), (Queue.REPORTED, 1), (Queue.SAMPLED, 0)]
    with transaction.atomic():
        comments, rows = [], []
        for n, pk in enumerate(allocate_ids(Comment, cases)):
            queue, severity = queues[n % 3]
            author, article = authors[n % AUTHORS], articles[n % ARTICLES]
            opened = now - timedelta(minutes=(n * 7919) % 5000)
            html = f"<p>What I saw on day {n} was not what the report says, and you are a fool to believe it.</p>"
            comment = Comment(
                id=pk, article=article, author=author, author_name=author.display_name, body=html, html=html, depth=0,
                path=tree.child_path(b"", pk), renderer_version=1, created_at=opened, language="en",
                visibility="held" if queue == Queue.HELD else "public",
            )  # fmt: skip
            comments.append(comment)
            key = order_key(severity=severity, reports=n % 4, activity=n % 9, opened_at=opened, target=target_of(queue))
            rows.append(Case(
                comment=comment, article=article, section_id=article.section_id, language="en", queue=queue,
                severity=severity, reports=n % 4, activity=n % 9, opened_at=opened, order_key=key,
            ))  # fmt: skip
        Comment.objects.bulk_create(comments, batch_size=500)
        Case.objects.bulk_create(rows, batch_size=500)
        Report.objects.bulk_create(
            Report(
                case=case, comment_id=case.comment_id, revision=1, user=authors[(n * 31 + 7) % AUTHORS], weight=0.5,
                guideline=guidelines[n % len(guidelines)],
            )
            for n, case in enumerate(rows)
            if case.queue == Queue.REPORTED
        )  # fmt: skip


def measure(ask: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the median and the 95th percentile of the milliseconds that `ask` takes."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), sorted(times)[max(round(0.95 * rounds) - 1, 0)]


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--cases", type=int, default=10_000)
    given = parser.parse_args()
    with own_database() as vendor:
        from django.db import connection

        from tests.factories import make_moderator

        fill(given.cases)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        client = Client()
        client.force_login(make_moderator())
        desk = Desk(client, "reported")
        jobs = {
            "queue": desk.look_at_queue,
            "further down the queue": desk.look_further_down,
            "decision to next card": desk.decide,
        }
        for ask in jobs.values():
            measure(ask, 5)
        result = {name: measure(ask, given.rounds) for name, ask in jobs.items()}
    print(f"moderators' desk on {vendor}, {given.cases:,} open cases, median and p95 of {given.rounds}")
    for name, (median, worst) in result.items():
        print(f"  {name:>22}  {median:7.2f}  {worst:7.2f} ms")
    print(f"  promise of the p95 ≤ {PROMISE_MS:.0f} ms" + ("" if vendor == "postgresql" else " (on PostgreSQL)"))
    return 1 if vendor == "postgresql" and max(worst for _median, worst in result.values()) > PROMISE_MS else 0


class Desk:
    """A moderator who works on one queue, case after case, as the pages lead."""

    def __init__(self, client: Client, queue: str) -> None:
        self.client = client
        self.list_url = f"/moderation/?queue={queue}"
        self.further = self.list_url
        self.card_url = self._go(f"/moderation/next/?queue={queue}", {})
        self.card = self._show(self.card_url)

    def look_at_queue(self) -> None:
        """Ask for the list."""
        assert 'id="cases"' in self._show(self.list_url)

    def look_further_down(self) -> None:
        """Ask for the page after the one that was asked for last, as far down as there are pages."""
        found = re.search(r"&amp;after=([^\"]+)", self._show(self.further))
        assert found
        self.further = f"{self.list_url}&after={found[1]}"

    def look_at_card(self) -> Any:
        """Ask for the card again, as it stands."""
        return self.client.get(self.card_url)

    def decide(self) -> Any:
        """Publish what the card shows, look at the next card, and return it."""
        fields = {name: _hidden(self.card, name) for name in ("key", "lock_version", "revision", "opened")}
        path, _sep, query = self.card_url.partition("?")
        self.card_url = self._go(f"{path}decide/?{query}", {**fields, "outcome": "publish"})
        response = self.look_at_card()
        self.card = response.text
        return response

    def _go(self, url: str, fields: dict[str, str]) -> str:
        response = self.client.post(url, fields)
        assert response.status_code == 303, response.status_code
        assert "/cases/" in response["Location"]
        return response["Location"]

    def _show(self, url: str) -> str:
        response = self.client.get(url)
        assert response.status_code == 200, response.status_code
        return response.content.decode()


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


if __name__ == "__main__":
    sys.exit(main())
