"""Reading a discussion: order, pages, branches, states."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from discussions.models import Comment
from tests.browser import stage
from tests.browser.conftest import OpenPage
from tests.factories import make_comment, make_user

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

NARROW = {"viewport": {"width": 390, "height": 844}}


def indent(page: Page, comment: Comment) -> float:
    return left(page.locator(f"#c{comment.pk} > article"))


def left(shown: Locator) -> float:
    box = shown.bounding_box()
    assert box is not None
    return box["x"]


def focused(page: Page) -> Locator:
    return page.locator("*:focus")


def test_another_order_needs_no_new_page_and_back_returns_the_old_one(open_page: OpenPage) -> None:
    article = stage.story()
    stage.busy(article)
    page = open_page()
    page.goto(article.get_absolute_url())
    page.evaluate("window.same = true")
    expect(page.locator("#roots > li").first).to_contain_text("Thought number 24.")

    page.locator("#oldest").click()
    expect(page.locator("#roots > li").first).to_contain_text("Thought number 0.")
    expect(page).to_have_url(re.compile(r"\?sort=oldest$"))
    expect(page.locator("#status")).to_have_text("Sorted: Oldest")
    expect(focused(page)).to_have_attribute("id", "oldest")

    page.go_back()
    expect(page.locator("#roots > li").first).to_contain_text("Thought number 24.")
    expect(page.locator(".tabs [aria-current]")).to_have_text("Most Voted")
    page.go_forward()
    expect(page.locator("#roots > li").first).to_contain_text("Thought number 0.")
    assert page.evaluate("window.same")

    page.goto(article.get_absolute_url())
    expect(page.locator(".tabs [aria-current]")).to_have_text("Oldest")


def test_more_comments_are_appended_once_and_focused(open_page: OpenPage) -> None:
    article = stage.story()
    roots = stage.busy(article, 25)
    page = open_page()
    page.goto(f"{article.get_absolute_url()}?sort=newest")
    page.get_by_role("link", name="Load More Comments").click()
    expect(page.locator("#roots > li")).to_have_count(25)
    expect(focused(page)).to_have_text(re.compile("Thought number 4."))
    expect(page.locator("#status")).to_have_text("Comments loaded: 5")
    expect(page.get_by_role("link", name="Load More Comments")).to_have_count(0)
    assert page.locator("#roots > li").evaluate_all("items => new Set(items.map(item => item.id)).size") == len(roots)


def test_a_comment_posted_meanwhile_is_not_shown_twice(open_page: OpenPage) -> None:
    article, reader = stage.story(), make_user()
    stage.busy(article, 21)
    page = open_page(reader)
    page.goto(f"{article.get_absolute_url()}?sort=oldest")
    page.locator("#composer-0 textarea").fill("I came last.")
    page.locator("#composer-0 .primary").click()
    expect(page.locator("#roots > li").first).to_contain_text("I came last.")
    page.get_by_role("link", name="Load More Comments").click()
    expect(page.locator("#roots > li")).to_have_count(22)
    expect(page.get_by_text("I came last.")).to_have_count(1)


def test_replies_come_in_pages_with_their_indentation(open_page: OpenPage) -> None:
    article = stage.story()
    spine = stage.forked(article, 3)
    for n in range(32):
        stage.say(article, f"Late reply {n}.", spine[0])
    page = open_page()
    page.goto(article.get_absolute_url())
    more = page.get_by_role("link", name="View Replies (35)")
    more.click()
    expect(page.get_by_text("Level 3, another voice.")).to_be_visible()
    siblings = page.locator(f"#r{spine[0].pk} > li > article")
    expect(siblings.filter(has_text="Late reply 0.")).to_be_visible()
    assert indent(page, spine[3]) == left(page.locator("article", has_text="Level 3, another voice."))
    expect(focused(page)).to_be_attached()
    page.get_by_role("link", name=re.compile("View Replies")).click()
    expect(page.get_by_text("Late reply 31.")).to_be_visible()


def test_a_branch_moves_in_only_where_it_forks(open_page: OpenPage) -> None:
    article = stage.story()
    talk, spine = stage.linear(article, 3), stage.forked(article, 2)
    page = open_page()
    page.goto(talk[0].get_absolute_url())
    assert indent(page, talk[1]) > indent(page, talk[0])
    assert indent(page, talk[1]) == indent(page, talk[2]) == indent(page, talk[3])
    expect(page.locator(f"#c{talk[2].pk} > article")).to_contain_text(f"in reply to {talk[1].author_name}")
    expect(page.locator(f"#c{talk[1].pk} > article")).not_to_contain_text("in reply to")
    page.goto(spine[0].get_absolute_url())
    assert indent(page, spine[0]) < indent(page, spine[1]) < indent(page, spine[2])


def test_six_levels_wide_three_narrow_then_the_thread_goes_on_elsewhere(open_page: OpenPage) -> None:
    article = stage.story()
    spine = stage.forked(article, 8)
    wide = open_page()
    wide.goto(spine[0].get_absolute_url())
    expect(wide.locator(f"#c{spine[6].pk}")).to_be_visible()
    expect(wide.locator(f"#c{spine[7].pk}")).to_have_count(0)
    expect(wide.locator(f"#c{spine[6].pk}").get_by_role("link", name="Continue this thread")).to_be_visible()
    narrow = open_page(**NARROW)
    narrow.goto(spine[0].get_absolute_url())
    expect(narrow.locator(f"#c{spine[3].pk}")).to_be_visible()
    expect(narrow.locator(f"#c{spine[4].pk}")).to_be_hidden()
    narrow.locator(f"#c{spine[3].pk}").get_by_role("link", name="Continue this thread").first.click()
    expect(narrow).to_have_url(re.compile(f"/comments/{spine[3].pk}/$"))
    expect(narrow.locator(f"#c{spine[4].pk}")).to_be_visible()


def test_a_closed_branch_opens_for_a_link_into_it(open_page: OpenPage) -> None:
    article = stage.story()
    talk = stage.linear(article, 3)
    page = open_page()
    page.goto(article.get_absolute_url())
    page.get_by_text("Hide Replies").click()
    expect(page.locator(f"#c{talk[1].pk}")).to_be_hidden()
    expect(page.get_by_text("View Replies (3)")).to_be_visible()
    page.evaluate(f"location.hash = 'c{talk[2].pk}'")
    expect(page.locator(f"#c{talk[2].pk}")).to_be_visible()


def test_the_name_that_is_answered_leads_to_the_comment(open_page: OpenPage) -> None:
    article = stage.story()
    talk = stage.linear(article, 2)
    page = open_page()
    page.goto(article.get_absolute_url())
    page.evaluate("window.same = true")
    page.locator(f"#c{talk[2].pk} a.to").click()
    expect(focused(page)).to_contain_text("Turn 0")
    assert page.evaluate("window.same")


def test_a_long_comment_is_folded_until_asked_for(open_page: OpenPage) -> None:
    article = stage.story()
    comment = stage.say(article, "\n\n".join([stage.LONG * 2] * 12))
    page = open_page()
    page.goto(article.get_absolute_url())
    text = page.locator(f"#c{comment.pk} .tx")
    height = "text => text.offsetHeight"
    folded = text.evaluate(height)
    page.get_by_role("link", name="Show all").click()
    assert folded < 520 < text.evaluate(height)
    page.get_by_role("link", name="Show less").click()
    assert text.evaluate(height) == folded


def test_every_state_says_what_it_is(open_page: OpenPage) -> None:
    reader, author = make_user(name="Ada Grey"), make_user(name="Mira Alder")
    article = stage.story(author=author)
    made = stage.every_state(article, reader)
    page = open_page(reader)
    page.goto(article.get_absolute_url())

    def words(name: str) -> Locator:
        return page.locator(f"#c{made[name].pk} > article")

    expect(words("pinned")).to_contain_text(re.compile(r"Mira Alder\s+Author\s+Pinned"))
    expect(page.locator("#roots > li").first).to_contain_text("Read this first.")
    expect(words("removed")).to_contain_text("Removed by a moderator")
    expect(words("removed")).to_contain_text("Insults a reader (guideline 2).")
    expect(words("removed")).not_to_contain_text("Rude words")
    expect(words("withdrawn")).to_contain_text("Withdrawn by its author")
    expect(words("collapsed").get_by_text("About something else.")).to_be_hidden()
    words("collapsed").locator("summary", has_text="Collapsed by a moderator: Off topic").click()
    expect(words("collapsed").get_by_text("About something else.")).to_be_visible()
    expect(words("held")).to_contain_text("Waiting for review")
    expect(words("held")).to_contain_text("It holds a link.")
    expect(page.locator(f"#c{made['locked'].pk}")).to_contain_text("This branch is locked")
    expect(page.locator(f"#c{made['locked'].pk}").get_by_role("link", name="Reply")).to_have_count(0)
    expect(words("guest")).to_contain_text("Guest")
    expect(words("fresh").get_by_role("link", name="Edit")).to_be_visible()
    expect(words("arabic").locator(".tx")).to_have_attribute("lang", "ar")
    assert words("arabic").locator(".tx").evaluate("text => getComputedStyle(text).direction") == "rtl"
    words("edited").get_by_role("link", name="edited").click()
    expect(page.locator("ins")).to_have_text(["has"])
    expect(page.locator("del").first).to_have_text("never")


def test_other_readers_see_no_held_comment(open_page: OpenPage) -> None:
    article = stage.story(author=make_user())
    stage.every_state(article, make_user())
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    expect(page.locator("#comments")).not_to_contain_text("Waiting for review")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_that_is_written_makes_the_page_wider(open_page: OpenPage, width: int) -> None:
    article = stage.story(author=make_user())
    stage.every_state(article, make_user(name="w" * 60))
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(article.get_absolute_url())
    for item in page.locator("#roots > li").all():
        item.scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_times_are_relative_and_keep_their_date(open_page: OpenPage) -> None:
    article = stage.story()
    make_comment(article)
    page = open_page()
    page.goto(article.get_absolute_url())
    time = page.locator("#roots time").first
    expect(time).to_have_text(re.compile("minute"))
    expect(time).to_have_attribute("title", re.compile(r"\d{4}"))


def test_a_comment_has_a_page_with_what_it_answers(open_page: OpenPage) -> None:
    article = stage.story()
    talk = stage.linear(article, 4)
    page = open_page()
    page.goto(talk[2].get_absolute_url())
    expect(page.locator(".above > li")).to_have_count(2)
    expect(page.locator("article.here")).to_contain_text("Turn 1")
    expect(page.locator("article.here")).to_contain_text(f"in reply to {talk[1].author_name}")
    expect(page.locator(f"#c{talk[4].pk}")).to_be_visible()
    page.get_by_role("link", name="Show the full discussion").click()
    expect(page).to_have_url(re.compile("#comments$"))


def test_an_article_reads_in_its_own_direction(open_page: OpenPage) -> None:
    article = stage.story("السوق الليلي", language="ar")
    page = open_page()
    page.goto(article.get_absolute_url())
    expect(page.locator("article.story")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"who_may_comment": "nobody"}, "This discussion is closed."),
        ({"is_locked": True}, "This discussion is closed."),
        ({"who_may_comment": "members"}, "Only members can comment here."),
    ],
)
def test_a_discussion_that_cannot_be_joined_says_why(open_page: OpenPage, policy: dict[str, Any], words: str) -> None:
    article = stage.story(**policy)
    comment = make_comment(article)
    page = open_page()
    page.goto(article.get_absolute_url())
    expect(page.locator("#composer-0")).to_contain_text(words)
    expect(page.locator("form.composer")).to_have_count(0)
    expect(page.locator(f"#c{comment.pk} .re")).to_have_count(0)


def test_sharing_copies_the_link_and_counts_it(open_page: OpenPage) -> None:
    article = stage.story()
    comment = make_comment(article)
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(article.get_absolute_url())
    with page.expect_response(lambda answer: answer.url.endswith(f"{article.get_absolute_url()}share/")):
        page.locator(".share [data-do=copy]").first.click()
    expect(page.locator("#status")).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(article.get_absolute_url())
    page.locator(f"#c{comment.pk} .sh").click()
    expect(focused(page)).to_have_text("Copy link")
    with page.expect_response(lambda answer: answer.url.endswith(f"{comment.get_absolute_url()}share/")):
        focused(page).click()
    assert page.evaluate("navigator.clipboard.readText()").endswith(comment.get_absolute_url())
    article.refresh_from_db()
    comment.refresh_from_db()
    assert (article.share_count, comment.share_count) == (1, 1)
