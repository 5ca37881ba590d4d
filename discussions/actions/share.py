"""Counting shares."""

from __future__ import annotations

from django.db.models import F

from discussions.models import Article, Comment


def count_share(target: Article | Comment) -> None:
    """Count one share of an article or a comment. There is no row per share: nobody is recorded for sharing."""
    manager = Article.objects if isinstance(target, Article) else Comment.objects
    manager.filter(pk=target.pk).update(share_count=F("share_count") + 1)
