"""The latest comments of an article or of a branch, as feeds show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from discussions import tree
from discussions.models import Article, Comment
from discussions.models.comment import CommentQuerySet
from discussions.queries.build import build_card
from discussions.queries.cards import Card
from discussions.queries.rows import Row, as_rows

LATEST = 50


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest comments that everybody may read, newest first."""

    cards: tuple[Card, ...]
    #: When one of them was written or edited, or one that stood among them was hidden or shown.
    changed_at: datetime


def latest_of_article(article: Article) -> Latest:
    """Return the latest comments under `article`: two queries."""
    return _latest(article, article.comments.all(), since=article.published_at)


def latest_of_branch(comment: Comment) -> Latest:
    """Return the latest comments of the branch that `comment` begins, itself among them: two queries."""
    branch = Comment.objects.filter(path__gte=comment.path, path__lt=tree.branch_end(comment.path))
    return _latest(comment.article, branch, since=comment.created_at)


def _latest(article: Article, rows: CommentQuerySet, *, since: datetime) -> Latest:
    newest = as_rows(rows.readable()).order_by("-created_at", "-id")[:LATEST]
    found = [Row(*row) for row in newest]
    cards = tuple(build_card(row, level=0, article_author_id=article.author_id) for row in found)
    # What is older than the last of a full list is not shown, so its fate changes nothing.
    seen = rows.filter(created_at__gte=found[-1].created_at) if len(found) == LATEST else rows
    # What never was public changes nothing either.
    times = seen.exclude(published_at=None).aggregate(first=Max("published_at"), judged=Max("visibility_at"))
    written = (card.edited_at or card.created_at for card in cards)
    return Latest(cards, max((since, *written, *(time for time in times.values() if time is not None))))
