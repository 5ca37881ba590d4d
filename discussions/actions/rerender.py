"""Rendering again what an older renderer has rendered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from discussions.actions.render import profiles_in, render_article_row, render_body, render_notice
from discussions.markup import RENDERER_VERSION
from discussions.models import Article, Comment, Notice

BATCH = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work has come: all comments up to `last_id` are done."""

    last_id: int
    done: int
    total: int


def rerender_comments(*, every: bool = False, after: int = 0) -> Iterator[Progress]:
    """Render the comments of another renderer version again, all of them with `every`, and say so batch by batch.

    It may be stopped at any time and started again: without `every` it finds by itself what is left, with `every` it
    goes on after the comment `after`. Texts that somebody edits meanwhile are left as the edit has rendered them.
    """
    stale = Comment.objects.filter(pk__gt=after)
    if not every:
        stale = stale.filter(~Q(renderer_version=RENDERER_VERSION))
    total, done, last_id = stale.count(), 0, after
    texts = stale.order_by("pk").only("body", "body_format", "revision")
    while batch := list(texts.filter(pk__gt=last_id)[:BATCH]):
        rerender(batch)
        done, last_id = done + len(batch), batch[-1].pk
        yield Progress(last_id, done, total)


def rerender_articles(*, every: bool = False) -> int:
    """Render the articles of another renderer version again, all of them with `every`; return how many.

    Notices are few and carry no version: all of them are rendered and none is counted.
    """
    stale = Article.objects.all() if every else Article.objects.filter(~Q(renderer_version=RENDERER_VERSION))
    done = 0
    for article in stale.only("body", "body_html", "renderer_version").iterator(BATCH):
        render_article_row(article)
        done += Article.objects.filter(pk=article.pk, body=article.body).update(
            body_html=article.body_html, renderer_version=article.renderer_version
        )
    for notice in Notice.objects.all():
        render_notice(notice)
        Notice.objects.filter(pk=notice.pk, body=notice.body).update(html=notice.html)
    return done


def rerender(batch: list[Comment]) -> None:
    """Render these comments again; a text that somebody edits meanwhile is left as the edit has rendered it."""
    profiles = profiles_in(comment.body for comment in batch if comment.body_format == Comment.Format.MARKDOWN)
    rendered = [(row, render_body(row.body, row.body_format, profiles=profiles)) for row in batch]
    with transaction.atomic():
        # In ascending order, and one statement a row with its revision: an edit in between wins.
        for row, new in rendered:
            Comment.objects.filter(pk=row.pk, revision=row.revision).update(html=new.html, renderer_version=new.version)
