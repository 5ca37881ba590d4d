"""Commenting on a passage in the browser, from the selection to the marker, and what an edit makes of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from discussions.models import Article, Comment, Passage
from tests.browser import inline_stage as inline
from tests.browser.conftest import OpenPage
from tests.discussions.passages_stage import WORDS, comment_on, rewrite, write_article
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POP, PICK = "#ia-pop", "[data-do=ia-pick]"


@pytest.fixture
def article(db: None) -> Article:
    return write_article(author=make_user())


def visit(open_page: OpenPage, article: Article, user: User | None = None, **options: object) -> Page:
    page = open_page(user or make_user(), **options)
    page.goto(article.get_absolute_url())
    return page


def marker(page: Page, comment: Comment) -> Locator:
    return page.locator(f"#ia-{comment.passage_id}")


def test_from_the_selection_to_the_status_after_an_edit(open_page: OpenPage, article: Article) -> None:
    page = visit(open_page, article)
    inline.select(page, WORDS)
    page.locator(PICK).click()
    expect(page.locator(f"{POP} .quoted")).to_have_text(WORDS)
    expect(page.locator(f"{POP} textarea")).to_be_focused()
    page.keyboard.type("So do I.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#roots > li")).to_contain_text("So do I.")
    expect(page.locator("#roots > li > article")).to_be_focused()
    expect(page.locator(POP)).to_be_hidden()
    comment = Comment.objects.get()
    expect(marker(page, comment)).to_have_text("1")
    assert inline.drawn(page) == {"ia-1": [WORDS], "ia-2": [], "ia-3": []}
    expect(page.locator(".filter")).to_contain_text("Inline Feedbacks (1)")
    expect(page.locator("[id=composer-0]")).to_have_count(1)
    page.locator("#inline-feedbacks").click()
    expect(page.locator("#inline-feedbacks")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(r"inline=all"))
    rewrite(article, "the engine at five", "the motor at half past five")
    page.goto(article.get_absolute_url())
    expect(marker(page, comment)).to_have_text("1")
    page.locator(".quoted summary").click()
    expect(page.locator(".quoted del").first).to_have_text("engine")
    expect(page.locator(".quoted ins").first).to_have_text("motor")


def test_an_orphan_keeps_its_words_and_comes_back_with_them(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article)
    sentence = article.body.split("slipway. ")[1].split("\n\n")[0]
    rewrite(article, sentence, "They sleep.")
    page = visit(open_page, article)
    expect(marker(page, comment)).to_have_count(0)
    expect(page.locator(".quoted")).to_contain_text("Passage no longer in the article")
    expect(page.locator(".quoted")).to_contain_text(WORDS)
    assert inline.drawn(page)["ia-1"] == []
    rewrite(article, "They sleep.", sentence)
    page.reload()
    expect(marker(page, comment)).to_have_text("1")
    assert inline.drawn(page)["ia-1"] == [WORDS]


def test_words_open_what_is_said_about_them(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article, body="I hear it too.")
    page = visit(open_page, article)
    inline.click_words(page, "engine at five")
    expect(page.locator(POP)).to_be_focused()
    expect(page.locator(POP)).to_contain_text("I hear it too.")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(it => it.id)")
    assert len(ids) == len({*ids}), "the comment is shown twice, and has ids of its own in each place"
    page.keyboard.press("Escape")
    expect(page.locator(POP)).to_be_hidden()
    expect(marker(page, comment)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(POP)).to_be_focused()
    page.locator(f"{POP} textarea").fill("And on Sundays?")
    page.locator(f"{POP} .primary").click()
    expect(marker(page, comment)).to_have_text("2")
    expect(page.locator("#roots > li").first).to_contain_text("And on Sundays?")
    assert Passage.objects.count() == 1


def test_the_shortest_of_several_passages_opens_and_lists_the_others(open_page: OpenPage, article: Article) -> None:
    long = "Nobody has asked the people who live above the slipway. They hear the engine at five in the morning"
    short, middle = "the engine at five", "hear the engine at five in the morning, and they have heard it for eleven"
    for words in (long, middle, short):
        comment_on(article, words, body=f"About {len(words)}.")
    page = visit(open_page, article)
    everything = inline.drawn(page)
    assert everything["ia-3"] == [short]
    inline.click_words(page, short)
    expect(page.locator(f"{POP} ol")).to_contain_text(f"About {len(short)}.")
    expect(page.locator(f"{POP} nav a")).to_have_count(2)
    page.locator(f"{POP} nav a").first.click()
    expect(page.locator(f"{POP} ol")).to_contain_text(f"About {len(middle)}.")
    expect(page.locator(f"{POP} nav a")).to_have_count(2)


def test_a_draft_stays_with_its_passage(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article)
    page = visit(open_page, article)
    marker(page, comment).click()
    page.locator(f"{POP} textarea").fill("Half a thou")
    page.keyboard.press("Escape")
    expect(page.locator("#composer-0 textarea")).to_have_value("")
    page.reload()
    marker(page, comment).click()
    expect(page.locator(f"{POP} textarea")).to_have_value("Half a thou")


def test_a_changed_passage_keeps_the_text_for_the_next_selection(open_page: OpenPage, article: Article) -> None:
    page = visit(open_page, article)
    inline.select(page, WORDS)
    page.locator(PICK).click()
    page.locator(f"{POP} textarea").fill("My own words.")
    rewrite(article, "They hear the engine at five in the morning", "All of it is gone")
    page.locator(f"{POP} .primary").click()
    expect(page.locator(f"{POP} [role=alert]")).to_contain_text("The passage changed")
    expect(page.locator(f"{POP} textarea")).to_have_value("My own words.")
    expect(page.locator(".prose")).to_contain_text("All of it is gone")
    page.keyboard.press("Escape")
    inline.select(page, "heard it for eleven years")
    page.locator(PICK).click()
    expect(page.locator(f"{POP} .quoted")).to_have_text("heard it for eleven years")
    expect(page.locator(f"{POP} textarea")).to_have_value("My own words.")
    page.locator(f"{POP} .primary").click()
    expect(page.locator("#roots > li")).to_contain_text("My own words.")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_words_that_went_before_the_form_came_are_asked_for_again(open_page: OpenPage, article: Article) -> None:
    page = visit(open_page, article)
    inline.select(page, WORDS)
    rewrite(article, "They hear the engine at five in the morning", "All of it is gone")
    page.locator(PICK).click()
    expect(page.locator(f"{POP} [role=alert]")).to_contain_text("The passage changed")
    expect(page.locator(".prose")).to_contain_text("All of it is gone")


def test_the_selection_and_the_clipboard_are_left_alone(open_page: OpenPage, article: Article) -> None:
    comment_on(article)
    page = visit(open_page, article, permissions=["clipboard-read", "clipboard-write"])
    inline.select(page, "engine at five in the morning, and they")
    expect(page.locator(PICK)).to_be_visible()
    assert inline.selection(page) == "engine at five in the morning, and they"
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "engine at five in the morning, and they"
    assert page.evaluate("getSelection().isCollapsed") is False


def test_the_link_to_a_passage_leads_to_its_words(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article)
    page = visit(open_page, article, permissions=["clipboard-read", "clipboard-write"])
    marker(page, comment).click()
    page.locator("[data-do=ia-copy]").click()
    expect(page.locator("#status")).to_have_text("Link copied.")
    address = page.evaluate("navigator.clipboard.readText()")
    end = f"?inline={comment.passage_id}#ia-{comment.passage_id}:~:text={WORDS.replace(' ', '%20')}"
    assert address.endswith(article.get_absolute_url() + end)
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#thread .passage")).to_contain_text(WORDS)
    marker(page, comment).click()
    expect(page.locator("#thread .passage")).to_be_focused()


def test_a_quote_leads_to_its_words(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article)
    page = visit(open_page, article)
    page.locator("#roots .quoted blockquote a").click()
    expect(marker(page, comment)).to_be_focused()
    assert inline.drawn(page, "ia-on") == {"ia-on": [WORDS]}


def test_sorting_keeps_the_filter(open_page: OpenPage, article: Article) -> None:
    comment_on(article)
    page = visit(open_page, article)
    page.locator("#inline-feedbacks").click()
    expect(page.locator("#inline-feedbacks")).to_have_attribute("aria-current", "true")
    page.locator("#newest").click()
    expect(page).to_have_url(re.compile(r"sort=newest&inline=all|inline=all&sort=newest"))
    page.go_back()
    expect(page.locator("#most-voted")).to_have_attribute("aria-current", "true")
    expect(page.locator("#inline-feedbacks")).to_have_attribute("aria-current", "true")
