"""Counting everything anew from the rows: what the actions keep by steps must be what the rows say.

A first walk over all comments needs no lock, but what looks wrong in it may only have changed under way. So each
article that looks wrong is walked again with its rows locked, and only what is wrong then is a drift.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, router, transaction
from django.db.models import Count, Q

from discussions.actions import rows
from discussions.actions.visibility import has_own_place
from discussions.models import Article, Comment, Vote
from discussions.models.comment import READABLE
from discussions.ranking import wilson_lower_bound

BATCH = 2000
COUNTERS = ("is_listed", "reply_count", "branch_count", "up_count", "down_count", "score", "wilson")


@dataclass(frozen=True, slots=True)
class Drift:
    """One stored value that the rows contradict."""

    #: `article` or `comment`
    table: str
    id: int
    field: str
    stored: int
    actual: int

    def __str__(self) -> str:
        return f"{self.table} {self.id}: {self.field} is {self.stored}, should be {self.actual}"


def recount(*, repair: bool, articles: Collection[int] | None = None) -> list[Drift]:
    """Return every stored count that is not what the rows say, and with `repair` put it right.

    `articles` limits it to these ids. Safe on a running site: two queries for every 2,000 comments, and the rows of an
    article are locked only when something in it looks wrong. Whoever writes rows without counts (an import) calls it
    afterwards.
    """
    return [drift for article_id in sorted(_suspects(articles)) for drift in _recount_article(article_id, repair)]


def _suspects(articles: Collection[int] | None) -> set[int]:
    suspects = {row.article_id for row, actual in _walk(articles) if _differs(row, actual)}
    readable = Count("comments", filter=Q(comments__visibility__in=READABLE))
    counted = Article.objects.annotate(readable=readable).values_list("pk", "comment_count", "readable")
    if articles is not None:
        counted = counted.filter(pk__in=articles)
    return suspects | {pk for pk, stored, actual in counted.order_by() if stored != actual}


@transaction.atomic
def _recount_article(article_id: int, repair: bool) -> list[Drift]:
    article = rows.locked_article(article_id)
    # Votes do not take the article's row, so its comments are locked too, by ascending ids as everywhere.
    locked = Comment.objects.filter(article=article).select_for_update(no_key=True).order_by("pk")
    list(locked.values_list("pk", flat=True))
    drifts: list[Drift] = []
    wrong: list[tuple[int, ...]] = []
    readable = 0
    for row, actual in _walk([article_id]):
        readable += row.visibility in READABLE
        if _differs(row, actual):
            drifts += _drifts(row, actual)
            wrong.append((*(actual[field] for field in COUNTERS), row.id))
    if article.comment_count != readable:
        drifts.append(Drift("article", article_id, "comment_count", article.comment_count, readable))
    if repair:
        _write(wrong)
        Article.objects.filter(pk=article_id).update(comment_count=readable)
    return drifts


def _write(wrong: list[tuple[int, ...]]) -> None:
    """Store the counters of each row, its id last. `bulk_update` would take minutes for what an import has written."""
    assignments = ", ".join(f"{field} = %s" for field in COUNTERS)
    with connections[router.db_for_write(Comment)].cursor() as cursor:
        # Nothing in the statement but our own names.
        cursor.executemany(f"UPDATE {Comment._meta.db_table} SET {assignments} WHERE id = %s", wrong)  # noqa: S608


@dataclass(slots=True)
class _Row:
    """What the walk reads of a comment: no texts."""

    id: int
    article_id: int
    parent_id: int | None
    path: bytes
    visibility: str
    published_at: datetime | None
    imported_up: int
    imported_down: int
    is_listed: bool
    reply_count: int
    branch_count: int
    up_count: int
    down_count: int
    score: int
    wilson: int


_FIELDS = tuple(_Row.__slots__)

#: A comment's counters by field.
_Counts = dict[str, int]


def _differs(row: _Row, actual: Mapping[str, int]) -> bool:
    return any(getattr(row, field) != actual[field] for field in COUNTERS)


def _drifts(row: _Row, actual: Mapping[str, int]) -> list[Drift]:
    stored = {field: getattr(row, field) for field in COUNTERS}
    return [Drift("comment", row.id, field, stored[field], actual[field]) for field in COUNTERS
            if stored[field] != actual[field]]  # fmt: skip


@dataclass(slots=True)
class _Open:
    """A comment whose branch is being walked."""

    row: _Row
    up: int
    down: int
    #: Listed direct replies, and all listed comments below, as far as the walk has come.
    replies: int = 0
    below: int = 0


def _walk(articles: Collection[int] | None) -> Iterator[tuple[_Row, _Counts]]:
    """Yield every comment with what its counters should be.

    Comments come in the order of their paths, a branch in reading order, so the ancestors of the current one are a
    stack; when a comment is taken off it, everything below it has been counted.
    """
    line: list[_Open] = []
    for batch in _batches(articles):
        votes = _votes(batch, articles)
        for row in batch:
            while line and line[-1].row.id != row.parent_id:
                yield _close(line)
            up, down = votes.get((row.id, 1), 0), votes.get((row.id, -1), 0)
            line.append(_Open(row, up + row.imported_up, down + row.imported_down))
    while line:
        yield _close(line)


def _close(line: list[_Open]) -> tuple[_Row, _Counts]:
    done = line.pop()
    row = done.row
    is_listed = has_own_place(row.visibility, row.published_at) or done.replies > 0
    if line:
        line[-1].replies += is_listed
        line[-1].below += done.below + is_listed
    return row, {
        "is_listed": is_listed,
        "reply_count": done.replies,
        "branch_count": 0 if row.parent_id else done.below,
        "up_count": done.up,
        "down_count": done.down,
        "score": done.up - done.down,
        "wilson": wilson_lower_bound(done.up, done.down),
    }


def _batches(articles: Collection[int] | None) -> Iterator[list[_Row]]:
    comments = Comment.objects.order_by("path").values_list(*_FIELDS)
    if articles is not None:
        comments = comments.filter(article__in=articles)
    after = b""
    while batch := [_Row(*values) for values in comments.filter(path__gt=after)[:BATCH]]:
        yield batch
        after = batch[-1].path


def _votes(batch: list[_Row], articles: Collection[int] | None) -> dict[tuple[int, int], int]:
    """Return how many votes count, by comment and value."""
    votes = Vote.objects.filter(is_counted=True, comment__path__range=(batch[0].path, batch[-1].path))
    if articles is not None:
        votes = votes.filter(comment__article__in=articles)
    counted = votes.values_list("comment_id", "value").annotate(n=Count("pk")).order_by()
    return {(comment_id, value): n for comment_id, value, n in counted}
