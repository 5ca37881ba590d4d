"""Time that the spam screen and the search for near-duplicates take for one comment.

    python -m bench.screens [--rounds N] [--fingerprints N]

Makes a database of its own (the engine of `DATABASE_URL`), teaches the spam screen 2,000 texts, writes the
fingerprints, and prints the median and the 99th percentile in milliseconds for short, usual and long comments. Exits
with 1 when one of them is above the promise of 25 ms (see `measured`).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.database import own_database

PROMISE_MS = 25.0
LETTERS = "abcdefghijklmnoprstuvw"
LENGTHS = {"short": 12, "usual": 35, "long": 800}


def texts(words: list[str], length: int, count: int, rng: random.Random) -> list[str]:
    """Return so many texts of words that are used as often as words are (by Zipf's law)."""
    weights = [1 / (rank + 3) for rank in range(len(words))]
    return [" ".join(rng.choices(words, weights, k=length)) for _ in range(count)]


def taught(words: list[str], rng: random.Random) -> Any:
    """Return what the spam screen learns from 2,000 texts."""
    from moderation.spam.bayes import Learner
    from moderation.spam.features import features_of

    learner = Learner()
    for n, text in enumerate(texts(words, 60, 2000, rng)):
        features = features_of(_facts(text), b"key")
        learner.add([one.number for one in features], is_spam=n % 2 == 0, author=n)
    return learner.learned()


def fill(words: list[str], count: int, rng: random.Random) -> Any:
    """Write so many fingerprints of usual texts of the last day; return the article that the comments stand under."""
    from django.db import connection, transaction
    from django.utils import timezone

    from core.ids import allocate_ids
    from discussions import tree
    from discussions.models import Comment
    from moderation.fingerprints import pack, print_of
    from moderation.models import Fingerprint
    from tests.factories import make_article, make_user

    article, authors, now = make_article(), [make_user() for _ in range(300)], timezone.now()
    for start in range(0, count, 2000):
        with transaction.atomic():
            ids = allocate_ids(Comment, 2000)
        comments, prints = [], []
        for pk, body in zip(ids, texts(words, LENGTHS["usual"], 2000, rng), strict=True):
            author = rng.choice(authors)
            at = now - timedelta(seconds=rng.randrange(86400))
            comments.append(Comment(
                id=pk, article=article, author=author, author_name=author.display_name, body=body, html="", depth=0,
                renderer_version=1, created_at=at, published_at=at, path=tree.child_path(b"", pk),
            ))  # fmt: skip
            found = print_of(body, b"key")
            assert found is not None
            bands = {f"band{i}": band for i, band in enumerate(found.bands)}
            prints.append(Fingerprint(
                comment_id=pk, revision=1, at=at, exact=found.exact, sketch=pack(found.sketch), **bands
            ))  # fmt: skip
        Comment.objects.bulk_create(comments, batch_size=500)
        Fingerprint.objects.bulk_create(prints, batch_size=500)
        print(f"\r{start + 2000:,} fingerprints", end="", flush=True)
    print()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return article


def measured(name: str, ask: Callable[[str], object], wanted: list[str]) -> float:
    """Print what asking about each text takes, and return what is promised about.

    That is the larger of the 99th percentile of this thread's own time, which other work on the machine leaves alone,
    and of the fastest tenth on the clock, in which a database server's part is: a slow plan is slow at its fastest.
    """
    times, own = [], []
    for text in wanted:
        start, began = time.perf_counter(), time.thread_time()
        ask(text)
        times.append((time.perf_counter() - start) * 1000)
        own.append((time.thread_time() - began) * 1000)
    p10 = sorted(times)[len(times) // 10]
    p50, p99 = sorted(times)[len(times) // 2], sorted(times)[max(int(0.99 * len(times)) - 1, 0)]
    own_p99 = sorted(own)[max(int(0.99 * len(own)) - 1, 0)]
    print(f"{name:44} p10 {p10:6.2f}   p50 {p50:6.2f}   p99 {p99:7.2f}   own time p99 {own_p99:7.2f} ms")
    return max(p10, own_p99)


def _facts(text: str) -> Any:
    from django.utils import timezone

    from moderation.rules.facts import Facts
    from moderation.rules.reading import Reading

    return Facts("post", timezone.now(), Reading(text, text, (), ()))


def main() -> int:
    """Measure, print, and return 1 when a promise is not kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--fingerprints", type=int, default=100_000)
    given = parser.parse_args()
    rng = random.Random(5)  # noqa: S311 — the same texts every time
    words = ["".join(rng.choices(LETTERS, k=rng.randint(2, 10))) for _ in range(8000)]
    worst = 0.0
    with own_database() as vendor:
        from django.utils import timezone

        from discussions.screening import Draft
        from moderation.fingerprints import print_of
        from moderation.queries.near import near_text_of_others, same_text_of_others
        from moderation.spam.features import features_of
        from tests.factories import make_user

        learned = taught(words, rng)
        print(f"{vendor}: {len(learned.counts):,} features known")
        article = fill(words, given.fingerprints, rng)
        draft = Draft(article, None, make_user(), "", "")
        since = timezone.now() - timedelta(hours=24)

        def judge(text: str) -> object:
            return learned.judge(features_of(_facts(text), b"key"))

        def near(text: str) -> int:
            found = print_of(text, b"key")
            return near_text_of_others(found, draft, since) + same_text_of_others(found, draft, since) if found else 0

        for name, length in LENGTHS.items():
            wanted = texts(words, length, given.rounds, rng)
            spam = measured(f"spam screen, {name}: {length} words", judge, wanted)
            prints = measured(f"fingerprint, {name}: {length} words", lambda text: print_of(text, b"key"), wanted)
            found = measured(f"near and same among {given.fingerprints:,}, {name}", near, wanted)
            worst = max(worst, spam, prints, found)
    print(f"worst: {worst:.2f} ms, promised: {PROMISE_MS:.0f} ms each")
    return int(worst > PROMISE_MS)


if __name__ == "__main__":
    sys.exit(main())
