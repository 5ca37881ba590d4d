from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from discussions.models import Article, Comment, Passage
from discussions.passages.canon import canonical
from tests.discussions.passages_stage import WORDS, comment_on, passage_of, rewrite, write_article
from tests.discussions.views.conftest import form
from tests.factories import make_comment, make_user

pytestmark = pytest.mark.django_db

OTHER = "a quieter engine was ordered in spring"


@pytest.fixture(autouse=True)
def _every_page_is_made_anew(settings: Settings) -> None:
    settings.PAGE_SECONDS = 0


@pytest.fixture
def article(db: None) -> Article:
    return write_article()


def prose(page: str) -> str:
    found = re.search(r'<div class="prose"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert found
    return found[1]


def show(client: Client, article: Article, query: str = "") -> str:
    return client.get(article.get_absolute_url() + query).content.decode()


def test_a_marker_stands_after_its_words(client: Client, article: Article) -> None:
    comment = comment_on(article)
    make_comment(article, parent=comment)
    text = prose(show(client, article))
    assert f'{WORDS}<sup class="ia-m" data-ia-ui><a id="ia-{comment.passage_id}"' in text
    assert f'aria-label="2 comments on the passage: {WORDS}">2</a></sup>' in text
    assert f'href="?inline={comment.passage_id}#comments"' in text
    assert canonical(text).text == canonical(article.body_html).text
    assert "ia-m" not in Article.objects.get().body_html


def test_no_marker_before_anybody_can_read_a_comment(client: Client, article: Article) -> None:
    comment = comment_on(article)
    Comment.objects.update(visibility="held", is_listed=False)
    assert "ia-m" not in prose(show(client, article))
    assert client.get(f"{article.get_absolute_url()}passages/{comment.passage_id}/").status_code == 404
    page = show(client, article, f"?inline={comment.passage_id}")
    assert "composer-p" not in page


def test_an_authors_question_has_a_marker_before_any_answer(client: Client) -> None:
    article = write_article("Before it. [[?steps Would you <i>swim</i> here?]]The new steps lead into the water.[[/?]]")
    prompt = Passage.objects.get()
    text = prose(show(client, article))
    assert 'class="ia ask"' in text
    assert "The author asks: Would you &lt;i&gt;swim&lt;/i&gt; here?" in text
    page = show(client, article, f"?inline={prompt.pk}")
    assert f'id="composer-p{prompt.pk}"' in page


def test_no_link_in_a_link(client: Client) -> None:
    article = write_article("Read [what the harbour office says](https://harbour.example/) about the ferry today.")
    comment_on(article, "what the harbour office says")
    assert "says</a><sup" in prose(show(client, article))


def test_the_thread_of_one_passage(client: Client, article: Article) -> None:
    here, there = comment_on(article, body="About the noise."), comment_on(article, OTHER, body="About the engine.")
    make_comment(article, body="About nothing of it.")
    page = show(client, article, f"?inline={here.passage_id}&sort=newest")
    assert "About the noise." in page
    assert "About the engine." not in page
    assert "About nothing of it." not in page
    assert "?sort=oldest&amp;inline=" in page
    assert f'<input type="hidden" name="passage" value="{here.passage_id}"' in page
    everything = show(client, article, "?inline=all")
    assert "About the engine." in everything
    assert "About nothing of it." not in everything
    assert 'aria-label="Passages with comments"' in everything
    assert there.passage_id is not None


def test_what_waits_for_review_is_shown_where_it_belongs(member: Client, article: Article) -> None:
    author = User.objects.get(pk=member.session["_auth_user_id"])
    here, there = comment_on(article), comment_on(article, OTHER)
    for n, parent in enumerate((here, there, None)):
        make_comment(article, parent=parent, author=author, body=f"Waiting {n}.", visibility="held")
    shown = {
        query: [n for n in range(3) if f"Waiting {n}." in show(member, article, query)]
        for query in ("", "?inline=all", f"?inline={here.passage_id}")
    }
    assert shown == {"": [0, 1, 2], "?inline=all": [0, 1], f"?inline={here.passage_id}": [0]}


def test_the_filter_counts_and_keeps_the_order(client: Client, article: Article) -> None:
    make_comment(article, parent=comment_on(article))
    make_comment(article)
    page = show(client, article, "?sort=oldest")
    assert re.search(r'inline=all&amp;sort=oldest#comments"[^>]*>Inline Feedbacks <bdi>\(2\)', page)
    assert re.search(r'\?sort=oldest#comments"[^>]* aria-current="true">View all comments <bdi>\(3\)', page)
    assert "Inline Feedbacks" not in show(client, write_article())


def test_an_unknown_filter_shows_everything(client: Client, article: Article) -> None:
    comment_on(article, body="About the noise.")
    for query in ("?inline=99999", "?inline=x", "?inline=%00", "?inline=" + "9" * 40):
        assert "About the noise." in show(client, article, query)


def test_a_comment_on_a_passage_is_answered_in_its_thread(member: Client, article: Article) -> None:
    first = comment_on(article)
    member.post(f"{article.get_absolute_url()}comment/", form("I do not.", passage=first.passage_id))
    assert Comment.objects.filter(passage=first.passage_id).count() == 2


def test_cards_quote_the_words_and_say_what_became_of_them(client: Client, article: Article) -> None:
    comment = comment_on(article)
    url = f"{article.get_absolute_url()}#ia-{comment.passage_id}"
    assert f'<a href="{url}">{WORDS}</a></blockquote>' in show(client, article)
    assert f'<a href="{url}">{WORDS}</a>' in client.get(comment.get_absolute_url()).content.decode()
    rewrite(article, "at five in the morning", "long before dawn, at five in the morning")
    page = show(client, article)
    assert "Passage since changed" in page
    then_and_now = client.get(f"{article.get_absolute_url()}passages/{comment.passage_id}/").content.decode()
    assert "<ins>long before dawn, </ins>" in then_and_now
    rewrite(article, "They hear the engine long before dawn, at five in the morning", "Nothing of the kind")
    assert "Passage no longer in the article" in show(client, article)
    assert "ia-m" not in prose(show(client, article))


def test_a_reply_on_its_own_page_shows_the_words_of_its_root(client: Client, article: Article) -> None:
    reply = make_comment(article, parent=comment_on(article))
    assert WORDS in client.get(reply.get_absolute_url()).content.decode()


def test_a_long_passage_is_cut_with_the_whole_behind_it(client: Client) -> None:
    sentence = " ".join(f"word{n}" for n in range(60)) + "."
    article = write_article(sentence)
    comment_on(article, sentence)
    page = show(client, article)
    assert "The whole passage" in page
    assert sentence in page.split("The whole passage")[1]


def test_overlapping_passages_have_a_marker_each_and_like_ones_share_it(client: Client, article: Article) -> None:
    one = comment_on(article, "They hear the engine at five in the morning")
    like = comment_on(article, "hear the engine at five in the morning")
    apart = comment_on(article, "in the morning, and they have heard it for eleven years without a word of thanks")
    text = prose(show(client, article))
    assert text.count('class="ia"') == 2
    assert f'<i id="ia-{like.passage_id}"></i><a id="ia-{one.passage_id}"' in text
    page = show(client, article, f"?inline={like.passage_id}")
    assert f'id="c{one.pk}"' in page
    assert f'id="c{apart.pk}"' not in page


def test_the_switch_takes_the_markers_away_and_leaves_the_comments(client: Client, article: Article) -> None:
    comment = comment_on(article)
    Article.objects.update(passages_by="off")
    page = show(client, article)
    assert "ia-m" not in page
    assert f'id="c{comment.pk}"' in page


def test_a_page_costs_the_same_queries_with_many_passages(client: Client, article: Article) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            show(client, article)
        return len(context)

    comment_on(article)
    show(client, article)  # what is remembered for all pages is remembered
    few = queries()
    words = article.body.replace("*", "").split("\n\n")[1].split(" ")
    for n in range(8):
        comment_on(article, " ".join(words[n : n + 5]), by=make_user())
    assert queries() == few
    assert passage_of(Comment.objects.order_by("pk")[0]).exact == WORDS
