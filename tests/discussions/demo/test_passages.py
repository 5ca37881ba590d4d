from __future__ import annotations

import pytest
from django.db import transaction

from discussions.demo.newsroom import load_articles
from discussions.demo.passages import write_passages
from discussions.demo.script import load_script
from discussions.markup import article_prompts, render_article
from discussions.models import Passage
from discussions.passages.canon import canonical
from tests.discussions.passages_stage import WORDS, write_article


@pytest.mark.parametrize("article", load_articles(), ids=lambda article: article.slug)
def test_what_the_script_quotes_is_in_the_article_once(article: object) -> None:
    text = canonical(render_article(article.body))  # type: ignore[attr-defined]
    wanted = [line.passage for line in load_script(article.topic) if line.passage]  # type: ignore[attr-defined]
    for words in wanted:
        assert words.removeprefix("?") in text.prompts if words.startswith("?") else text.text.count(words) == 1
    assert text.prompts.keys() == article_prompts(article.body).keys()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_passages_are_written_by_words_and_by_mark() -> None:
    article = write_article(f"[[?noise Do you hear it?]]The engine[[/?]] starts.\n\n{WORDS}, every day.")
    with transaction.atomic():
        found = write_passages(article, [WORDS, "?noise"])
        assert (found[WORDS].exact, found["?noise"].question) == (WORDS, "Do you hear it?")
        assert Passage.objects.count() == 2
        with pytest.raises(ValueError, match="no such passage"):
            write_passages(article, ["never written"])
