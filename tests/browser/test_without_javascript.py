"""Everything that a reader does, with scripts switched off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from discussions.models import Article, Comment, Visibility, Vote
from tests.browser import stage
from tests.browser.conftest import OpenPage
from tests.factories import make_comment, make_moderator, make_user
from tests.moderation.conftest import defaults

__all__ = ["defaults"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article(db: None) -> Article:
    return stage.story()


def visit(open_page: OpenPage, path: str, user: User | None = None) -> Page:
    page = open_page(user, java_script_enabled=False)
    page.goto(path)
    return page


def test_order_and_pages_are_links(open_page: OpenPage, article: Article) -> None:
    stage.busy(article, 25)
    page = visit(open_page, article.get_absolute_url())
    page.get_by_role("link", name="Newest").click()
    expect(page).to_have_url(re.compile(r"\?sort=newest#comments$"))
    expect(page.locator("#roots > li").first).to_contain_text("Thought number 24.")
    page.get_by_role("link", name="Load More Comments").click()
    expect(page.locator("#roots > li")).to_have_count(5)
    page.get_by_role("link", name="Back to the first comments").click()
    expect(page.locator("#roots > li").first).to_contain_text("Thought number 24.")


def test_replies_are_read_on_the_page_of_their_comment(open_page: OpenPage, article: Article) -> None:
    talk = stage.linear(article, 6)
    page = visit(open_page, article.get_absolute_url())
    page.get_by_role("link", name="View Replies (3)").click()
    expect(page).to_have_url(re.compile(rf"/comments/{talk[0].pk}/\?after={talk[3].pk}$"))
    expect(page.get_by_text("Turn 5 of two people talking.")).to_be_visible()


def test_nothing_is_folded_and_branches_close(open_page: OpenPage, article: Article) -> None:
    talk = stage.linear(article, 1)
    long = stage.say(article, "\n\n".join([stage.LONG * 2] * 12))
    page = visit(open_page, article.get_absolute_url())
    box = page.locator(f"#c{long.pk} .tx").bounding_box()
    assert box is not None
    assert box["height"] > 600
    expect(page.get_by_role("link", name="Show all")).to_be_hidden()
    page.get_by_text("Hide Replies").click()
    expect(page.locator(f"#c{talk[1].pk}")).to_be_hidden()


def test_a_guest_writes_after_being_asked_for_a_name(open_page: OpenPage, article: Article) -> None:
    page = visit(open_page, article.get_absolute_url())
    page.get_by_label("Join the discussion").fill("A thought\n\nin two paragraphs")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_role("alert")).to_contain_text("Please tell us a name")
    expect(page.get_by_label("Join the discussion")).to_have_value("A thought\n\nin two paragraphs")
    page.get_by_label("Your name").fill("Sol")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("Your comment is published.")).to_be_visible()
    expect(page.locator("article.here")).to_contain_text("in two paragraphs")
    assert Comment.objects.get().author_name == "Sol"


def test_the_back_button_does_not_post_twice(open_page: OpenPage, article: Article) -> None:
    page = visit(open_page, article.get_absolute_url(), make_user())
    page.reload()  # the first visit sets a cookie, which makes the next request another one for the browser's cache
    page.get_by_label("Join the discussion").fill("Only once, please.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("article.here")).to_be_visible()
    page.go_back()
    page.get_by_label("Join the discussion").fill("Only once, please.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("article.here")).to_contain_text("Only once, please.")
    assert Comment.objects.count() == 1


def test_a_reply_is_written_on_a_page_of_its_own(open_page: OpenPage, article: Article) -> None:
    parent = make_comment(article, body="The figures hide a shift.")
    page = visit(open_page, article.get_absolute_url(), make_user())
    page.locator(f"#c{parent.pk} .re").click()
    expect(page.locator(".above")).to_contain_text("The figures hide a shift.")
    page.get_by_role("link", name="Quote the comment").click()
    expect(page.get_by_label("Your reply")).to_have_value("> The figures hide a shift.\n\n")
    page.get_by_label("Your reply").fill("Do they?")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("article.here")).to_contain_text("Do they?")
    assert Comment.objects.get(body="Do they?").parent == parent


def test_votes_are_buttons_of_a_form(open_page: OpenPage, article: Article) -> None:
    comment = make_comment(article)
    page = visit(open_page, f"{article.get_absolute_url()}?sort=oldest", make_user())
    for value, pressed in ((1, "true"), (0, "false")):
        page.get_by_role("button", name="Vote up").click()
        expect(page).to_have_url(re.compile(rf"\?sort=oldest#c{comment.pk}$"))
        expect(page.get_by_role("button", name="Vote up")).to_have_attribute("aria-pressed", pressed)
        assert [vote.value for vote in Vote.objects.all()] == [value] * value


def test_editing_and_withdrawing(open_page: OpenPage, article: Article) -> None:
    reader = make_user()
    comment = make_comment(article, by=reader)
    page = visit(open_page, article.get_absolute_url(), reader)
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("textbox", name="Your comment").fill("Better words.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("article.here")).to_contain_text("Better words.")
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    comment.refresh_from_db()
    assert comment.visibility == Visibility.WITHDRAWN


@pytest.mark.usefixtures("defaults")
def test_moderators_pin_lock_and_remove(open_page: OpenPage, article: Article) -> None:
    comment = make_comment(article, body="Rude words.")
    page = visit(open_page, article.get_absolute_url(), make_moderator())

    def tools() -> None:
        page.locator(f"#c{comment.pk} .mod > summary").click()

    tools()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.locator(f"#c{comment.pk}")).to_contain_text("Pinned")
    tools()
    page.get_by_role("button", name="Lock branch", exact=True).click()
    expect(page.locator(f"#c{comment.pk}")).to_contain_text("This branch is locked")
    tools()
    page.get_by_role("button", name="Moderate this comment").click()
    page.get_by_label("Criticise ideas, not people").check()
    page.get_by_label("Note to the author").fill("Insults a reader.")
    page.get_by_role("button", name="Remove").click()
    page.goto(article.get_absolute_url())
    expect(page.locator(f"#c{comment.pk}")).to_contain_text("Removed by a moderator")
    expect(page.locator(f"#c{comment.pk}")).to_contain_text("Insults a reader.")
    tools()
    page.get_by_role("button", name="Moderate this comment").click()
    page.get_by_role("button", name="Publish").click()
    page.goto(article.get_absolute_url())
    expect(page.locator(f"#c{comment.pk}")).to_contain_text("Rude words.")


def test_sharing_is_a_mail_and_an_address(open_page: OpenPage, article: Article) -> None:
    comment = make_comment(article)
    page = visit(open_page, article.get_absolute_url())
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    expect(page.get_by_role("link", name="E-mail").first).to_have_attribute("href", re.compile("^mailto:"))
    page.locator(f"#c{comment.pk} .sh").click()
    expect(page).to_have_url(re.compile(f"{comment.get_absolute_url()}$"))
