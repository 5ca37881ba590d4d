"""What somebody has written, newest first: three queries, however much it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Guest, User
from accounts.participants import Participant
from discussions import access
from discussions.keyset import Before, columns_compare
from discussions.models import Article, Comment, Visibility
from discussions.queries.build import build_card
from discussions.queries.cards import Card
from discussions.queries.rows import COLUMNS, row_of
from discussions.queries.sorting import SORTS, parse_cursor

PER_PAGE = 20
#: The same columns as the index `comments_of_a_member`.
_NEWEST = SORTS["newest"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment, the article it stands under, and what its reader may do with it."""

    card: Card
    article_title: str
    article_url: str
    article_language: str
    may_edit: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """One page of somebody's comments."""

    entries: tuple[Entry, ...]
    #: Cursor of the next page; empty on the last one.
    after: str
    is_first: bool
    #: The reader sees what is not public too: it is their own page, or they keep the house.
    shows_all: bool


def profile_page(person: User | Guest, *, viewer: Participant | None, after: str = "") -> ProfilePage:
    """Return the comments of `person` that `viewer` may read, from the newest, or those that follow cursor `after`.

    Everybody sees what is public; the author and moderators also what is held, removed or withdrawn, with the reason.
    Raises `BadRequest` for a cursor that no page of ours contains.
    """
    shows_all = viewer == person or access.is_moderator(viewer)
    # Instances, because the rules of editing and withdrawing are asked about them.
    rows = Comment.objects.by(person).select_related("author", "parent", "passage")
    rows = rows.only(*COLUMNS, "article_id", "returned_at")
    if not shows_all:
        rows = rows.readable().filter(article__published_at__lte=timezone.now())
    if after:
        rows = rows.filter(columns_compare(Before, _NEWEST.columns, parse_cursor(after, _NEWEST.columns)))
    comments = list(rows.order_by("-created_at", "-id")[: PER_PAGE + 1])
    has_more, comments = len(comments) > PER_PAGE, comments[:PER_PAGE]
    articles = _articles(comments)
    return ProfilePage(
        entries=tuple(_entry(comment, articles[comment.article_id], viewer) for comment in comments),
        after=_NEWEST.cursor(comments[-1]) if has_more else "",
        is_first=not after,
        shows_all=shows_all,
    )


def _articles(comments: list[Comment]) -> dict[int, Article]:
    ids = {comment.article_id for comment in comments}
    return Article.objects.defer("body", "body_html").in_bulk(ids)


def _entry(comment: Comment, article: Article, viewer: Participant | None) -> Entry:
    comment.article = article
    return Entry(
        card=build_card(row_of(comment), level=0, article_author_id=article.author_id, reveal=True),
        article_title=article.title,
        article_url=article.get_absolute_url(),
        article_language=article.language,
        may_edit=access.allows(access.check_can_edit, viewer, comment),
        may_withdraw=comment.visibility != Visibility.WITHDRAWN
        and access.allows(access.check_can_withdraw, viewer, comment),
    )
