"""One way from a body to HTML."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from discussions.actions.render import profiles_in, render_article_row, render_body, render_notice
from discussions.markup import RENDERER_VERSION
from discussions.models import Article, Comment, Notice
from tests.factories import make_user


def test_markdown() -> None:
    rendered = render_body("The bench is **wet**, so I stood there for an hour.")
    assert rendered.html == "<p>The bench is <strong>wet</strong>, so I stood there for an hour.</p>\n"
    assert (rendered.version, rendered.language) == (RENDERER_VERSION, "en")


def test_html_of_an_import() -> None:
    rendered = render_body(
        "<b>Der Platz ist nass</b>, ich habe dort eine Stunde gestanden.<script>x()</script>", Comment.Format.HTML
    )
    assert "<script" not in rendered.html
    assert "nass" in rendered.html
    assert (rendered.version, rendered.language) == (RENDERER_VERSION, "de")


def test_one_query_for_the_handles_of_many_texts(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(User, "get_absolute_url", lambda user: f"/people/{user.username}/")
    for name in ("ann", "bob-2", "c.lee"):
        make_user(name)
    with django_assert_num_queries(1):
        profiles = profiles_in(["@Ann and @bob-2.", "no one", "@nobody, @c.lee", "mail@ann"])
    assert profiles == {"ann": "/people/ann/", "bob-2": "/people/bob-2/", "c.lee": "/people/c.lee/"}


def test_no_query_without_handles(django_assert_num_queries: DjangoAssertNumQueries, db: None) -> None:
    with django_assert_num_queries(0):
        assert profiles_in(["me@example.org", ""]) == {}


def test_articles_and_notices() -> None:
    article, notice = Article(body="# One\n\nTwo."), Notice(body="Be *kind*.<script>")
    render_article_row(article)
    render_notice(notice)
    assert "<h2>One</h2>" in article.body_html
    assert article.renderer_version == RENDERER_VERSION
    assert "<em>kind</em>" in notice.html
    assert "<script>" not in notice.html
