"""Writing: in place, by keyboard, and without losing a word whatever the server answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from discussions.models import Article, Comment, Visibility
from discussions.screening import Draft, Hold, Nudge, Verdict
from tests.browser import stage
from tests.browser.conftest import OpenPage, log_in
from tests.factories import make_comment, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "I counted the cars myself this morning."
ROOT = "#composer-0"


class Shy:
    """Holds every comment."""

    def screen(self, draft: Draft) -> Verdict:
        return Hold("A first comment is read by a moderator.")


class Careful:
    """Asks to think again."""

    def screen(self, draft: Draft) -> Verdict:
        return Nudge("This sounds angry. Post it like this?")


@pytest.fixture
def article(db: None) -> Article:
    return stage.story()


def write(page: Page, text: str = TEXT, composer: str = ROOT) -> None:
    page.locator(f"{composer} textarea").fill(text)


def send(page: Page, composer: str = ROOT) -> None:
    page.locator(f"{composer} .primary").click()


def drafts(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).length"))


def test_a_comment_appears_on_top_and_is_announced(open_page: OpenPage, article: Article) -> None:
    stage.busy(article, 3)
    page = open_page(make_user(name="Ada Grey"))
    page.goto(article.get_absolute_url())
    write(page, "A *thought*\n\nof mine")
    assert drafts(page) == 1
    send(page)
    first = page.locator("#roots > li").first
    expect(first).to_contain_text("Ada Grey")
    expect(first.locator("em")).to_have_text("thought")
    expect(first.locator("> article")).to_be_focused()
    expect(page.locator("#status")).to_have_text("Your comment is published.")
    expect(page.locator("#count")).to_have_text("4 Comments")
    expect(page.locator(f"{ROOT} textarea")).to_have_value("")
    assert drafts(page) == 0
    send(page)
    expect(page.locator(f"{ROOT} [role=alert]")).to_contain_text("Please write something first.")
    assert Comment.objects.count() == 4


def test_the_first_comment_replaces_the_empty_bench(open_page: OpenPage, article: Article) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    expect(page.get_by_text("Nobody has said anything yet.")).to_be_visible()
    write(page)
    send(page)
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_text("Nobody has said anything yet.")).to_have_count(0)


def test_a_reply_opens_in_place_and_lands_below_its_comment(open_page: OpenPage, article: Article) -> None:
    parent = make_comment(article)
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    for text in ("The first answer.", "The second answer."):
        page.locator(f"#c{parent.pk} > article .re").click()
        expect(page.locator(f"#composer-{parent.pk} textarea")).to_be_focused()
        write(page, text, f"#composer-{parent.pk}")
        send(page, f"#composer-{parent.pk}")
        expect(page.locator(f"#r{parent.pk} > li").last).to_contain_text(text)
        expect(page.locator(f"#composer-{parent.pk}")).to_have_count(0)
    assert list(Comment.objects.filter(parent=parent).order_by("pk").values_list("body", flat=True)) == [
        "The first answer.",
        "The second answer.",
    ]


def test_a_double_click_makes_one_comment(open_page: OpenPage, article: Article) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    write(page)
    page.locator(f"{ROOT} .primary").dblclick()
    expect(page.locator("#roots > li")).to_have_count(1)
    expect(page.locator(f"{ROOT} textarea")).to_have_value("")
    assert Comment.objects.count() == 1


def test_control_enter_posts(open_page: OpenPage, article: Article) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    write(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#roots > li")).to_contain_text(TEXT)


def test_the_counter_shows_when_it_matters(open_page: OpenPage, article: Article) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    counter = page.locator(f"{ROOT} .count")
    write(page, "x" * 3999)
    expect(counter).to_be_hidden()
    write(page, "x" * 4000)
    expect(counter).to_have_text("4,000 / 5,000")
    write(page, "x" * 5002)
    expect(counter).to_have_class(re.compile("over"))
    expect(page.locator("#status")).to_have_text("Characters too many: 2")
    send(page)
    expect(page.locator(f"{ROOT} [role=alert]")).to_contain_text("2 too many")
    expect(page.locator(f"{ROOT} textarea")).to_have_value("x" * 5002)


def test_the_preview_shows_what_readers_will_see(open_page: OpenPage, article: Article) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    write(page, "> quoted\n\n**bold** <b>not</b>")
    page.locator(f"{ROOT} [data-do=preview]").click()
    preview = page.locator(f"{ROOT} .preview")
    expect(preview.locator("strong")).to_have_text("bold")
    expect(preview).to_contain_text("<b>not</b>")
    expect(page.locator(f"{ROOT} textarea")).to_be_hidden()
    page.locator(f"{ROOT} [data-do=preview]").click()
    expect(page.locator(f"{ROOT} textarea")).to_be_focused()
    assert Comment.objects.count() == 0


def test_selected_words_become_a_quote(open_page: OpenPage, article: Article) -> None:
    parent = make_comment(article, body="The figures hide a shift to side streets.")
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    page.evaluate(
        """id => { const text = document.querySelector(`#c${id} .tx p`).firstChild; const range = new Range();
        range.setStart(text, 4); range.setEnd(text, 16); getSelection().addRange(range); }""",
        parent.pk,
    )
    page.locator(f"#c{parent.pk} .re").click()
    expect(page.locator(f"#composer-{parent.pk} textarea")).to_have_value("> figures hide\n\n")


def test_drafts_survive_reload_and_log_in(open_page: OpenPage, article: Article, live_server: object) -> None:
    parent, other = make_comment(article), make_comment(article)
    page = open_page()
    page.goto(article.get_absolute_url())
    write(page, "My own thought")
    page.locator(f"#c{parent.pk} .re").click()
    write(page, "My reply", f"#composer-{parent.pk}")
    page.reload()
    expect(page.locator(f"{ROOT} textarea")).to_have_value("My own thought")
    expect(page.locator(f"#composer-{parent.pk} textarea")).to_have_value("My reply")

    log_in(page.context, make_user(), live_server.url)  # type: ignore[attr-defined]
    page.reload()
    expect(page.locator(f"{ROOT} textarea")).to_have_value("My own thought")
    expect(page.locator(f"#composer-{parent.pk} textarea")).to_have_value("My reply")
    page.goto(other.get_absolute_url())
    page.get_by_role("link", name="You have an unfinished reply.").click()
    expect(page.locator("textarea")).to_have_value("My reply")
    send(page, f"#composer-{parent.pk}")
    expect(page.get_by_text("My reply")).to_be_visible()
    page.goto(article.get_absolute_url())
    expect(page.locator(f"#composer-{parent.pk}")).to_have_count(0)


def test_cancel_closes_the_form_and_keeps_the_words(open_page: OpenPage, article: Article) -> None:
    parent = make_comment(article)
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    page.locator(f"#c{parent.pk} .re").click()
    write(page, "Half a thought", f"#composer-{parent.pk}")
    page.locator(f"#composer-{parent.pk}").get_by_role("link", name="Cancel").click()
    expect(page.locator(f"#composer-{parent.pk}")).to_have_count(0)
    expect(page.locator(f"#c{parent.pk} .re")).to_be_focused()
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator(f"#composer-{parent.pk}")).to_have_count(0)
    page.locator(f"#c{parent.pk} .re").click()
    expect(page.locator(f"#composer-{parent.pk} textarea")).to_have_value("Half a thought")


def test_an_expired_form_keeps_the_text(open_page: OpenPage, article: Article) -> None:
    page = open_page()
    page.goto(article.get_absolute_url())
    write(page)
    page.locator(f"{ROOT} [name=name]").fill("Sol")
    # A browser that hides where its forms come from needs a token, and a page for everybody has none. Chromium does
    # not let go of the header, so the request is sent for it.
    hidden = lambda route: route.fulfill(response=route.fetch(headers={**route.request.headers, "origin": "null"}))  # noqa: E731
    page.route("**/comment/", hidden)
    send(page)
    expect(page.locator(f"{ROOT} [role=alert]")).to_contain_text("This form had expired")
    expect(page.locator(f"{ROOT} textarea")).to_have_value(TEXT)
    page.reload()
    expect(page.locator(f"{ROOT} textarea")).to_have_value(TEXT)


@pytest.mark.parametrize("status", [409, 413, 429, 500, 503])
def test_no_refusal_loses_the_text(open_page: OpenPage, article: Article, status: int) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    answer = "<!doctype html><title>No</title><p id=why>Not now, please.</p>"
    page.route("**/comment/", lambda route: route.fulfill(status=status, content_type="text/html", body=answer))
    write(page)
    send(page)
    alert = page.locator(f"{ROOT} [role=alert]")
    expect(alert).to_have_text("Not now, please.")
    expect(alert).to_be_focused()
    expect(page.locator(f"{ROOT} textarea")).to_have_value(TEXT)
    page.unroute("**/comment/")
    send(page)
    expect(page.locator("#roots > li")).to_contain_text(TEXT)
    assert drafts(page) == 0


def test_without_a_network_the_text_stays(open_page: OpenPage, article: Article) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    page.route("**/comment/", lambda route: route.abort())
    write(page)
    send(page)
    expect(page.locator(f"{ROOT} [role=alert]")).to_contain_text("The site could not be reached.")
    expect(page.locator(f"{ROOT} textarea")).to_have_value(TEXT)


def test_an_answer_that_got_lost_does_not_post_twice(open_page: OpenPage, article: Article) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/comment/", lose)
    write(page)
    send(page)
    expect(page.locator(f"{ROOT} [role=alert]")).to_be_visible()
    page.unroute("**/comment/")
    send(page)
    expect(page.locator("#roots > li")).to_contain_text(TEXT)
    assert Comment.objects.count() == 1


def test_too_fast_says_how_long_to_wait(open_page: OpenPage, article: Article, limits_on: None) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    for n in range(6):
        write(page, f"Thought {n}")
        send(page)
        expect(page.locator("#roots > li")).to_have_count(n + 1)
    write(page)
    send(page)
    expect(page.locator(f"{ROOT} [role=alert]")).to_contain_text("You are going very fast.")
    expect(page.locator(f"{ROOT} textarea")).to_have_value(TEXT)
    page.reload()
    expect(page.locator(f"{ROOT} textarea")).to_have_value(TEXT)


def test_a_discussion_that_closed_meanwhile_gives_the_text_back(open_page: OpenPage, article: Article) -> None:
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    write(page)
    Article.objects.update(is_locked=True)
    send(page)
    expect(page.locator(ROOT)).to_contain_text("This discussion is closed.")
    expect(page.locator("#typed")).to_have_value(TEXT)


def test_a_parent_that_went_away_leaves_a_comment_of_its_own(open_page: OpenPage, article: Article) -> None:
    parent = make_comment(article)
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    page.locator(f"#c{parent.pk} .re").click()
    write(page, TEXT, f"#composer-{parent.pk}")
    Comment.objects.update(is_listed=False)
    send(page, f"#composer-{parent.pk}")
    expect(page.locator(f"{ROOT} [role=alert]")).to_contain_text("is not in this discussion")
    expect(page.locator(f"{ROOT} textarea")).to_have_value(TEXT)
    expect(page.locator(f"#composer-{parent.pk}")).to_have_count(0)


def test_a_guest_is_asked_for_a_name_and_led_to_the_field(open_page: OpenPage, article: Article) -> None:
    page = open_page()
    page.goto(article.get_absolute_url())
    name = page.locator(f"{ROOT} [name=name]")
    expect(name).to_have_attribute("autocomplete", "name")
    write(page)
    send(page)
    alert = page.locator(f"{ROOT} [role=alert]")
    expect(alert).to_be_focused()
    alert.get_by_role("link").click()
    expect(name).to_be_focused()
    name.fill("Sol")
    send(page)
    expect(page.locator("#roots > li")).to_contain_text(re.compile(r"Sol\s+Guest"))


def test_a_held_comment_is_shown_to_its_author(open_page: OpenPage, article: Article, settings: Settings) -> None:
    settings.COMMENT_SCREENS = [f"{__name__}.Shy"]
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    write(page)
    send(page)
    card = page.locator("#roots > li")
    expect(card).to_contain_text("Waiting for review")
    expect(card).to_contain_text("A first comment is read by a moderator.")
    expect(page.locator("#status")).to_have_text(re.compile("waits for review"))
    expect(page.locator("#count")).to_have_text("0 Comments")
    assert Comment.objects.get().visibility == Visibility.HELD


def test_a_nudge_can_be_insisted_on(open_page: OpenPage, article: Article, settings: Settings) -> None:
    settings.COMMENT_SCREENS = [f"{__name__}.Careful"]
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    write(page)
    send(page)
    expect(page.locator(f"{ROOT} [role=alert]")).to_contain_text("This sounds angry.")
    assert Comment.objects.count() == 0
    page.get_by_role("button", name="Post anyway").click()
    expect(page.locator("#roots > li")).to_contain_text(TEXT)


def test_editing_and_withdrawing(open_page: OpenPage, article: Article) -> None:
    reader = make_user()
    comment = make_comment(article, by=reader, body="The council has never asked.")
    page = open_page(reader)
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Edit").click()
    write(page, "The council has asked twice.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("article.here")).to_contain_text("The council has asked twice.")
    assert drafts(page) == 0
    page.get_by_role("link", name="edited").click()
    expect(page.locator("ins")).to_contain_text(["twice"])
    page.goto(comment.get_absolute_url())
    page.get_by_role("link", name="Withdraw").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Your comment is withdrawn.")).to_be_visible()
    comment.refresh_from_db()
    assert comment.visibility == Visibility.WITHDRAWN
