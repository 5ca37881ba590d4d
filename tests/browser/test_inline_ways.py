"""Passages for everybody: by touch, by keyboard, in other scripts, without JavaScript, in forced colours."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from discussions.models import Article, Comment
from tests.browser import inline_stage as inline
from tests.browser.conftest import OpenPage
from tests.discussions.passages_stage import WORDS, comment_on, rewrite, write_article
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

POP, PICK = "#ia-pop", "[data-do=ia-pick]"
TOUCH: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ARABIC = "يعود القارب إلى العمل يوم الاثنين. يسكن الناس فوق الرصيف ويسمعون المحرك في الخامسة صباحا. لم يسألهم أحد."
CHINESE = "渡轮星期一恢复运行。住在码头上方的居民每天早上五点听到发动机的声音。没有人问过他们。"


def visit(open_page: OpenPage, article: Article, **options: Any) -> Page:
    page = open_page(make_user(), **options)
    page.goto(article.get_absolute_url())
    return page


def test_touch_offers_a_bar_at_the_bottom(open_page: OpenPage) -> None:
    page = visit(open_page, write_article(), **TOUCH)
    page.evaluate(inline.SELECT, WORDS)
    button = page.locator(PICK)
    expect(button).to_be_visible()
    box, bar = button.bounding_box(), page.locator("#ia-pick").bounding_box()
    assert box is not None
    assert bar is not None
    assert box["height"] >= 44
    assert bar["width"] == 390
    assert abs(bar["y"] + bar["height"] - 844) <= 1
    button.tap()
    expect(page.locator(f"{POP} .quoted")).to_have_text(WORDS)
    page.locator(f"{POP} textarea").fill("On the bus.")
    page.locator(f"{POP} .primary").tap()
    expect(page.locator("#roots > li")).to_contain_text("On the bus.")
    page.locator(".prose a.ia").tap()
    expect(page.locator(POP)).to_contain_text("On the bus.")
    sheet = page.locator(POP).bounding_box()
    assert sheet is not None
    assert (sheet["x"], sheet["width"]) == (0, 390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_key_begins_a_comment_once_it_is_switched_on(open_page: OpenPage) -> None:
    page = visit(open_page, write_article())
    inline.select(page, WORDS)
    expect(page.locator("#status")).to_contain_text("with the button after the article")
    page.keyboard.press("c")
    expect(page.locator(POP)).to_be_hidden()
    page.get_by_label("Press C to comment").check()
    page.reload()
    expect(page.get_by_label("Press C to comment")).to_be_checked()
    page.evaluate(inline.SELECT, WORDS)
    expect(page.locator("#status")).to_have_text("Press C to comment on the selected words.")
    page.keyboard.press("c")
    expect(page.locator(f"{POP} textarea")).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator(f"{POP} textarea")).to_have_value("c")
    page.keyboard.press("Escape")
    expect(page.locator(PICK)).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_sentences_lead_to_a_comment_and_its_marker(open_page: OpenPage, scripts: bool) -> None:
    article = write_article()
    page = visit(open_page, article, java_script_enabled=scripts)
    expect(page.locator("[data-do=ia-key]")).to_be_visible(visible=scripts)
    link = page.get_by_role("link", name="Comment on a passage")
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=WORDS).focus()
    page.keyboard.press("Enter")
    page.locator("textarea").fill("By its sentence.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("By its sentence.").first).to_be_visible()
    comment = Comment.objects.get()
    page.goto(article.get_absolute_url())
    expect(page.locator(f"#ia-{comment.passage_id}")).to_have_text("1")


def test_without_scripts_markers_are_links_and_changes_unfold(open_page: OpenPage) -> None:
    article = write_article()
    comment = comment_on(article)
    comment_on(article, "that a quieter engine was ordered in spring", body="Which spring?")
    rewrite(article, "the engine at five", "the motor at half past five")
    page = visit(open_page, article, java_script_enabled=False)
    page.locator(f"#ia-{comment.passage_id}").click()
    expect(page.locator("#thread .passage")).to_contain_text(WORDS)
    expect(page.locator("#roots > li")).to_have_count(1)
    expect(page.locator("#roots del").first).to_be_hidden()
    page.locator("#roots .quoted summary").click()
    expect(page.locator("#roots del").first).to_be_visible()
    expect(page.locator(POP)).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "body", "words"),
    [("ar", ARABIC, "يسكن الناس فوق الرصيف"), ("zh-hans", CHINESE, "每天早上五点听到发动机的声音")],
)
def test_other_scripts(open_page: OpenPage, language: str, body: str, words: str) -> None:
    page = visit(open_page, write_article(body, language=language))
    inline.select(page, words)
    page.locator(PICK).click()
    expect(page.locator(f"{POP} .quoted")).to_have_text(words)
    page.locator(f"{POP} textarea").fill("؟")
    page.locator(f"{POP} textarea").fill("好 نعم")
    page.locator(f"{POP} .primary").click()
    expect(page.locator("#roots > li")).to_contain_text("好 نعم")
    expect(page.locator(".prose a.ia")).to_have_text("1")
    assert inline.drawn(page)["ia-1"] == [words]
    inline.click_words(page, words[:9])
    expect(page.locator(POP)).to_be_focused()
    box = page.locator(POP).bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 1280 - box["width"]


COLOUR = "name => getComputedStyle(document.querySelector('.prose'), `::highlight(${name})`).backgroundColor"


def test_colours_of_the_device_are_used_where_it_has_its_own(open_page: OpenPage) -> None:
    article = write_article()
    comment_on(article)
    mark = "(() => { const it = document.createElement('mark'); document.body.append(it); \
        return getComputedStyle(it).backgroundColor; })()"
    page = visit(open_page, article, forced_colors="active")
    assert page.evaluate(COLOUR, "ia-1") == page.evaluate(mark)
    plain = visit(open_page, article)
    assert plain.evaluate(COLOUR, "ia-1") not in ("rgba(0, 0, 0, 0)", page.evaluate(COLOUR, "ia-1"))


def test_a_browser_without_highlights_has_the_markers(open_page: OpenPage) -> None:
    article = write_article()
    comment = comment_on(article)
    page = open_page(make_user())
    page.add_init_script("delete CSS.__proto__.highlights; delete CSS.highlights; delete window.Highlight;")
    page.goto(article.get_absolute_url())
    assert page.evaluate("Boolean(CSS.highlights)") is False
    page.locator(f"#ia-{comment.passage_id}").click()
    expect(page.locator(POP)).to_contain_text("So do I.")
