"""A page of an article's discussion: two queries, whatever its size.

The first finds the roots by keyset, and with them the ids of the first replies of each (three look-ups in the path
index per root). The second fetches those replies. Both join the authors.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.db.models import OuterRef, Q, Subquery

from discussions import tree
from discussions.models import Article, Comment
from discussions.queries.build import Known, build_card, build_forest, card_rows, forks_of
from discussions.queries.cards import Branch, Card, ThreadPage
from discussions.queries.sorting import SORTS

ROOTS_PER_PAGE = 20
FIRST_REPLIES = 3
REPLIES_PER_PAGE = 30
#: "1,000+" is all that a reader needs to know; counting further would cost time that grows with the branch.
COUNT_AT_MOST = 1000


#: In the place of a passage's number: comments on any passage.
ANY_PASSAGE = "all"


def thread_page(
    article: Article, *, sort: str, after: str = "", inline: str = "", passages: Collection[int] = ()
) -> ThreadPage:
    """Return the page of roots that follows cursor `after` in order `sort`, each with its first replies.

    With `inline`, as in the address, only those on `passages` are on it, or with `ANY_PASSAGE` those on any. Raises
    `BadRequest` for a cursor that no page of ours contains.
    """
    order = SORTS[sort]
    rows = card_rows(Comment.objects.filter(article=article, parent=None).listed())
    rows = rows.filter(about_passages(inline, passages))
    if after:
        rows = order.after(rows, after)
    rows = rows.order_by(*order.order_by).annotate(**_first_reply_ids())
    roots = list(rows[: ROOTS_PER_PAGE + 1])
    has_more, roots = len(roots) > ROOTS_PER_PAGE, roots[:ROOTS_PER_PAGE]
    branches = _branches(article, roots)
    return ThreadPage(
        sort=sort,
        branches=branches,
        after=order.cursor(roots[-1]) if has_more else "",
        is_first=not after,
        inline=inline,
    )


def about_passages(inline: str, passages: Collection[int], *, path: str = "passage") -> Q:
    """Return the filter of roots by `inline` and `passages` of `thread_page`; `path` leads to their passage."""
    if inline == ANY_PASSAGE:
        return Q(**{f"{path}__isnull": False})
    return Q(**{f"{path}__in": passages}) if inline else Q()


def branch_page(article: Article, top: Comment, *, after: Comment | None = None, reveal: bool = False) -> Branch:
    """Return the replies below `top` that follow `after` in reading order: at most three queries.

    `reveal` shows the text of a `top` that is not public (to its author, to moderators).
    """
    start = after.path if after else top.path
    below = Comment.objects.filter(path__gt=start, path__lt=tree.branch_end(top.path)).listed()
    rows = list(card_rows(below).order_by("path")[: REPLIES_PER_PAGE + 1])
    has_more, rows = len(rows) > REPLIES_PER_PAGE, rows[:REPLIES_PER_PAGE]
    known = forks_of(_between(top, rows[0]), top=top) if rows else {}
    forest = build_forest(rows, known=known, article_author_id=article.author_id, deepest=article.depth_shown)
    more = below.filter(path__gt=rows[-1].path)[:COUNT_AT_MOST].count() if has_more else 0
    return Branch(
        _with_replies(top, article, forest, reveal=reveal), more=more, after=str(rows[-1].pk) if has_more else ""
    )


def ancestors(article: Article, comment: Comment) -> tuple[Card, ...]:
    """Return the comments above `comment`, root first, as cards without replies: one query."""
    rows = card_rows(Comment.objects.filter(pk__in=tree.ancestor_ids(comment.path))).order_by("path")
    return tuple(build_card(row, level=0, article_author_id=article.author_id) for row in rows)


def one_card(article: Article, comment_id: int, *, level: int = 0, reveal: bool = False) -> Card:
    """Return the card of one comment."""
    row = card_rows(Comment.objects.filter(pk=comment_id)).get()
    return build_card(row, level=level, article_author_id=article.author_id, reveal=reveal)


def _first_reply_ids() -> dict[str, Subquery]:
    replies = Comment.objects.listed().filter(root=OuterRef("pk")).order_by("path").values("pk")
    return {f"reply_{n}": Subquery(replies[n : n + 1]) for n in range(FIRST_REPLIES)}


def _branches(article: Article, roots: list[Comment]) -> tuple[Branch, ...]:
    wanted = {root.pk: [_reply_id(root, n) for n in range(FIRST_REPLIES)] for root in roots}
    ids = [pk for row in wanted.values() for pk in row if pk is not None]
    replies = {row.pk: row for row in card_rows(Comment.objects.filter(pk__in=ids))} if ids else {}
    branches = []
    for root in roots:
        shown = [replies[pk] for pk in wanted[root.pk] if pk in replies]
        forest = build_forest(
            shown,
            known={root.pk: Known(0, forks=True)},
            article_author_id=article.author_id,
            deepest=article.depth_shown,
        )
        more = max(0, root.branch_count - len(shown))
        after = str(shown[-1].pk) if more and shown else ""
        branches.append(Branch(_with_replies(root, article, forest), more=more, after=after))
    return tuple(branches)


def _reply_id(root: Comment, n: int) -> int | None:
    value: int | None = getattr(root, f"reply_{n}")
    return value


def _between(top: Comment, row: Comment) -> list[Comment]:
    """Return the comments between `top` and `row`, top's side first; no query when `row` answers `top` itself."""
    ids = [pk for pk in tree.ancestor_ids(row.path) if pk not in set(tree.ids_of(top.path))]
    if not ids:
        return []
    return list(Comment.objects.filter(pk__in=ids).only("parent_id", "reply_count", "path").order_by("path"))


def _with_replies(row: Comment, article: Article, forest: tuple[Card, ...], *, reveal: bool = False) -> Card:
    card = build_card(row, level=0, article_author_id=article.author_id, reveal=reveal)
    return replace(card, replies=forest)
