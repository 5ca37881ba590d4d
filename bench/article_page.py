"""Server time of an article's page: a thread of 10,000 comments beside one of 10, showing the same number of comments.

    python -m bench.article_page [--rounds N]

Makes a database of its own (the engine of `DATABASE_URL`), writes the threads, asks for the pages in turn, and prints
the medians and their ratio. Exits with 1 when the ratio is above the promise of 1.3.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from bench.database import own_database

PROMISE = 1.3


def measure(pages: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each page; the pages take turns, so that a slow moment hits them alike."""
    times: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(rounds):
        for name, ask in pages.items():
            start = time.perf_counter()
            ask()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def flat_thread(roots: int, replies_each: int = 0) -> str:
    """Write an article with `roots` comments of `replies_each` replies, and return its address."""
    from django.db import transaction
    from django.utils import timezone

    from core.ids import allocate_ids
    from discussions import tree
    from discussions.models import Article, Comment
    from discussions.ranking import wilson_lower_bound
    from tests.factories import make_article, make_user

    author, now = make_user(), timezone.now()
    article = make_article()
    rows: list[Comment] = []
    with transaction.atomic():
        ids = iter(allocate_ids(Comment, roots * (1 + replies_each)))
        for n in range(roots):
            up = (n * 7919) % 97
            root = Comment(
                id=next(ids), article=article, author=author, author_name=author.display_name, body="text", depth=0,
                html=f"<p>What I saw on day {n} was not what the report says, and I was there.</p>", renderer_version=1,
                created_at=now - timedelta(minutes=n), up_count=up, score=up, wilson=wilson_lower_bound(up, 0),
                reply_count=replies_each, branch_count=replies_each,
            )  # fmt: skip
            root.path = tree.child_path(b"", root.id)
            rows.append(root)
            for m in range(replies_each):
                reply = Comment(
                    id=next(ids), article=article, parent=root, root=root, author=author, depth=1, body="text",
                    author_name=author.display_name, html=f"<p>Reply {m}: so was I.</p>", renderer_version=1,
                    created_at=root.created_at,
                )  # fmt: skip
                reply.path = tree.child_path(root.path, reply.id)
                rows.append(reply)
        Comment.objects.bulk_create(rows, batch_size=500)
        Article.objects.filter(pk=article.pk).update(comment_count=len(rows))
    return article.get_absolute_url()


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    with own_database() as vendor:
        from django.conf import settings
        from django.db import connection
        from django.test import Client

        from discussions.queries import thread

        # What is measured is making the page, so none is kept.
        settings.PAGE_SECONDS = 0
        client = Client()
        thread.ROOTS_PER_PAGE = 10
        small, large = flat_thread(10), flat_thread(10_000)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        pages = {"10 comments": lambda: ask(client, small, 10), "10,000 comments": lambda: ask(client, large, 10)}
        measure(pages, 5)
        result = measure(pages, rounds)
        deep = deep_page(large, pages=500)
        paging = measure(
            {"first page": lambda: ask(client, large, 10), "after 5,000": lambda: ask(client, deep, 10)}, rounds
        )
    ratio = result["10,000 comments"] / result["10 comments"]
    print(f"article page on {vendor}, 10 comments shown, median of {rounds}")
    for name, value in {**result, **paging}.items():
        print(f"  {name:>16}  {value:7.2f} ms")
    print(f"  ratio 10,000 : 10          {ratio:5.2f}   (promise ≤ {PROMISE})")
    print(f"  ratio after 5,000 : first  {paging['after 5,000'] / paging['first page']:5.2f}")
    return 0 if ratio <= PROMISE else 1


def ask(client: object, url: str, shown: int) -> None:
    """Ask for a page, and make sure that it shows as many comments as the comparison assumes."""
    from django.test import Client

    assert isinstance(client, Client)
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    assert sum(1 for _ in response.context["page"].cards()) == shown


def deep_page(url: str, *, pages: int) -> str:
    """Return the address of the page after `pages` pages, found by the cursors as a reader would."""
    from discussions.models import Article
    from discussions.queries.thread import thread_page

    article = Article.objects.get(slug=url.rstrip("/").rsplit("/", 1)[-1])
    after = ""
    for _ in range(pages):
        after = thread_page(article, sort="most-voted", after=after).after
    return f"{url}?after={after}"


if __name__ == "__main__":
    sys.exit(main())
