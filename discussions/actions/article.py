"""Saving an article: the one way by which a text gets rendered, written down, and followed by its passages."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from discussions.actions import rows
from discussions.actions.follow import follow_or_queue
from discussions.actions.render import render_article_row
from discussions.models import Article


def save_article(article: Article, *, fields: Collection[str] | None = None, by: User | None = None) -> Article:
    """Render and save `article`, write its text down, and let its passages follow; return it.

    `by` is who saves it: questions that nobody asks yet are theirs.

    `fields` are the columns to write of an article that is there already: its counters move while an editor types, and
    writing the row as it was read would set them back. None writes a new row.
    """
    render_article_row(article)
    with transaction.atomic():
        if fields is None:
            article.save(force_insert=True)
        else:
            rows.locked_article(article.pk)
            article.save(update_fields=[*fields, "body_html", "renderer_version", "updated_at"])
        follow_or_queue(article, by=by)
    return article
