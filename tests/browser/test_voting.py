"""Voting: it shows at once, and what shows is what is stored."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from discussions.models import Article, Comment, Vote
from tests.browser import stage
from tests.browser.conftest import OpenPage
from tests.factories import make_comment, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article(db: None) -> Article:
    return stage.story()


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article, up_count=1023, imported_up=1023)


def votes(page: Page, comment: Comment) -> tuple[Locator, Locator]:
    buttons = page.locator(f"#c{comment.pk} > article button[data-vote]")
    return buttons.first, buttons.last


def press(page: Page, button: Locator) -> None:
    with page.expect_response(re.compile("/vote/$")):
        button.click()


def stored(comment: Comment) -> tuple[int, int, list[int]]:
    comment.refresh_from_db()
    return comment.up_count, comment.down_count, list(Vote.objects.values_list("value", flat=True))


def test_up_flip_and_withdraw_take_one_click_each(open_page: OpenPage, comment: Comment) -> None:
    page = open_page(make_user())
    page.goto(comment.article.get_absolute_url())
    up, down = votes(page, comment)
    expect(up).to_have_attribute("aria-label", "Vote up, 1023 votes up")
    press(page, up)
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(up).to_have_text("1,024")
    expect(up).to_have_attribute("aria-label", "Vote up, 1024 votes up")
    assert stored(comment) == (1024, 0, [1])
    press(page, down)
    expect(up).to_have_text("1,023")
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(down).to_have_text("1")
    expect(down).to_have_attribute("aria-pressed", "true")
    assert stored(comment) == (1023, 1, [-1])
    press(page, down)
    expect(down).to_have_text("")
    assert stored(comment) == (1023, 0, [])
    page.reload()
    expect(up).to_have_attribute("aria-pressed", "false")


def test_of_quick_clicks_the_last_one_counts(open_page: OpenPage, comment: Comment) -> None:
    page = open_page(make_user())
    page.goto(comment.article.get_absolute_url())
    up, down = votes(page, comment)
    for button in (up, up, up, up, up, down):
        button.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    # It shows before it is stored, and how many requests that takes depends on how quick the clicks were; only the
    # last click asks for what is waited for.
    for _ in range(100):
        if stored(comment) == (1023, 1, [-1]):
            break
        page.wait_for_timeout(100)
    page.reload()
    expect(down).to_have_attribute("aria-pressed", "true")
    assert stored(comment) == (1023, 1, [-1])


def test_a_vote_that_fails_is_taken_back_in_words(open_page: OpenPage, comment: Comment) -> None:
    page = open_page(make_user())
    page.goto(comment.article.get_absolute_url())
    up, _ = votes(page, comment)
    Article.objects.update(is_locked=True)
    up.click()
    expect(page.locator("#status")).to_have_text("This discussion is locked. You can still read it.")
    expect(page.locator("#status")).to_be_in_viewport()
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(up).to_have_text("1,023")


def test_what_is_shown_at_once_needs_no_answer(open_page: OpenPage, comment: Comment) -> None:
    page = open_page(make_user())
    page.goto(comment.article.get_absolute_url())
    page.route("**/vote/", lambda route: None)
    up, _ = votes(page, comment)
    up.click()
    expect(up).to_have_text("1,024")


def test_visitors_are_led_to_the_log_in(open_page: OpenPage, comment: Comment) -> None:
    page = open_page()
    page.goto(comment.article.get_absolute_url())
    page.get_by_role("link", name="1023 votes up. Log in to vote").click()
    expect(page).to_have_url(re.compile(rf"/login/\?next={comment.get_absolute_url()}"))


def test_nobody_votes_on_their_own_comment(open_page: OpenPage, article: Article) -> None:
    reader = make_user()
    own = make_comment(article, by=reader)
    page = open_page(reader)
    page.goto(article.get_absolute_url())
    expect(page.locator(f"#c{own.pk} button[data-vote]")).to_have_count(0)
    expect(page.locator(f"#c{own.pk} .v.up")).to_contain_text("0 votes up")


def test_a_site_can_do_without_downvotes(open_page: OpenPage, comment: Comment, settings: Settings) -> None:
    settings.DOWNVOTES = False
    page = open_page(make_user())
    page.goto(comment.article.get_absolute_url())
    expect(page.locator(f"#c{comment.pk} button[data-vote]")).to_have_count(1)
