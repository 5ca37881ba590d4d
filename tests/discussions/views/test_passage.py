from __future__ import annotations

import re

import pytest
from django.test import Client

from discussions.models import Article, Passage, PassageStatus
from moderation.models import AuditEntry
from tests.discussions.passages_stage import WORDS, comment_on, passage_of, rewrite, write_article

pytestmark = pytest.mark.django_db

OTHER = "a quieter engine was ordered in spring"


@pytest.fixture
def article(db: None) -> Article:
    return write_article()


def url(passage: Passage) -> str:
    return f"{passage.article.get_absolute_url()}passages/{passage.pk}/"


def test_everybody_reads_where_it_was_and_nobody_else_keeps_it(member: Client, article: Article) -> None:
    passage = passage_of(comment_on(article))
    page = member.get(url(passage))
    assert page.status_code == 200
    assert f"<mark>{WORDS}</mark>" in page.content.decode()
    assert "keeping" not in page.content.decode()
    for act in ("detach", "lock", "merge", "reattach"):
        assert member.post(f"{url(passage)}keep/", {"act": act}).status_code == 403
    assert member.get(f"{url(passage)}keep/").status_code == 405


def test_a_moderator_detaches_it_and_puts_it_back(moderator: Client, article: Article) -> None:
    comment = comment_on(article)
    passage = passage_of(comment)
    assert moderator.post(f"{url(passage)}keep/", {"act": "detach"}).status_code == 303
    assert passage_of(comment).status == PassageStatus.DETACHED
    rewrite(article, "The ferry runs again", "Ferries run again")
    assert passage_of(comment).status == PassageStatus.DETACHED
    sentences = moderator.get(f"{article.get_absolute_url()}passages/new/?for={passage.pk}").content.decode()
    link = re.findall(r'<a href="([^"]*start=[^"]*)"', sentences)[1].replace("&amp;", "&")
    page = moderator.get(link).content.decode()
    data = dict(re.findall(r'name="(revision|start|end)" value="(\d+)"', page))
    assert moderator.post(f"{url(passage)}keep/", {"act": "reattach", **data}).status_code == 303
    back = passage_of(comment)
    assert (back.status, back.now) == ("edited", "Nobody has asked the people who live above the slipway.")
    assert back.history.order_by("-pk").first().by.username == "keeper"  # type: ignore[union-attr]
    names = list(AuditEntry.objects.order_by("pk").values_list("name", flat=True))
    assert names == ["passage.detached", "passage.reattached"]


def test_a_place_in_an_older_text_is_refused(moderator: Client, article: Article) -> None:
    comment = comment_on(article)
    rewrite(article, "The ferry runs again", "Ferries run again")
    data = {"act": "reattach", "revision": 1, "start": 3, "end": 40}
    assert moderator.post(f"{url(passage_of(comment))}keep/", data).status_code == 409
    assert passage_of(comment).now == WORDS


def test_what_the_site_suggests_is_one_button(moderator: Client, article: Article) -> None:
    comment = comment_on(article)
    passage = passage_of(comment)
    Passage.objects.update(status="orphaned", now="", suggested_start=10, suggested_end=50)
    page = moderator.get(url(passage)).content.decode()
    assert 'name="start" value="10"' in page
    moderator.post(f"{url(passage)}keep/", {"act": "reattach", "revision": 1, "start": 10, "end": 50})
    assert passage_of(comment).is_placed


def test_merging_moves_the_comments(moderator: Client, article: Article) -> None:
    one, other = comment_on(article), comment_on(article, OTHER)
    answer = moderator.post(f"{url(passage_of(one))}keep/", {"act": "merge", "into": other.passage_id})
    assert answer.status_code == 303
    assert passage_of_fresh(one) == other.passage_id
    assert Passage.objects.count() == 1
    again = moderator.post(f"{url(passage_of(other))}keep/", {"act": "merge", "into": other.passage_id})
    assert again.status_code == 422


def test_a_locked_passage_takes_no_more_threads(moderator: Client, article: Article) -> None:
    comment = comment_on(article)
    passage = passage_of(comment)
    moderator.post(f"{url(passage)}keep/", {"act": "lock"})
    page = moderator.get(f"{article.get_absolute_url()}?inline={passage.pk}").content.decode()
    assert "No more comments are taken on these words." in page
    assert "composer-p" not in page
    refused = moderator.post(
        f"{article.get_absolute_url()}comment/",
        {"body": "One more.", "passage": passage.pk, "key": "0b9a1b5c-6f0e-4a53-9f3b-2f1d3e1c7a55"},
    )
    assert refused.status_code == 403
    assert "One more." in refused.content.decode()
    moderator.post(f"{url(passage)}keep/", {"act": "unlock"})
    assert not passage_of(comment).is_locked


@pytest.mark.parametrize(
    "data", [{}, {"act": "burn"}, {"act": "reattach"}, {"act": "reattach", "start": "x", "end": "2"}, {"act": "merge"}]
)
def test_a_form_that_is_not_ours(moderator: Client, article: Article, data: dict[str, str]) -> None:
    passage = passage_of(comment_on(article))
    assert moderator.post(f"{url(passage)}keep/", data).status_code == 400


def passage_of_fresh(comment: object) -> int | None:
    from discussions.models import Comment

    assert isinstance(comment, Comment)
    comment.refresh_from_db()
    return comment.passage_id


def test_no_word_is_cut_around_the_words(client: Client) -> None:
    filler = "Everybody on the quay is glad of it, and says so loudly. " * 8
    article = write_article(f"{filler}They hear the engine at five. {filler}")
    passage = passage_of(comment_on(article, "They hear the engine at five."))
    page = client.get(f"{article.get_absolute_url()}passages/{passage.pk}/").content.decode()
    context = page.split('<p class="context"')[1].split("</p>")[0].split(">", 1)[1]
    assert context.startswith("… ")
    assert context.endswith(" …")
    assert {*re.sub(r"</?mark>|…", " ", context).split()} <= {*article.body.split()}
    assert page.count('class="context"') == 1
    assert "The same words stand there today." in page
