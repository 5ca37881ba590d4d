"""The article's page: what it shows, to whom, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from discussions.models import Article, Visibility, Vote
from discussions.queries.thread import ROOTS_PER_PAGE
from tests.factories import make_article, make_comment, make_guest, make_user

pytestmark = pytest.mark.django_db


def fill(article: Article, roots: int, replies: int) -> None:
    author = make_user()
    for _ in range(roots):
        root = make_comment(article, by=author)
        for _ in range(replies):
            make_comment(parent=root, by=author)


def queries(client: Client, url: str) -> list[str]:
    """Return the queries of one page, with every cache of ours cold."""
    cache.clear()
    with CaptureQueriesContext(connection) as context:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in context.captured_queries]


def test_the_queries_are_the_same_for_ten_and_for_hundreds(settings: Settings, member: Client, reader: User) -> None:
    # A page that is kept asks nothing, or its version, as the clock has it.
    settings.PAGE_SECONDS = 0
    small, large = make_article(), make_article()
    fill(small, 5, 1)
    fill(large, ROOTS_PER_PAGE + 5, 6)
    make_comment(large, by=reader, visibility=Visibility.HELD)
    guest = Client()
    session = guest.session
    session["guest_id"] = make_guest().pk
    session.save()
    # Beside the page itself: session, person, what is new to a member and what it may do, the article's passages.
    most = {"visitor": (Client(), 8), "guest": (guest, 9), "member": (member, 12)}
    for who, (browser, at_most) in most.items():
        for url in (small.get_absolute_url(), large.get_absolute_url()):
            browser.get(url)
        few, many = (queries(browser, row.get_absolute_url()) for row in (small, large))
        assert len(few) == len(many), (who, few, many)
        assert len(many) <= at_most, (who, many)


def test_a_visitor_without_a_session_costs_no_query_for_it(client: Client, article: Article) -> None:
    asked = " ".join(queries(client, article.get_absolute_url()))
    assert 'FROM "django_session"' not in asked
    assert 'FROM "accounts_' not in asked


def test_the_order_is_remembered(client: Client, article: Article) -> None:
    url = article.get_absolute_url()
    assert client.get(url).context["page"].sort == "most-voted"
    assert client.get(url, {"sort": "oldest"}).context["page"].sort == "oldest"
    assert client.get(url).context["page"].sort == "oldest"
    assert client.get(url, {"sort": "sideways"}).context["page"].sort == "oldest"


def test_a_member_has_a_preferred_order(client: Client, article: Article) -> None:
    client.force_login(make_user(sort_order="newest"))
    assert client.get(article.get_absolute_url()).context["page"].sort == "newest"


@pytest.mark.parametrize("cursor", ["x", "1.2", "1.2.3.4", "'--", "9" * 60])
def test_a_forged_cursor_is_refused_in_words(client: Client, article: Article, cursor: str) -> None:
    for name in ("article", "thread"):
        response = client.get(reverse(f"discussions:{name}", args=[article.slug]), {"after": cursor})
        assert response.status_code == 400
        assert "start from the first page" in response.content.decode()


@pytest.mark.parametrize("query", ["page=7", "cpage=3", "page=x", "comment-page=2"])
def test_old_page_numbers_in_the_query_show_the_discussion(client: Client, article: Article, query: str) -> None:
    assert client.get(f"{article.get_absolute_url()}?{query}").status_code == 200


def test_old_page_numbers_in_the_path_lead_to_the_discussion(client: Client, article: Article) -> None:
    response = client.get(f"{article.get_absolute_url()}comment-page-12/")
    assert (response.status_code, response["Location"]) == (301, article.get_absolute_url())


def test_load_more_is_a_link_and_what_it_loads_is_a_fragment(client: Client, article: Article) -> None:
    fill(article, ROOTS_PER_PAGE + 3, 0)
    page = client.get(article.get_absolute_url())
    after = page.context["page"].after
    assert f"after={after}" in page.content.decode()
    rest = client.get(reverse("discussions:thread", args=[article.slug]), {"after": after})
    assert rest.content.decode().count("<li") >= 3
    assert "<html" not in rest.content.decode()
    whole = client.get(article.get_absolute_url(), {"after": after})
    assert "<html" in whole.content.decode()


def test_held_text_is_shown_to_its_author_alone(client: Client, member: Client, reader: User, article: Article) -> None:
    make_comment(article, by=reader, visibility=Visibility.HELD, body="wait for me", visibility_reason="First comment")
    own = member.get(article.get_absolute_url()).content.decode()
    assert "wait for me" in own
    assert "First comment" in own
    assert "wait for me" not in Client().get(article.get_absolute_url()).content.decode()


def test_moderators_find_what_waits_under_the_article(moderator: Client, article: Article) -> None:
    held = make_comment(article, visibility=Visibility.HELD, body="wait for me")
    page = moderator.get(article.get_absolute_url()).content.decode()
    assert "wait for me" in page
    assert reverse("moderation:comment-open", args=[held.pk]) in page


@pytest.mark.parametrize("state", [Visibility.HELD, Visibility.REMOVED, Visibility.WITHDRAWN])
def test_the_text_of_a_stub_is_nowhere_on_the_page(client: Client, article: Article, state: str) -> None:
    stub = make_comment(article, by=make_user("shyname"), visibility=state, body="the secret words")
    make_comment(parent=stub)
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'id="c{stub.pk}"' in page
    assert "the secret words" not in page
    assert "shyname" not in page


def test_saving_the_preference_takes_the_place_of_what_was_chosen_before(member: Client, article: Article) -> None:
    member.get(article.get_absolute_url(), {"sort": "oldest"})
    page = member.get("/preferences/")
    fields = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    assert member.post("/preferences/", {**fields, "sort_order": "newest"}).status_code == 303
    assert member.get(article.get_absolute_url()).context["page"].sort == "newest"


def test_a_members_own_vote_is_pressed(member: Client, reader: User, article: Article) -> None:
    comment = make_comment(article)
    Vote.objects.create(comment=comment, member=reader, value=1)
    assert member.get(article.get_absolute_url()).context["viewer"].votes == {comment.pk: 1}


def test_an_article_to_come_is_not_there_except_for_moderators(client: Client, moderator: Client) -> None:
    coming = make_article(published_at=timezone.now() + timedelta(days=1))
    make_comment(coming)
    assert client.get(coming.get_absolute_url()).status_code == 404
    assert moderator.get(coming.get_absolute_url()).status_code == 200


def test_no_script_or_style_stands_in_the_page(client: Client, article: Article) -> None:
    make_comment(article)
    response = client.get(article.get_absolute_url())
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = response.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick" not in page
    assert 'src="http' not in page
    assert 'href="https://fonts' not in page


def test_only_reading_verbs(client: Client, article: Article) -> None:
    assert client.post(article.get_absolute_url()).status_code == 405
    assert client.head(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_what_is_done_without_scripts_carries_its_token_in_every_language(
    member: Client, article: Article, language: str
) -> None:
    page = member.get(article.get_absolute_url(), headers={"accept-language": language}).content.decode()
    form = page.partition('<form id="act"')[2].partition("</form>")[0]
    assert 'name="csrfmiddlewaretoken"' in form
