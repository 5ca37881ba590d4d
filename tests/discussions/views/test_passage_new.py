from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.html import escape

from discussions.models import Article, Comment, Passage
from tests.discussions.passages_stage import WORDS, comment_on, rewrite, select, write_article
from tests.discussions.views.conftest import form
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(db: None) -> Article:
    return write_article()


def url(article: Article) -> str:
    return f"{article.get_absolute_url()}passages/new/"


def post_url(article: Article) -> str:
    return f"{article.get_absolute_url()}comment/"


def fields(article: Article, words: str = WORDS, revision: int = 1) -> dict[str, object]:
    selection = select(article, words)
    return {
        "revision": revision, "start": selection.start, "end": selection.end, "exact": selection.exact,
        "before": selection.before, "after": selection.after,
    }  # fmt: skip


def test_every_sentence_leads_to_its_composer(member: Client, article: Article) -> None:
    page = member.get(url(article)).content.decode()
    links = re.findall(r'<a href="([^"]*start=[^"]*)"[^>]*>([^<]+)</a>', page)
    assert [words[:12] for _url, words in links] == ["The ferry ru", "Nobody has a", "They hear th", "The harbour "]
    for link, words in links:
        composer = member.get(link.replace("&amp;", "&"))
        assert composer.status_code == 200
        assert f'name="exact" value="{words}"' in composer.content.decode()


def test_without_a_script_from_the_sentence_to_the_comment(member: Client, article: Article) -> None:
    page = member.get(url(article)).content.decode()
    link = re.findall(r'<a href="([^"]*start=[^"]*)"', page)[2].replace("&amp;", "&")
    composer = member.get(link).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', composer))
    answer = member.post(post_url(article), {**hidden, "body": "So do I."})
    comment = Comment.objects.get()
    assert answer.status_code == 303
    assert comment.passage is not None
    assert comment.passage.exact.startswith("They hear the engine")
    assert comment.passage.exact.endswith("without a word of thanks.")


def test_a_selection_becomes_a_passage_with_its_comment(member: Client, article: Article) -> None:
    answer = member.post(post_url(article), form("So do I.", **fields(article)))
    assert answer.status_code == 303
    passage = Comment.objects.get().passage
    assert passage is not None
    assert (passage.exact, passage.status, passage.member) == (WORDS, "anchored", Comment.objects.get().author)
    assert passage.history.count() == 1


def test_the_form_sent_twice_makes_one_of_each(member: Client, article: Article) -> None:
    data = form("So do I.", **fields(article))
    assert [member.post(post_url(article), data).status_code for _ in range(2)] == [303, 303]
    assert (Comment.objects.count(), Passage.objects.count()) == (1, 1)


def test_the_same_words_of_two_readers_are_one_passage(member: Client, article: Article) -> None:
    first = comment_on(article)
    member.post(post_url(article), form("I do not.", **fields(article)))
    assert {comment.passage_id for comment in Comment.objects.all()} == {first.passage_id}


def test_offsets_of_an_older_text_are_carried_over(member: Client, article: Article) -> None:
    data = form("So do I.", **fields(article))
    rewrite(article, "The ferry runs again", "At last, the ferry runs again")
    assert member.post(post_url(article), data).status_code == 303
    passage = Passage.objects.get()
    assert passage.now == WORDS
    assert passage.at_revision.number == 2


def test_words_at_another_place_are_found_by_both_their_sides(member: Client, article: Article) -> None:
    data = fields(article) | {"start": 3, "end": 9}
    assert member.post(post_url(article), form("So do I.", **data)).status_code == 303
    assert Passage.objects.get().exact == WORDS


def test_words_that_are_gone_keep_the_draft_and_ask_to_select_again(member: Client, article: Article) -> None:
    data = form("So do I, <b>truly</b>.", **fields(article))
    rewrite(article, WORDS, "Somebody else wrote this")
    answer = member.post(post_url(article), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The passage changed – please select again." in page
    assert escape("So do I, <b>truly</b>.") in page
    assert "data-reselect" in page
    assert not Passage.objects.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [("ferry runs", "at least 12 characters"), ("e" * 13, "please select again")],
)
def test_what_cannot_be_a_passage_is_refused_in_words(member: Client, article: Article, words: str, says: str) -> None:
    data = fields(article) | {"exact": words}
    if words in article.body:
        data = fields(article, words)
    answer = member.post(post_url(article), form("So do I.", **data))
    assert answer.status_code in (409, 422)
    assert says in answer.content.decode()
    assert "So do I." in answer.content.decode()


def test_code_alone_is_no_passage(member: Client) -> None:
    article = write_article("Run it so:\n\n    manage.py migrate --plan\n\nand read what it says.")
    answer = member.post(post_url(article), form("Why?", **fields(article, "manage.py migrate --plan")))
    assert answer.status_code == 422
    assert "Code alone" in answer.content.decode()


def test_one_reader_does_not_mark_the_same_stretch_twice(member: Client, article: Article) -> None:
    member.post(post_url(article), form("So do I.", **fields(article)))
    answer = member.post(
        post_url(article), form("And this.", **fields(article, "the engine at five in the morning, and"))
    )
    assert answer.status_code == 422
    assert "You have commented on" in answer.content.decode()


@pytest.mark.parametrize("switch", ["off", "author"])
def test_the_articles_switch(member: Client, article: Article, switch: str) -> None:
    Article.objects.update(passages_by=switch)
    answer = member.post(post_url(article), form("So do I.", **fields(article)))
    assert answer.status_code == 403
    assert "So do I." in answer.content.decode()
    page = member.get(url(article))
    assert page.status_code == 200
    assert "Here, only the author" in page.content.decode()
    assert "passages/new/" not in member.get(article.get_absolute_url()).content.decode()


def test_a_visitor_who_may_not_write_reads_why(client: Client, article: Article) -> None:
    Article.objects.update(who_may_comment="members")
    page = client.get(url(article)).content.decode()
    assert "Only members can comment here" in page
    assert "start=" not in page


def test_a_link_that_does_not_fit_shows_the_sentences(member: Client, article: Article) -> None:
    answer = member.get(f"{url(article)}?{urlencode({'revision': 1, 'start': 5, 'end': 'x'})}")
    assert answer.status_code == 400
    gone = member.get(f"{url(article)}?{urlencode({'revision': 1, 'start': 5000, 'end': 5010})}")
    assert gone.status_code == 409
    assert "start=" in gone.content.decode()


@pytest.mark.usefixtures("limits_on")
def test_a_new_account_chooses_few_passages_a_day(member: Client, article: Article) -> None:
    places = (WORDS, "a quieter engine was ordered", "everybody on the quay is glad")
    statuses = [
        member.post(post_url(article), form(f"Comment {n}.", **fields(article, words))).status_code
        for n, words in enumerate(places)
    ]
    assert statuses == [303, 303, 429]
    assert Passage.objects.count() == 2


def test_strange_values_break_nothing(member: Client, article: Article) -> None:
    for data in (
        {"passage": "%s%s"}, {"passage": "-1"}, {"passage": str(2**40)}, {"start": "1", "end": "9" * 30},
        {"start": "%d", "end": "%(a)s"}, {"revision": "99", "start": "1", "end": "2", "exact": "\x00"},
    ):  # fmt: skip
        assert member.post(post_url(article), form("So do I.", **data)).status_code in (303, 404, 409, 422)


def test_the_composer_names_what_it_is_about(member: Client, article: Article) -> None:
    first = comment_on(article, by=make_user())
    page = member.get(f"{article.get_absolute_url()}?inline={first.passage_id}").content.decode()
    assert f'id="composer-p{first.passage_id}"' in page
    assert f'data-draft="{article.pk}:0:p{first.passage_id}"' in page
    data = fields(article, "a quieter engine was ordered")
    fragment = member.get(f"{url(article)}?{urlencode(data)}", headers={"HX-Request": "true"}).content.decode()
    assert f'data-draft="{article.pk}:0:n{data["start"]}-{data["end"]}"' in fragment
    assert "<html" not in fragment
