"""Counts of comments as JSON, and as a template tag."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from discussions.models import Article, Visibility
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

COUNTS = "/comments/counts.json"


def test_many_articles_take_one_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    articles = [make_article(comment_count=n) for n in range(100)]
    with django_assert_num_queries(1):
        answer = client.get(COUNTS, {"article": [row.pk for row in articles]})
    assert answer.json() == {"counts": {str(row.pk): n for n, row in enumerate(articles)}}
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["Content-Type"] == "application/json"


def test_it_counts_what_can_be_read(client: Client) -> None:
    article = make_article()
    make_comment(article)
    make_comment(article, visibility=Visibility.COLLAPSED)
    make_comment(article, visibility=Visibility.HELD)
    assert client.get(COUNTS, {"article": article.pk}).json() == {"counts": {str(article.pk): 2}}


def test_articles_are_named_by_slug_and_address_too(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article(slug="parks", comment_count=3)
    make_article(slug="elsewhere", url="https://example.org/a?b=1&c=2", comment_count=4)
    asked: dict[str, int | str | list[str]] = {
        "article": article.pk,
        "slug": ["parks", "nowhere"],
        "url": "https://example.org/a?b=1&c=2",
    }
    with django_assert_num_queries(1):
        answer = client.get(COUNTS, asked).json()
    assert answer == {
        "counts": {str(article.pk): 3},
        "slugs": {"parks": 3},
        "urls": {"https://example.org/a?b=1&c=2": 4},
    }


def test_an_address_is_looked_up_in_an_index(client: Client) -> None:
    """Anybody may ask, so it must not cost a walk over every article."""
    wanted = Article.objects.filter(url__in=["https://example.org/a", "https://example.org/b"])
    make_article(url="https://example.org/a")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "articles_by_address" in wanted.only("comment_count").explain()


def test_unknown_and_unpublished_articles_are_left_out(client: Client) -> None:
    to_come = make_article(published_at=timezone.now() + timedelta(hours=1), comment_count=5)
    assert client.get(COUNTS, {"article": [to_come.pk, 9_999_999]}).json() == {"counts": {}}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"article": "abc"}, "is not the number of an article"),
        ({"article": "-1"}, "is not the number of an article"),
        ({"article": "1.5"}, "is not the number of an article"),
        ({"article": "٣"}, "is not the number of an article"),
        ({"article": "1 OR 1=1"}, "is not the number of an article"),
        ({"article": str(2**63)}, "is not the number of an article"),
        ({"article": "1" * 5000}, "is not the number of an article"),
        ({"article": ["1", ""]}, "is not the number of an article"),
        ({}, "between 1 and 100 articles"),
        ({"slug": ""}, "between 1 and 100 articles"),
        ({"article": [str(n) for n in range(101)]}, "between 1 and 100 articles"),
        ({"slug": "a\x00b"}, "character that cannot be in one"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(client: Client, asked: dict[str, str | list[str]], words: str) -> None:
    answer = client.get(COUNTS, asked)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_hostile_id_is_escaped_in_the_refusal(client: Client) -> None:
    answer = client.get(COUNTS, {"article": "<script>alert(1)</script>"})
    assert answer.status_code == 400
    assert b"<script>alert" not in answer.content


def test_only_get(client: Client) -> None:
    assert client.post(COUNTS, {"article": 1}).status_code == 405


def test_the_tag_counts_a_whole_list_with_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    articles = [make_article() for _n in range(30)]
    Article.objects.filter(pk=articles[3].pk).update(comment_count=7)
    template = Template(
        "{% load comment_counts %}{% comment_counts articles as counts %}"
        "{% for article in articles %}{{ counts|count_of:article }},{% endfor %}"
    )
    with django_assert_num_queries(1):
        shown = template.render(Context({"articles": articles}))
    assert shown == "0,0,0,7," + "0," * 26


def test_the_tag_of_an_empty_list_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert Template("{% load comment_counts %}{% comment_counts none as c %}").render(Context({"none": []})) == ""
