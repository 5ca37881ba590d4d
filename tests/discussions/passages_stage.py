"""An article with passages, made by the actions, for tests of what becomes of them."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.models import Guest, User
from discussions.actions.article import save_article
from discussions.actions.passages import Wanted
from discussions.actions.post import post_comment
from discussions.models import Article, Comment, Passage
from discussions.passages.canon import Span, canonical
from discussions.passages.selecting import Selection, selection_at
from tests.factories import make_user

BODY = """The ferry runs again from Monday, the harbour office says, and everybody on the quay is glad of it.

Nobody has asked the people who live above the slipway. They hear the engine at five in the morning, and they have
heard it for *eleven years* without a word of thanks.

The harbour office says that a quieter engine was ordered in spring.
"""
WORDS = "They hear the engine at five in the morning"


def write_article(body: str = BODY, **fields: Any) -> Article:
    """Return a saved article with its first text written down."""
    n = uuid.uuid4().hex[:8]
    return save_article(Article(title=f"Ferry {n}", slug=f"ferry-{n}", body=body, **fields))


def rewrite(article: Article, old: str, new: str) -> Article:
    """Return the article after an editor has put `new` for `old` in its Markdown."""
    article.refresh_from_db()
    assert old in article.body
    article.body = article.body.replace(old, new)
    return save_article(article, fields=["body"])


def select(article: Article, words: str, nth: int = 0) -> Selection:
    """Return the selection of these words, where they stand for the nth time."""
    text = canonical(article.body_html).text
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return selection_at(text, Span(at, at + len(words)))


def comment_on(
    article: Article, words: str = WORDS, *, by: User | Guest | None = None, body: str = "So do I.", nth: int = 0
) -> Comment:
    """Return a new comment on these words."""
    by = by or make_user()
    wanted = Wanted(selection=select(article, words, nth))
    return post_comment(article=article, by=by, body=body, key=uuid.uuid4(), passage=wanted).comment


def passage_of(comment: Comment) -> Passage:
    """Return the comment's passage as it is now."""
    assert comment.passage_id is not None
    return Passage.objects.get(pk=comment.passage_id)
