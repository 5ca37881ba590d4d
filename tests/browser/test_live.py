"""Two readers at once: what one does reaches the other's page, and nothing moves until they say so."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from discussions.actions.edit import edit_comment
from discussions.actions.post import post_comment
from discussions.actions.visibility import set_visibility
from discussions.models import Article, Comment, Visibility
from tests.browser import stage
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What a tab says when it comes to the front: it then asks at once.
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
HIDE = "Object.defineProperty(document, 'hidden', {configurable: true, get: () => %s})"


def say(article: Article, body: str, parent: Comment | None = None) -> Comment:
    return post_comment(article=article, by=make_user(), body=body, parent=parent, key=uuid.uuid4()).comment


def opened(open_page: OpenPage, article: Article, query: str = "") -> Page:
    page = open_page()
    page.goto(f"{article.get_absolute_url()}{query}")
    expect(page.locator("#fresh")).to_be_hidden()
    return page


@pytest.mark.parametrize("query", ["", "?sort=oldest"])
def test_new_comments_wait_behind_a_button(open_page: OpenPage, query: str) -> None:
    article = stage.story()
    first = stage.say(article, "The first word.")
    page = opened(open_page, article, query)
    root, reply = say(article, "A second word."), say(article, "An answer.", first)
    top = page.locator(f"#c{first.pk}").bounding_box()
    page.evaluate(LOOK)
    button = page.get_by_role("button", name="2 new comments")
    expect(button).to_be_visible()
    expect(page.locator("#status")).to_have_text("2 new comments")
    assert page.locator(f"#c{first.pk}").bounding_box() == top
    expect(page.locator(f"#c{root.pk}")).to_have_count(0)
    assert violations(page) == []
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#roots > #c{root.pk}")).to_contain_text("A second word.")
    expect(page.locator(f"#r{first.pk} > #c{reply.pk}")).to_contain_text("An answer.")
    expect(page.locator("#count")).to_have_text("3 Comments")
    expect(page.locator(f"#c{root.pk} > article")).to_be_focused()
    expect(page.locator("#fresh")).to_be_hidden()


def test_edits_and_removals_are_shown_where_they_are(open_page: OpenPage) -> None:
    article = stage.story()
    author = make_user()
    kept, gone, stub = (stage.say(article, f"Thought {n}.", by=author) for n in range(3))
    page = opened(open_page, article)
    edit_comment(kept, by=author, body="Another thought.", revision=1)
    set_visibility(gone, Visibility.WITHDRAWN, by=author, reason="")
    set_visibility(stub, Visibility.REMOVED, by=None, reason="Rude.")
    page.evaluate(LOOK)
    expect(page.locator(f"#c{kept.pk} .tx")).to_have_text("Another thought.")
    expect(page.locator(f"#c{gone.pk}")).to_have_count(0)
    expect(page.locator(f"#c{stub.pk}")).to_contain_text("Removed by a moderator")
    expect(page.locator("#count")).to_have_text("1 Comment")
    expect(page.locator("#fresh")).to_be_hidden()


def test_ones_own_comment_is_no_news(open_page: OpenPage) -> None:
    article = stage.story()
    page = open_page(make_user())
    page.goto(article.get_absolute_url())
    page.locator("#composer-0 textarea").fill("Mine.")
    page.locator("#composer-0 button.primary").click()
    expect(page.locator("#roots > li")).to_contain_text("Mine.")
    with page.expect_response("**/live/**"):
        page.evaluate(LOOK)
    expect(page.locator("#fresh")).to_be_hidden()


def test_a_hidden_tab_does_not_ask_and_asks_when_it_is_back(open_page: OpenPage) -> None:
    article = stage.story()
    page = opened(open_page, article)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/live/" in request.url else None)
    page.evaluate(HIDE % "true")
    page.evaluate(LOOK)
    say(article, "Meanwhile.")
    page.clock.install()
    page.evaluate(LOOK)
    page.clock.run_for(600_000)
    assert asked == []
    page.evaluate(HIDE % "false")
    page.evaluate(LOOK)
    expect(page.get_by_role("button", name="1 new comment", exact=True)).to_be_visible()


def test_offline_and_429_are_survived(open_page: OpenPage) -> None:
    article = stage.story()
    page = opened(open_page, article)
    page.route("**/live/**", lambda route: route.abort())
    page.evaluate(LOOK)
    page.unroute("**/live/**")
    page.route("**/live/**", lambda route: route.fulfill(status=429, headers={"Retry-After": "60"}, body="{}"))
    page.evaluate(LOOK)
    page.unroute("**/live/**")
    say(article, "After the storm.")
    page.evaluate(LOOK)
    expect(page.get_by_role("button", name="1 new comment", exact=True)).to_be_visible()


def test_what_is_typed_below_a_comment_that_goes_is_kept(open_page: OpenPage) -> None:
    article = stage.story()
    author = make_user()
    gone = stage.say(article, "Soon gone.", by=author)
    page = opened(open_page, article)
    page.locator(f"#c{gone.pk} .re").click()
    page.locator(f"#composer-{gone.pk} textarea").fill("My half reply")
    set_visibility(gone, Visibility.WITHDRAWN, by=author, reason="")
    with page.expect_response("**/card/"):
        page.evaluate(LOOK)
    expect(page.locator(f"#composer-{gone.pk} textarea")).to_have_value("My half reply")
