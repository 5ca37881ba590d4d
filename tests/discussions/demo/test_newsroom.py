from __future__ import annotations

import re

import pytest

from discussions.demo.newsroom import DemoArticle, load_articles, parse_age, parse_article


def test_there_are_six_articles_newest_first() -> None:
    ages = [article.age for article in load_articles()]
    assert len(ages) == 6
    assert ages == sorted(ages)


def test_sizes_and_languages_are_those_of_the_demo() -> None:
    sizes = {article.slug: article.comments for article in load_articles()}
    assert sizes == {
        "three-kitchens": 0,
        "night-market": 12,
        "station-garden": 40,
        "sallow-wall": 135,
        "library-at-night": 1_000,
        "one-way-streets": 10_000,
    }
    assert sorted(article.language for article in load_articles()) == ["ar", "en", "en", "en", "en", "es"]


@pytest.mark.parametrize("article", load_articles(), ids=lambda article: article.slug)
def test_an_article_is_a_whole_text(article: DemoArticle) -> None:
    paragraphs = [part for part in article.body.split("\n\n") if not part.startswith(("#", ">", "-", "1."))]
    assert len(paragraphs) >= 5
    assert article.body.count("\n# ") >= 2
    assert "\n> " in article.body
    assert re.search(r"^(- |1\. )", article.body, re.MULTILINE)
    assert len(article.title) <= 200
    assert len(article.summary) <= 300
    assert article.question.endswith(("?", "؟"))


def test_one_discussion_is_over() -> None:
    over = [article for article in load_articles() if article.talk_minutes < article.age]
    assert [article.slug for article in over] == ["station-garden"]
    assert over[0].talk_minutes == 14 * 1440


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("24 minutes ago", 24), ("1 hour ago", 60), ("1 day 6 hours ago", 1_800), ("3 days 4 hours 5 minutes ago", 4_565)],
)
def test_ages_are_read(text: str, minutes: int) -> None:
    assert parse_age(text) == minutes


def test_an_age_without_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match="not an age: 'long ago'"):
        parse_age("long ago")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("no front matter", "x.md: no front matter"),
        ("---\ntitle\n---\nbody", "x.md: not a field: 'title'"),
        ("---\ntitle: A\n---\nbody", "x.md: 'slug' is missing"),
    ],
)
def test_a_wrong_front_matter_is_refused_in_words(source: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_article(source, "x.md")
