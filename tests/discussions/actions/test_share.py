"""Counting shares."""

from __future__ import annotations

from discussions.actions.share import count_share
from discussions.models import Article
from tests.factories import make_article, make_comment


def test_counts_articles_and_comments_apart(article: Article) -> None:
    comment, other = make_comment(article), make_article()
    for target in (article, article, comment):
        count_share(target)
    for row in (article, comment, other):
        row.refresh_from_db()
    assert (article.share_count, comment.share_count, other.share_count) == (2, 1, 0)
