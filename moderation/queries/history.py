"""Comments that are there, with what was known when they were written, for trying rules on them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from discussions.models import Comment, Visibility
from moderation.backtest import Past
from moderation.models import Decision, Outcome, Report
from moderation.queries.history_signals import Copies, scores_of
from moderation.rules.facts import Facts, Key, Value
from moderation.rules.reading import read

CHUNK = 2000
_COLUMNS = (
    "id", "html", "language", "created_at", "author", "guest", "author_name", "author__date_joined",
    "guest__created_at", "article__slug", "article__section__slug", "article__published_at", "depth",
    "parent__author", "parent__guest", "visibility", "visibility_by", "published_at",
)  # fmt: skip


def comments_of_the_past(days: int, at_most: int, now: datetime) -> QuerySet[Comment]:
    """Return the latest comments of so many days, at most so many, oldest first."""
    rows = Comment.objects.filter(created_at__gt=now - timedelta(days=days))
    cut = rows.order_by("-created_at", "-id").values_list("created_at", flat=True)[at_most - 1 : at_most]
    if first := list(cut):
        rows = rows.filter(created_at__gte=first[0])
    return rows.order_by("created_at", "id")


def each(
    rows: QuerySet[Comment], *, event: str, now: datetime, keys: Collection[Key] = ()
) -> Iterator[Past]:  # fmt: skip
    """Yield these comments, oldest first, in three queries, and one more for each of reports, scores and copies that
    `keys` ask for. Before a comment is reported there are no reports: they are counted for that event only.
    """
    guidelines = {dict(told)["guideline"] for name, told in keys if name == "reports"}
    said, copies = scores_of(rows, keys), Copies(rows, keys)
    removed = _taken_down(rows)
    reported = _reported(rows) if event == "report" else {}
    published = _published_before(rows)
    for row in rows.values(*_COLUMNS).iterator(chunk_size=CHUNK):
        who = row["author"] or -(row["guest"] or 0)
        reports = reported.get(row["id"], Counter())
        counts: dict[Key, Value] = {("reports", (("guideline", slug),)): reports[slug] for slug in guidelines}
        more = {**counts, **said.get(row["id"], {}), **copies.of(row["id"], who, row["created_at"])}
        yield _past(row, event, now, published[who], removed, more)
        if who and row["published_at"] is not None:
            published[who] += 1


def _past(
    row: dict[str, Any], event: str, now: datetime, published: int, removed: set[int], more: Mapping[Key, Value]
) -> Past:  # fmt: skip
    joined = row["author__date_joined"] or row["guest__created_at"]
    age = _hours(joined, row["created_at"]) if joined else None
    given: dict[str, Value] = {
        "article": row["article__slug"], "section": row["article__section__slug"],
        "article_age": _hours(row["article__published_at"], row["created_at"]), "depth": row["depth"],
        "is_reply": row["depth"] > 0, "account_age": age, "published_count": published, "name": row["author_name"],
        "is_guest": row["author"] is None, "parent_author_is_same": _is_by_the_same(row),
    }  # fmt: skip
    known = {**{_key(name): value for name, value in given.items()}, **more}
    facts = Facts(event, now, read(row["html"]), row["language"], given=known)
    was_removed = row["id"] in removed or (row["visibility"] == Visibility.REMOVED and row["visibility_by"] is not None)
    section = row["article__section__slug"] or ""
    return Past(row["id"], facts, row["created_at"], section, None if row["author"] is None else age, was_removed)


def _key(name: str) -> Key:
    return name, ()


def _is_by_the_same(row: dict[str, Any]) -> bool:
    same_member = row["author"] is not None and row["author"] == row["parent__author"]
    return same_member or (row["guest"] is not None and row["guest"] == row["parent__guest"])


def _hours(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 3600


def _taken_down(rows: QuerySet[Comment]) -> set[int]:
    """Return the comments whose latest decision takes something from the author."""
    made = Decision.objects.filter(comment__in=rows.order_by().values("pk"), undone_at=None)
    last = dict(made.order_by("created_at", "id").values_list("comment", "outcome"))
    return {comment for comment, outcome in last.items() if outcome != Outcome.PUBLISH}


def _reported(rows: QuerySet[Comment]) -> dict[int, Counter[str]]:
    """Return how many reports each comment got, by the slug of the guideline; under the empty slug, all."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    made = Report.objects.filter(comment__in=rows.order_by().values("pk")).values_list("comment", "guideline__slug")
    for comment, slug, n in made.order_by().annotate(n=Count("pk")):
        found[comment][slug] += n
        found[comment][""] += n
    return found


def _published_before(rows: QuerySet[Comment]) -> Counter[int]:
    """Return how many comments each author had published before the first of these; guests count below nought."""
    first = rows.values_list("created_at", flat=True).first()
    if first is None:
        return Counter()
    before = Comment.objects.filter(created_at__lt=first, published_at__isnull=False)
    counted = before.order_by().values_list("author", "guest").annotate(n=Count("pk"))
    return Counter({author or -(guest or 0): n for author, guest, n in counted})
