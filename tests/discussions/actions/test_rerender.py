"""Rendering again."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from discussions.actions import rerender
from discussions.actions.render import Rendered, render_body
from discussions.actions.rerender import rerender_articles, rerender_comments
from discussions.markup import RENDERER_VERSION
from discussions.models import Article, Comment, Notice
from tests.factories import make_article, make_comment, make_user

OLD: dict[str, Any] = {"html": "<p>old</p>", "renderer_version": 0}


def html(comment: Comment) -> str:
    row = Comment.objects.get(pk=comment.pk)
    assert row.renderer_version == RENDERER_VERSION
    return row.html


def test_renders_what_an_older_renderer_has_rendered(article: Article) -> None:
    old = make_comment(article, body="So *wet*.", **OLD)
    imported = make_comment(article, body="<b>So</b> <i>dry</i>.", body_format=Comment.Format.HTML, **OLD)
    new = make_comment(article, html="<p>kept</p>", renderer_version=RENDERER_VERSION)

    progress = list(rerender_comments())

    assert html(old) == "<p>So <em>wet</em>.</p>\n"
    assert "<b>So</b>" in html(imported)
    assert html(new) == "<p>kept</p>"
    assert [(p.last_id, p.done, p.total) for p in progress] == [(imported.pk, 2, 2)]
    assert list(rerender_comments()) == []


def test_links_handles_again(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "get_absolute_url", lambda user: f"/people/{user.username}/")
    comment = make_comment(article, body="@ann is right", **OLD)
    make_user("ann")
    list(rerender_comments())
    assert 'href="/people/ann/"' in html(comment)


def test_goes_on_where_it_was_stopped(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerender, "BATCH", 2)
    comments = [make_comment(article, html="old", renderer_version=RENDERER_VERSION) for _ in range(5)]

    first = next(iter(rerender_comments(every=True)))
    assert (first.last_id, first.done, first.total) == (comments[1].pk, 2, 5)
    assert Comment.objects.filter(html="old").count() == 3

    rest = list(rerender_comments(every=True, after=first.last_id))
    assert [(p.last_id, p.done, p.total) for p in rest] == [(comments[3].pk, 2, 3), (comments[4].pk, 3, 3)]
    assert not Comment.objects.filter(html="old").exists()


def test_an_edit_meanwhile_wins(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = make_comment(article, body="Before.", **OLD)

    def render_while_somebody_edits(*args: Any, **kwargs: Any) -> Rendered:
        Comment.objects.filter(pk=comment.pk).update(
            body="After.", html="<p>After.</p>", revision=2, renderer_version=RENDERER_VERSION
        )
        return render_body(*args, **kwargs)

    monkeypatch.setattr(rerender, "render_body", render_while_somebody_edits)
    list(rerender_comments())
    assert html(comment) == "<p>After.</p>"


def test_articles_and_notices(db: None) -> None:
    old = make_article(body="# One", body_html="old", renderer_version=0)
    new = make_article(body="# Two", body_html="kept", renderer_version=RENDERER_VERSION)
    notice = Notice.objects.create(language="en", body="Be *kind*.", html="old")

    assert rerender_articles() == 1
    for row in (old, new, notice):
        row.refresh_from_db()
    assert "<h2>One</h2>" in old.body_html
    assert new.body_html == "kept"
    assert "<em>kind</em>" in notice.html

    assert rerender_articles(every=True) == 2
    new.refresh_from_db()
    assert "<h2>Two</h2>" in new.body_html


def test_command(article: Article) -> None:
    comment = make_comment(article, **OLD)
    Article.objects.filter(pk=article.pk).update(renderer_version=RENDERER_VERSION)
    out = io.StringIO()
    call_command("rerender_comments", stdout=out)
    assert f"1 of 1 comments, up to {comment.pk}" in out.getvalue()
    assert "Rendered 0 articles and 1 comments." in out.getvalue()

    out = io.StringIO()
    call_command("rerender_comments", "--all", "--after", str(comment.pk), stdout=out)
    assert "Rendered 1 articles and 0 comments." in out.getvalue()
