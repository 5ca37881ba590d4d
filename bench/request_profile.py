"""Processor time of one request, and where it goes: first page (not kept), vote, comment, reply, moderators' desk.

    python -m bench.request_profile [page|vote|post|reply|queue|card|decision] [--rounds N] [--top N]

Asks the site in this process, with a database of its own (the engine of `DATABASE_URL`), and counts its processor time:
what PostgreSQL computes is not in it, and what a worker would do after a comment is. A decision is both of its
requests, until the next card is there. Queries are those of one request,
in brackets what only opens and ends transactions and savepoints. A profiler slows calls down, so its table tells
shares, not times.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import pstats
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from bench.beside.statements import CONTROL
from bench.database import own_database

SIZE = 135
#: Open cases, a third of them in the queue that is looked at.
CASES = 900
KINDS = ("page", "vote", "post", "reply", "queue", "card", "decision")
Ask = Callable[[], Any]


def requests() -> dict[str, Ask]:
    """Write an article, its readers and open cases, and return what asks for each kind of request."""
    from django.conf import settings
    from django.test import Client

    from bench import queue
    from bench.beside import corpus
    from bench.beside.fill import write_article
    from tests.factories import make_moderator, make_user

    settings.PAGE_SECONDS = 0
    settings.RATE_LIMITS_ENABLED = False
    slug, ids = write_article(SIZE, [make_user() for _n in range(corpus.READERS)], [])
    queue.fill(CASES)
    visitor, member, moderator = Client(), Client(), Client()
    member.force_login(make_user())
    moderator.force_login(make_moderator())
    desk = queue.Desk(moderator, "reported")
    return {
        "page": lambda: visitor.get(f"/articles/{slug}/"),
        **_writing(member, slug, ids),
        "queue": lambda: moderator.get(desk.list_url),
        "card": desk.look_at_card,
        "decision": desk.decide,
    }


def _writing(member: Any, slug: str, ids: list[int]) -> dict[str, Ask]:
    free: Iterator[tuple[int, int]] = ((comment, value) for value in (1, -1) * 1000 for comment in ids)
    parents = itertools.cycle(ids)

    def vote() -> Any:
        comment, value = next(free)
        headers = {"Accept": "application/json"}
        return member.post(f"/comments/{comment}/vote/", {"value": str(value)}, headers=headers)

    def post(**more: str) -> Any:
        key = str(uuid.uuid4())
        fields = {"body": f"What I saw, {key}.", "key": key, **more}
        return member.post(f"/articles/{slug}/comment/", fields, headers={"HX-Request": "true"})

    return {"vote": vote, "post": post, "reply": lambda: post(parent=str(next(parents)))}


def milliseconds(ask: Ask, rounds: int) -> list[float]:
    """Return the processor time of each request; raises `RuntimeError` for one that fails."""
    result = []
    for _n in range(rounds):
        start = time.process_time()
        response = ask()
        result.append((time.process_time() - start) * 1000)
        if response.status_code not in (200, 201):
            raise RuntimeError(f"{response.status_code}: {response.content[:500]!r}")
    return result


def queries(ask: Ask) -> tuple[int, int]:
    """Return how many queries one request asks, and how many statements only open and end something."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    control = sum(each["sql"].split()[0].upper().rstrip(";") in CONTROL for each in captured.captured_queries)
    return len(captured) - control, control


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=list(KINDS))
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--top", type=int, default=0, help="functions to list, the dearest first")
    given = parser.parse_args()
    with own_database() as vendor:
        asking = requests()
        print(f"processor time on {vendor}, {SIZE} comments, {CASES} open cases, {given.rounds} requests")
        for name in given.what:
            milliseconds(asking[name], 10)
            times = milliseconds(asking[name], given.rounds)
            count, control = queries(asking[name])
            print(f"  {name:>8}  median {statistics.median(times):6.2f} ms   fastest {min(times):6.2f} ms   "
                  f"{count:3} queries ({control})")  # fmt: skip
            if given.top:
                profile = cProfile.Profile(time.process_time)
                profile.runcall(milliseconds, asking[name], given.rounds)
                pstats.Stats(profile).sort_stats("cumtime").print_stats(given.top)
    return 0


if __name__ == "__main__":
    sys.exit(main())
