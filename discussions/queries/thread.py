"""A page of an article's discussion: two queries, whatever its size.

The first finds the roots by keyset, and with them the ids of the first replies of each (three look-ups in the path
index per root). The second fetches those replies. Both join the authors.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from core.kept import kept, padded, param, params
from discussions import tree
from discussions.models import Article, Comment
from discussions.queries.build import Known, build_card, build_forest, forks_of
from discussions.queries.cards import Branch, Card, ThreadPage
from discussions.queries.rows import COLUMNS, Row, as_rows, row_of
from discussions.queries.sorting import SORTS

ROOTS_PER_PAGE = 20
FIRST_REPLIES = 3
REPLIES_PER_PAGE = 30
#: "1,000+" is all that a reader needs to know; counting further would cost time that grows with the branch.
COUNT_AT_MOST = 1000
_WIDTH = len(COLUMNS)

#: In the place of a passage's number: comments on any passage.
ANY_PASSAGE = "all"


def thread_page(
    article: Article, *, sort: str, after: str = "", inline: str = "", passages: Collection[int] = ()
) -> ThreadPage:
    """Return the page of roots that follows cursor `after` in order `sort`, each with its first replies.

    With `inline`, as in the address, only those on `passages` are on it, or with `ANY_PASSAGE` those on any. Raises
    `BadRequest` for a cursor that no page of ours contains.
    """
    order, numbers = SORTS[sort], padded(passages)
    values = order.values(after) if after else []
    shape = (sort, bool(after), inline == ANY_PASSAGE, len(numbers))
    found = _roots.rows(article.pk, *numbers, *values, shape=shape)
    has_more, found = len(found) > ROOTS_PER_PAGE, found[:ROOTS_PER_PAGE]
    roots = [(Row(*row[:_WIDTH]), row[_WIDTH:]) for row in found]
    return ThreadPage(
        sort=sort,
        branches=_branches(article, roots),
        after=order.cursor(roots[-1][0]) if has_more else "",
        is_first=not after,
        inline=inline,
    )


@kept
def _roots(sort: str, is_later: bool, on_any: bool, on: int) -> QuerySet[Comment, Any]:
    """Return the roots of a page with the ids of their first replies: values are the article, `on` passages, cursor."""
    order = SORTS[sort]
    rows = Comment.objects.filter(article_id=param(), parent=None).listed()
    rows = rows.filter(about_passages(ANY_PASSAGE if on_any else str(on or ""), params(on, start=1)))
    if is_later:
        rows = order.after(rows, [param(1 + on + n, _field(name)) for n, name in enumerate(order.columns)])
    return as_rows(rows.order_by(*order.order_by), *_first_reply_ids())[: ROOTS_PER_PAGE + 1]


def _field(column: str) -> Any:
    return Comment._meta.get_field(column)


@kept
def _with_ids(count: int) -> QuerySet[Comment, Any]:
    return as_rows(Comment.objects.filter(pk__in=params(count)).order_by("path"))


def _rows_with_ids(ids: Collection[int]) -> list[Row]:
    """Return the comments with these ids, in path order: one query, none for none."""
    numbers = padded(ids)
    return [Row(*row) for row in _with_ids.rows(*numbers, shape=(len(numbers),))] if numbers else []


def about_passages(inline: str, passages: Collection[int], *, path: str = "passage") -> Q:
    """Return the filter of roots by `inline` and `passages` of `thread_page`; `path` leads to their passage."""
    if inline == ANY_PASSAGE:
        return Q(**{f"{path}__isnull": False})
    return Q(**{f"{path}__id__in": passages}) if inline else Q()


def branch_page(article: Article, top: Comment, *, after: Comment | None = None, reveal: bool = False) -> Branch:
    """Return the replies below `top` that follow `after` in reading order: at most three queries.

    `reveal` shows the text of a `top` that is not public (to its author, to moderators).
    """
    first = row_of(top)
    start, end = after.path if after else top.path, tree.branch_end(top.path)
    rows = [Row(*row) for row in _below.rows(start, end)]
    has_more, rows = len(rows) > REPLIES_PER_PAGE, rows[:REPLIES_PER_PAGE]
    known = forks_of(_between(top, rows[0]), top=first) if rows else {}
    forest = build_forest(rows, known=known, article_author_id=article.author_id, deepest=article.depth_shown)
    more = _count_between(rows[-1].path, end) if has_more else 0
    return Branch(
        _with_replies(first, article, forest, reveal=reveal),
        more=more,
        after=str(rows[-1].id) if has_more else "",
    )


@kept
def _below() -> QuerySet[Comment, Any]:
    return as_rows(_listed_between(param(0, _field("path")), param(1, _field("path"))))[: REPLIES_PER_PAGE + 1]


def _listed_between(start: Any, end: Any) -> QuerySet[Comment, Comment]:
    return Comment.objects.filter(path__gt=start, path__lt=end).listed().order_by("path")


def _count_between(start: bytes, end: bytes) -> int:
    return _listed_between(start, end)[:COUNT_AT_MOST].count()


def ancestors(article: Article, comment: Comment) -> tuple[Card, ...]:
    """Return the comments above `comment`, root first, as cards without replies: one query."""
    rows = _rows_with_ids(tree.ancestor_ids(comment.path))
    return tuple(build_card(row, level=0, article_author_id=article.author_id) for row in rows)


def one_card(article: Article, comment_id: int, *, level: int = 0, reveal: bool = False) -> Card:
    """Return the card of one comment that is there."""
    (row,) = _rows_with_ids([comment_id])
    return build_card(row, level=level, article_author_id=article.author_id, reveal=reveal)


def _first_reply_ids() -> list[Subquery]:
    replies = Comment.objects.listed().filter(root=OuterRef("pk")).order_by("path").values("pk")
    return [Subquery(replies[n : n + 1]) for n in range(FIRST_REPLIES)]


def _branches(article: Article, roots: Sequence[tuple[Row, tuple[int | None, ...]]]) -> tuple[Branch, ...]:
    """Return the branches that begin with `roots`, each given with the ids of its first replies."""
    ids = [pk for _root, row in roots for pk in row if pk is not None]
    replies = {row.id: row for row in _rows_with_ids(ids)}
    branches = []
    for root, firsts in roots:
        shown = [replies[pk] for pk in firsts if pk in replies]
        forest = build_forest(
            shown, known={root.id: Known(0, forks=True)}, article_author_id=article.author_id,
            deepest=article.depth_shown,
        )  # fmt: skip
        more = max(0, root.branch_count - len(shown))
        after = str(shown[-1].id) if more and shown else ""
        branches.append(Branch(_with_replies(root, article, forest), more=more, after=after))
    return tuple(branches)


def _between(top: Comment, row: Row) -> list[Row]:
    """Return the comments between `top` and `row`, top's side first; no query when `row` answers `top` itself."""
    above = set(tree.ids_of(top.path))
    return _rows_with_ids([pk for pk in tree.ancestor_ids(row.path) if pk not in above])


def _with_replies(row: Row, article: Article, forest: tuple[Card, ...], *, reveal: bool = False) -> Card:
    return build_card(row, level=0, article_author_id=article.author_id, reveal=reveal, replies=forest)
