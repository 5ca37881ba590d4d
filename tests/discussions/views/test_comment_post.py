"""Writing a comment: what works, and every way in which it is refused, with the words that are shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Guest, User
from discussions.models import Article, Comment, Visibility
from tests.discussions.views.conftest import form
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db


def post_url(article: Article) -> str:
    return reverse("discussions:comment-post", args=[article.slug])


def test_a_member_posts_and_is_sent_to_the_comment(member: Client, reader: User, article: Article) -> None:
    response = member.post(post_url(article), form("I walk there *every* morning."))
    comment = Comment.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/comments/{comment.pk}/#c{comment.pk}")
    assert (comment.author, comment.article, comment.visibility) == (reader, article, Visibility.PUBLIC)
    page = member.get(response["Location"])
    assert "<em>every</em>" in page.content.decode()
    assert "Your comment is published." in page.content.decode()


def test_a_reply_stands_below_its_parent(member: Client, article: Article) -> None:
    parent = make_comment(article)
    member.post(post_url(article), form(parent=parent.pk))
    reply = Comment.objects.get(parent=parent)
    assert (reply.root_id, reply.depth) == (parent.pk, 1)


def test_a_guest_posts_with_a_name_and_owns_the_comment_in_this_browser(client: Client, article: Article) -> None:
    response = client.post(post_url(article), form(name="  Ada\u202e  Quill "))
    comment = Comment.objects.get()
    assert response.status_code == 303
    assert comment.guest == Guest.objects.get(name="Ada Quill")
    assert client.get(reverse("discussions:comment-edit", args=[comment.pk])).status_code == 200
    assert Client().get(reverse("discussions:comment-edit", args=[comment.pk])).status_code == 403


def test_a_guest_must_give_a_name(client: Client, article: Article) -> None:
    response = client.post(post_url(article), form("My words stay."))
    assert response.status_code == 422
    assert "Please tell us a name" in response.content.decode()
    assert "My words stay." in response.content.decode()
    assert not Guest.objects.exists()


@pytest.mark.parametrize("body", ["", "   \n\t ", "\u200b\u2060\ufeff", "\u202e\u202d", "\u00ad", "> \n> "])
def test_a_comment_that_shows_nothing_is_refused(member: Client, article: Article, body: str) -> None:
    response = member.post(post_url(article), form(body))
    assert response.status_code == 422
    assert "Please write something first." in response.content.decode()
    assert not Comment.objects.exists()


def test_a_comment_that_is_too_long_says_by_how_much_and_comes_back_whole(member: Client, article: Article) -> None:
    body = "x" * 5007
    response = member.post(post_url(article), form(body))
    assert response.status_code == 422
    assert "at most 5000 characters; yours has 7 too many" in response.content.decode()
    assert body in response.content.decode()


def test_five_thousand_characters_are_taken(member: Client, article: Article) -> None:
    assert member.post(post_url(article), form("x" * 5000)).status_code == 303


def test_a_body_of_a_megabyte_is_refused_before_it_is_read(member: Client, article: Article) -> None:
    response = member.post(post_url(article), form("x" * 1_000_000))
    assert response.status_code == 413
    assert "more than this page can take" in response.content.decode()
    assert "Connection" not in response, "that is the server's to say, and some refuse it"


def test_bytes_that_are_not_utf8_come_back_marked(member: Client, article: Article) -> None:
    key = form()["key"]
    response = member.post(
        post_url(article), b"key=" + key.encode() + b"&body=caf%E9", content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 422
    assert "could not be read" in response.content.decode()
    assert "caf\N{REPLACEMENT CHARACTER}" in response.content.decode()


@pytest.mark.parametrize("parent", ["999999999", "0", "-4", "9" * 30, "abc", "1.5"])
def test_an_unknown_parent_keeps_the_text(member: Client, article: Article, parent: str) -> None:
    response = member.post(post_url(article), form("My words stay.", parent=parent))
    assert response.status_code == 422
    assert "My words stay." in response.content.decode()
    assert not Comment.objects.exists()


def test_a_parent_in_another_article_is_refused(member: Client, article: Article) -> None:
    elsewhere = make_comment(make_article())
    response = member.post(post_url(article), form("My words stay.", parent=elsewhere.pk))
    assert response.status_code == 422
    assert "is not in this discussion" in response.content.decode()
    assert "My words stay." in response.content.decode()


@pytest.mark.parametrize("state", [Visibility.REMOVED, Visibility.WITHDRAWN, Visibility.HELD])
def test_a_parent_that_vanished_meanwhile_keeps_the_text(member: Client, article: Article, state: str) -> None:
    parent = make_comment(article, visibility=state)
    make_comment(parent=parent)
    response = member.post(post_url(article), form("My words stay.", parent=parent.pk))
    assert response.status_code == 403
    assert "no longer there" in response.content.decode()
    assert "My words stay." in response.content.decode()


def test_a_locked_branch_takes_no_reply_at_any_depth(member: Client, article: Article) -> None:
    top = make_comment(article, is_locked=True)
    leaf = make_comment(parent=make_comment(parent=top))
    response = member.post(post_url(article), form("My words stay.", parent=leaf.pk))
    assert response.status_code == 403
    assert "branch is locked" in response.content.decode()
    assert "My words stay." in response.content.decode()


@pytest.mark.parametrize(
    "policy",
    [
        {"who_may_comment": Article.Who.NOBODY},
        {"is_locked": True},
        {"close_after_days": 3, "published_at": timezone.now() - timedelta(days=4)},
    ],
    ids=["nobody may", "locked by a moderator", "closed by age"],
)
def test_a_closed_discussion_takes_nothing_and_keeps_the_text(member: Client, policy: dict[str, Any]) -> None:
    closed = make_article(**policy)
    response = member.post(post_url(closed), form("My words stay."))
    assert response.status_code == 403
    assert "This discussion is closed" in response.content.decode()
    assert "My words stay." in response.content.decode()
    assert not Comment.objects.exists()


def test_guests_do_not_write_where_only_members_may(client: Client) -> None:
    article = make_article(who_may_comment=Article.Who.MEMBERS)
    response = client.post(post_url(article), form("My words stay.", name="Ada"))
    assert response.status_code == 403
    assert "Only members can comment here" in response.content.decode()
    assert "My words stay." in response.content.decode()
    assert not Guest.objects.exists()


def test_an_unpublished_article_is_not_there(member: Client) -> None:
    coming = make_article(published_at=timezone.now() + timedelta(hours=1))
    assert member.post(post_url(coming), form()).status_code == 404


def test_a_form_without_its_token_gives_the_text_back(article: Article, reader: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    response = client.post(post_url(article), form("My words stay."))
    assert response.status_code == 403
    assert "This form had expired" in response.content.decode()
    assert "My words stay." in response.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize("key", ["", "not-a-key", "0", "'; DROP TABLE"])
def test_a_forged_key_is_refused_and_a_new_one_is_given(member: Client, article: Article, key: str) -> None:
    response = member.post(post_url(article), form("My words stay.", key=key))
    assert response.status_code == 422
    assert "My words stay." in response.content.decode()
    again = response.context["form"]
    assert member.post(post_url(article), form("My words stay.", key=str(again["key"].value()))).status_code == 303


def test_the_same_form_twice_is_one_comment(member: Client, article: Article) -> None:
    data = form()
    first, second = member.post(post_url(article), data), member.post(post_url(article), data)
    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == 1


def test_the_back_button_with_other_words_asks_once_more(member: Client, article: Article) -> None:
    data = form("One thing.")
    member.post(post_url(article), data)
    response = member.post(post_url(article), {**data, "body": "Another thing."})
    assert response.status_code == 409
    assert "already posted with this form" in response.content.decode()
    assert "Another thing." in response.content.decode()
    key = str(response.context["form"]["key"].value())
    assert member.post(post_url(article), {**data, "body": "Another thing.", "key": key}).status_code == 303
    assert Comment.objects.count() == 2


def test_somebody_elses_key_does_not_make_their_comment_mine(member: Client, article: Article) -> None:
    data = form("Exactly these words.")
    other = Client()
    other.force_login(make_user("other"))
    other.post(post_url(article), data)
    response = member.post(post_url(article), data)
    assert response.status_code == 409
    assert Comment.objects.count() == 1


def test_the_limit_answers_with_a_wait_and_keeps_the_text(member: Client, article: Article, limits_on: None) -> None:
    for _ in range(6):
        assert member.post(post_url(article), form()).status_code == 303
    response = member.post(post_url(article), form("My words stay."))
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert "very fast" in response.content.decode()
    assert "My words stay." in response.content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_verbs_are_refused(member: Client, article: Article, method: str) -> None:
    assert getattr(member, method)(post_url(article)).status_code == 405


def test_without_javascript_the_composer_is_a_page(member: Client, article: Article) -> None:
    parent = make_comment(article, html="<p>First line</p><p>Second line</p>")
    page = member.get(reverse("discussions:comment-reply", args=[parent.pk]), {"quote": "1"})
    assert page.status_code == 200
    assert "&gt; First line\n&gt; Second line" in page.content.decode()


def test_a_script_gets_the_card_and_a_fresh_form(member: Client, article: Article) -> None:
    data = form()
    response = member.post(post_url(article), data, headers={"HX-Request": "true"})
    comment = Comment.objects.get()
    assert response.status_code == 201
    assert f'id="c{comment.pk}"' in response.content.decode()
    assert data["key"] not in response.content.decode()


def test_a_refused_script_gets_its_own_form_back(member: Client, article: Article) -> None:
    parent = make_comment(article)
    response = member.post(post_url(article), form("", parent=parent.pk), headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert response["HX-Retarget"] == f"#composer-{parent.pk}"
    assert f'id="composer-{parent.pk}"' in response.content.decode()


SCREENS = ["moderation.screening.HouseScreen", "moderation.signal_screen.SignalsScreen",
           "moderation.rule_screen.RulesScreen"]  # fmt: skip


def test_posting_costs_the_same_few_statements(
    member: Client, article: Article, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.COMMENT_SCREENS = SCREENS
    there, htmx = post_url(article), {"HX-Request": "true"}
    member.post(there, form("The first comment of a process asks more than those after it do."), headers=htmx)
    for n in range(2):
        text = form(f"What I saw this morning, for the {n + 2}. time, was a heron in the shallow water.")
        # session, member, article; savepoint, form; policy; article again, twin, id, comment, count, event, followers,
        # fingerprint, form again, release
        with django_assert_num_queries(16):
            assert member.post(there, text, headers=htmx).status_code == 201
