"""Nothing that axe-core knows is wrong, in any state; and what WCAG 2.2 asks that axe does not know."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from discussions.models import Article, Comment
from tests.browser import stage
from tests.browser.axe import ALL_RENDERED, LOOKS, check
from tests.browser.conftest import OpenPage
from tests.factories import make_comment, make_moderator, make_user

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def full() -> tuple[str, User]:
    """Return the address of a discussion in which every state occurs, and the reader some of them belong to."""
    reader = make_user(name="Ada Grey")
    article = stage.story(author=make_user())
    stage.every_state(article, reader)
    stage.busy(article, 10)
    return article.get_absolute_url(), reader


def empty() -> tuple[str, User]:
    return stage.story().get_absolute_url(), make_user()


def deep() -> tuple[str, User]:
    return stage.forked(stage.story(), 8)[0].get_absolute_url(), make_user()


def closed() -> tuple[str, User]:
    article = stage.story(is_locked=True)
    make_comment(article)
    return article.get_absolute_url(), make_user()


def comment_page() -> tuple[str, User]:
    return stage.linear(stage.story(), 4)[2].get_absolute_url(), make_user()


def history() -> tuple[str, User]:
    reader = make_user()
    made = stage.every_state(stage.story(author=make_user()), reader)
    return f"{made['edited'].get_absolute_url()}history/", reader


def editing() -> tuple[str, User]:
    reader = make_user()
    return f"{make_comment(by=reader).get_absolute_url()}edit/", reader


def withdrawing() -> tuple[str, User]:
    reader = make_user()
    return f"{make_comment(by=reader).get_absolute_url()}withdraw/", reader


def home() -> tuple[str, User]:
    stage.story()
    stage.story("السوق الليلي", language="ar")
    return "/", make_user()


def nowhere() -> tuple[str, User]:
    return "/articles/nowhere/", make_user()


def one_comment() -> tuple[str, User]:
    return make_comment(stage.story()).article.get_absolute_url(), make_user()


def look_only(page: Page) -> None:
    """Do nothing with the page."""


def reply_and_preview(page: Page) -> None:
    page.locator(".re").click()
    page.locator("li form textarea").fill("> quoted\n\nwords")
    page.locator(".sh").click()
    page.locator("li form [data-do=preview]").click()
    expect(page.locator("li form .preview")).to_be_visible()


def post_too_much(page: Page) -> None:
    page.locator("#composer-0 textarea").fill("x" * 5001)
    page.locator("#composer-0 .primary").click()
    expect(page.locator("#composer-0 [role=alert]")).to_be_visible()


SCENES: dict[str, tuple[Callable[[], tuple[str, User]], Callable[[Page], None]]] = {
    "empty": (empty, look_only),
    "full": (full, look_only),
    "deep": (deep, look_only),
    "closed": (closed, look_only),
    "comment page": (comment_page, look_only),
    "replying": (one_comment, reply_and_preview),
    "form error": (empty, post_too_much),
    "history": (history, look_only),
    "editing": (editing, look_only),
    "withdrawing": (withdrawing, look_only),
    "home": (home, look_only),
    "nowhere": (nowhere, look_only),
}


@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing(open_page: OpenPage, scene: str) -> None:
    prepare, act = SCENES[scene]
    path, reader = prepare()
    for look, options in LOOKS.items():
        page = open_page(reader, **options)
        page.goto(path)
        act(page)
        check(page, look)
        page.close()


def test_axe_finds_nothing_for_visitors_and_moderators(open_page: OpenPage) -> None:
    path, _ = full()
    moderator = make_moderator()
    for look, options in LOOKS.items():
        visitor = open_page(**options)
        visitor.goto(path)
        check(visitor, look)
        keeper = open_page(moderator, **options)
        keeper.goto(path)
        keeper.locator(".mod > summary").first.click()
        check(keeper, look)


#: Visible controls that answer to less than `least` pixels, or 24 for links in the head of a comment or an article;
#: links inside a sentence or broken over two lines are exempt (WCAG 2.5.8).
SMALL = """least => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), textarea")]
  .filter(it => it.getClientRects().length === 1)
  .filter(it => it.checkVisibility({ visibilityProperty: true }))
  .filter(it => !it.closest(".vh, .tx, .prose, p:not(.stub), .skip"))
  .filter(it => {
    it.scrollIntoView({ block: "center" });
    const box = it.getClientRects()[0], x = box.x + box.width / 2, y = box.y + box.height / 2;
    const half = (it.closest(".by, .stub, h2") ? 26 : least) / 2 - 1;
    const reaches = (dx, dy) => it.contains(document.elementFromPoint(x + dx, y + dy));
    return ![[12, 0], [-12, 0], [0, half], [0, -half]].every(([dx, dy]) => reaches(dx, dy));
  })
  .map(it => `${it.offsetWidth}×${it.offsetHeight} ${it.outerHTML.slice(0, 120)}`)"""


@pytest.mark.parametrize(("options", "least"), [({}, 28), (LOOKS["narrow"], 40)], ids=["mouse", "touch"])
def test_targets_are_large_enough(open_page: OpenPage, options: dict[str, Any], least: int) -> None:
    path, reader = full()
    page = open_page(reader, **options)
    page.goto(path)
    page.evaluate(ALL_RENDERED)
    assert page.evaluate(SMALL, least) == []


def test_keyboard_alone_reads_votes_replies_and_sorts(open_page: OpenPage) -> None:
    article: Article = stage.story()
    comment = make_comment(article)
    page = open_page(make_user())
    page.goto(article.get_absolute_url())

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"no way to {selector} by Tab")

    page.keyboard.press("Tab")
    expect(page.locator("*:focus")).to_have_text("Skip to the content")
    page.keyboard.press("Tab")
    expect(page.locator("*:focus")).to_have_text("Skip to the comments")
    page.keyboard.press("Enter")
    tab_to(f"#c{comment.pk} [data-vote='1']")
    page.keyboard.press("Enter")
    expect(page.locator(f"#c{comment.pk} [data-vote='1']")).to_have_text("1")
    tab_to(".re")
    page.keyboard.press("Enter")
    expect(page.locator(f"#composer-{comment.pk} textarea")).to_be_focused()
    page.keyboard.type("By keys alone.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#r{comment.pk} > li > article")).to_be_focused()
    expect(page.locator(f"#r{comment.pk}")).to_contain_text("By keys alone.")
    page.locator("#count").focus()
    tab_to("#newest")
    page.keyboard.press("Enter")
    expect(page.locator("#newest")).to_have_attribute("aria-current", "true")
    expect(page.locator("#newest")).to_be_focused()
    tab_to("summary")
    page.keyboard.press("Space")
    expect(page.locator(f"#r{comment.pk}")).to_be_hidden()


#: Whether the middle of what has the focus can be seen, and whether it shows that it has it.
SEEN = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return it === document.body || ((it.contains(at) || at?.contains(it)) && marked) ? "" : it.outerHTML.slice(0, 150);
}"""


@pytest.mark.parametrize("options", [{}, LOOKS["narrow"]], ids=["wide", "narrow"])
def test_what_has_the_focus_can_be_seen(open_page: OpenPage, options: dict[str, Any]) -> None:
    path, reader = full()
    page = open_page(reader, **options)
    page.goto(path)
    for _ in range(70):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) == ""


def test_each_comment_is_an_article_named_by_its_writer(open_page: OpenPage) -> None:
    comment: Comment = make_comment(stage.story(), by=make_user(name="Ada Grey"))
    page = open_page()
    page.goto(comment.article.get_absolute_url())
    expect(page.get_by_role("article", name="Ada Grey")).to_have_count(1)
    expect(page.locator("#roots")).to_match_aria_snapshot(
        """
        - list:
          - listitem:
            - article "Ada Grey"
        """
    )


def test_help_is_in_the_same_place_on_every_page(open_page: OpenPage) -> None:
    comment = make_comment(stage.story())
    page = open_page()
    for path in ("/", comment.article.get_absolute_url(), comment.get_absolute_url(), "/articles/nowhere/"):
        page.goto(path)
        expect(page.locator("footer.foot a").last).to_have_attribute("href", re.compile("guidelines"))


def test_motion_is_left_out_for_those_who_ask(open_page: OpenPage) -> None:
    comment = make_comment(stage.story())
    for motion, duration in (("reduce", "0s"), ("no-preference", "0.4s, 0.4s")):
        page = open_page(reduced_motion=motion)
        page.goto(comment.article.get_absolute_url())
        expect(page.locator(f"#c{comment.pk} > article")).to_have_css("transition-duration", duration)


def test_forced_colours_keep_arrows_and_the_chosen_order(open_page: OpenPage) -> None:
    comment = make_comment(stage.story())
    page = open_page(make_user(), forced_colors="active")
    page.goto(comment.article.get_absolute_url())
    colours = "selector => getComputedStyle(document.querySelector(selector), '::before').backgroundColor"
    page.locator("[data-vote='1']").click()
    expect(page.locator("[data-vote='1']")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(colours, "[data-vote='1']") != page.evaluate(colours, "[data-vote='-1']")
