"""Counts of comments for lists of articles."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from discussions.models import Article
from discussions.queries import counts

register = template.Library()


@register.simple_tag
def comment_counts(articles: Iterable[Article]) -> dict[int, int]:
    """Return the counts of all `articles` by id with one query: `{% comment_counts articles as counts %}`."""
    return counts.comment_counts(articles)


@register.filter
def count_of(counted: dict[int, int], article: Article) -> int:
    """Return the count of one article: `{{ counts|count_of:article }}`."""
    return counted.get(article.pk, 0)
