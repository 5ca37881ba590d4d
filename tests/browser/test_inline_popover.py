"""What is said about a passage, beside its words: read, voted, answered; and markers that stand too near each other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from discussions.models import Article, Comment, Vote
from tests.browser import inline_stage as inline
from tests.browser.conftest import OpenPage
from tests.discussions.passages_stage import WORDS, comment_on, rewrite, write_article
from tests.factories import make_comment, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POP = "#ia-pop"
#: Ends where `WORDS` end, and is too short beside them to be about the same.
END = "in the morning"
OTHER = "a quieter engine was ordered in spring"
SEEN = ".prose .ia-m:not(.in-next) a.ia"


@pytest.fixture
def article(db: None) -> Article:
    return write_article(author=make_user())


def visit(open_page: OpenPage, article: Article, user: User | None = None, query: str = "") -> Page:
    page = open_page(user or make_user())
    page.goto(f"{article.get_absolute_url()}{query}")
    return page


def marker(page: Page, comment: Comment) -> Locator:
    return page.locator(f"#ia-{comment.passage_id}")


def test_a_vote_beside_the_words_shows_in_the_thread_too(open_page: OpenPage, article: Article) -> None:
    comment, reader = comment_on(article), make_user()
    page = visit(open_page, article, reader)
    marker(page, comment).click()
    up = page.locator(f"{POP} [data-vote='1']")
    with page.expect_response(re.compile("/vote/$")):
        up.click()
    for button in (up, page.locator(f"#c{comment.pk} [data-vote='1']")):
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_have_text("1")
    assert Vote.objects.get().member == reader
    with page.expect_response(re.compile("/vote/$")):
        up.click()
    expect(page.locator(f"#c{comment.pk} [data-vote='1']")).to_have_text("0")
    assert not Vote.objects.exists()


def test_a_reply_is_written_beside_the_words(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article)
    page = visit(open_page, article)
    marker(page, comment).click()
    page.locator(f"{POP} .re").click()
    area = page.locator(f"{POP} #composer-{comment.pk} textarea")
    expect(area).to_be_focused()
    area.fill("And every evening.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#r{comment.pk} > li > article")).to_be_focused()
    expect(page.locator(f"#r{comment.pk}")).to_contain_text("And every evening.")
    expect(page.locator(POP)).to_be_hidden()
    expect(marker(page, comment)).to_have_text("2")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_reply_that_is_begun_in_the_thread_goes_on_there(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article)
    page = visit(open_page, article)
    page.locator(f"#c{comment.pk} .re").click()
    page.locator(f"#composer-{comment.pk} textarea").fill("Half a thou")
    marker(page, comment).click()
    page.locator(f"{POP} .re").click()
    expect(page.locator(POP)).to_be_hidden()
    expect(page.locator(f"#thread #composer-{comment.pk} textarea")).to_be_focused()
    expect(page.locator(f"#composer-{comment.pk} textarea")).to_have_value("Half a thou")


def test_a_reply_to_what_the_thread_does_not_show_leads_to_it(open_page: OpenPage, article: Article) -> None:
    comment, other = comment_on(article), comment_on(article, OTHER)
    page = visit(open_page, article, query=f"?inline={other.passage_id}")
    expect(page.locator(f"#c{comment.pk}")).to_have_count(0)
    marker(page, comment).click()
    page.locator(f"{POP} .re").click()
    page.locator(f"{POP} #composer-{comment.pk} textarea").fill("Here it is not to be seen.")
    page.locator(f"{POP} #composer-{comment.pk} .primary").click()
    page.wait_for_url(re.compile(r"/comments/\d+/"))
    expect(page.get_by_text("Here it is not to be seen.")).to_be_visible()


def test_the_comment_that_a_reply_answers_is_found_beside_the_words(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article)
    reply = make_comment(article, parent=comment)
    make_comment(article, parent=reply)
    page = visit(open_page, article)
    address = page.url
    marker(page, comment).click()
    page.locator(f"{POP} a.to").last.click()
    expect(page.locator(f"{POP} #in-c{reply.pk} > article")).to_be_focused()
    assert page.url == address


def test_from_the_top_to_the_form_and_out(open_page: OpenPage, article: Article) -> None:
    comment = comment_on(article)
    for n in range(8):
        comment_on(article, body=f"As I said, {n}. " * 20)
    page = visit(open_page, article)
    marker(page, comment).click()
    expect(page.locator(f"{POP} .ia-title")).to_have_text("9 comments on this passage")
    page.locator(f"{POP} .re").first.click()
    expect(page.locator(f"{POP} li .composer textarea")).to_be_focused()
    page.locator(f"{POP} [data-do=ia-write]").click()
    expect(page.locator(f"{POP} .passage > .composer textarea")).to_be_focused()
    expect(page.locator(f"{POP} .ia-title")).to_be_in_viewport()
    page.get_by_role("button", name="Close").click()
    expect(page.locator(POP)).to_be_hidden()
    expect(marker(page, comment)).to_be_focused()


def test_markers_in_one_place_are_one_with_the_sum(open_page: OpenPage, article: Article) -> None:
    long, _again = comment_on(article), comment_on(article)
    short = comment_on(article, END, body="So early?")
    far = comment_on(article, OTHER)
    page = visit(open_page, article)
    expect(page.locator(SEEN)).to_have_text(["3", "1"])
    assert inline.drawn(page)["ia-2"] == [END], "the words of both are drawn"
    label = page.locator(SEEN).first.get_attribute("aria-label") or ""
    assert f"2 comments on the passage: {WORDS}" in label
    assert f"1 comment on the passage: {END}" in label
    # By keyboard there is one stop for both, and the hidden one is still a place that addresses lead to.
    seen = page.evaluate(f"[...document.querySelectorAll('{SEEN}')].map(it => it.id)")
    hidden = next(one for one in (long, short) if f"ia-{one.passage_id}" not in seen)
    page.locator(SEEN).first.focus()
    page.keyboard.press("Tab")
    expect(marker(page, far)).to_be_focused()
    page.goto(f"{article.get_absolute_url()}#ia-{hidden.passage_id}")
    expect(page.locator(SEEN).first).to_be_in_viewport()


def test_a_marker_for_several_passages_lists_them(open_page: OpenPage, article: Article) -> None:
    comment_on(article, body="At length.")
    comment_on(article, END, body="So early?")
    page = visit(open_page, article)
    page.locator(SEEN).click()
    expect(page.locator(f"{POP} ol")).to_be_visible()
    first = page.locator(f"{POP} ol").inner_text()
    expect(page.locator(f"{POP} nav a")).to_have_count(1)
    page.locator(f"{POP} nav a").click()
    expect(page.locator(f"{POP} ol")).to_contain_text("At length." if "So early?" in first else "So early?")
    expect(page.locator(f"{POP} nav a")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(SEEN)).to_be_focused()
    page.locator("#roots .quoted blockquote a").last.click()
    expect(page.locator(SEEN)).to_be_focused()


@pytest.mark.parametrize(
    ("long", "short"),
    [(f"{WORDS}, I", "at five in the morning"), (WORDS, "at five in the morning, I")],
    ids=["marked first", "marked last"],
)
def test_the_shortest_of_several_passages_opens(open_page: OpenPage, article: Article, long: str, short: str) -> None:
    rewrite(article, "in the morning, and they", "in the morning, I hear, and they")
    comment_on(article, long, body="These are many words.")
    comment_on(article, short, body="These are fewer words.")
    page = visit(open_page, article)
    expect(page.locator(SEEN)).to_have_text(["2"])
    page.locator(SEEN).click()
    expect(page.locator(f"{POP} ol")).to_contain_text("These are fewer words.")
    expect(page.locator(f"{POP} nav a")).to_have_count(1)


def test_markers_come_apart_where_there_is_room(open_page: OpenPage, article: Article) -> None:
    rewrite(article, "in the morning, and they", "in the morning, I hear, and they")
    comment_on(article)
    comment_on(article, "at five in the morning, I")
    page = visit(open_page, article)
    expect(page.locator(SEEN)).to_have_text(["2"])
    page.evaluate(
        "() => Object.assign(document.querySelector('.prose').style, { letterSpacing: '2rem', width: '90%' })"
    )
    expect(page.locator(SEEN)).to_have_text(["1", "1"])
    page.evaluate("() => document.querySelector('.prose').removeAttribute('style')")
    expect(page.locator(SEEN)).to_have_text(["2"])


def test_a_question_stays_a_question_among_others(open_page: OpenPage) -> None:
    article = write_article("Before. [[?steps Would you swim here?]]The new steps lead into the water.[[/?]] After it.")
    comment_on(article, "lead into the water.")
    page = visit(open_page, article)
    expect(page.locator(SEEN)).to_have_text(["?1"])
