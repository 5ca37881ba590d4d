"""The articles of the demo's paper, the Linden Ferry Lantern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ARTICLES = Path(__file__).parent / "articles"
PAPER = "The Linden Ferry Lantern"

_TEXTS = ("title", "slug", "section", "section_slug", "language", "byline", "summary", "question", "topic")
_MINUTES = {"minute": 1, "hour": 60, "day": 1440}


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article with the size and the kind of its discussion."""

    title: str
    slug: str
    section: str
    section_slug: str
    language: str
    byline: str
    summary: str
    question: str
    #: Markdown.
    body: str
    #: Minutes since it was published.
    age: int
    #: Names the files with what people say about it.
    topic: str
    #: How many comments can be read; stubs come on top.
    comments: int
    #: Share of each language among the comments, by weight.
    language_mix: Mapping[str, float]
    close_after_days: int | None = None
    #: Handle of the reader's account that wrote it; empty when the author does not take part.
    author: str = ""

    @property
    def talk_minutes(self) -> int:
        """Return how many minutes the discussion was open until now or until it closed."""
        return self.age if self.close_after_days is None else min(self.age, self.close_after_days * 1440)


@cache
def load_articles() -> tuple[DemoArticle, ...]:
    """Return all articles, newest first. Raises `ValueError` naming the file when a front matter is wrong."""
    articles = [parse_article(path.read_text("utf-8"), path.name) for path in sorted(ARTICLES.glob("*.md"))]
    return tuple(sorted(articles, key=lambda article: article.age))


def parse_article(source: str, name: str) -> DemoArticle:
    """Return the article written in `source`: a front matter of `key: value` lines, then Markdown."""
    match = re.match(r"---\n(.*?)\n---\n(.*)", source, re.DOTALL)
    if match is None:
        raise ValueError(f"{name}: no front matter")
    fields = dict(_field(line, name) for line in match[1].splitlines())
    try:
        return DemoArticle(
            **{key: fields[key] for key in _TEXTS},
            body=match[2].strip() + "\n",
            age=parse_age(fields["published"]),
            comments=int(fields["comments"]),
            language_mix=_parse_mix(fields["languages"]),
            close_after_days=int(fields["close_after_days"]) if "close_after_days" in fields else None,
            author=fields.get("author", ""),
        )
    except KeyError as missing:
        raise ValueError(f"{name}: {missing} is missing") from missing


def parse_age(text: str) -> int:
    """Return the minutes in a phrase such as `3 days 4 hours ago`. Raises `ValueError` when it names no time."""
    parts = re.findall(r"(\d+) (minute|hour|day)s?\b", text)
    if not parts:
        raise ValueError(f"not an age: {text!r}")
    return sum(int(number) * _MINUTES[unit] for number, unit in parts)


def _field(line: str, name: str) -> tuple[str, str]:
    key, colon, value = line.partition(": ")
    if not colon:
        raise ValueError(f"{name}: not a field: {line!r}")
    return key, value.strip()


def _parse_mix(text: str) -> dict[str, float]:
    pairs = (part.split() for part in text.split(","))
    return {language: float(weight) for language, weight in pairs}
