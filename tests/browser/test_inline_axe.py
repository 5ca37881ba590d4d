"""For axe: every page that knows passages, in every state that a reader, an author or a moderator can bring it into."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from discussions.actions.passage_keeping import detach_passage, lock_passage
from discussions.models import Article, Passage
from tests.browser import inline_stage as inline
from tests.browser.axe import LOOKS, check
from tests.browser.conftest import OpenPage
from tests.browser.test_inline_ways import ARABIC
from tests.discussions.passages_stage import WORDS, comment_on, passage_of, rewrite, write_article
from tests.factories import make_moderator, make_user

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

POP, SEEN = "#ia-pop", ".prose .ia-m:not(.in-next) a.ia"
#: Words that nobody has commented on.
FREE = "on the quay is glad of it"
ASKED = "[[?office Do you believe that?]]The harbour office says[[/?]] that a quieter engine was ordered in spring."


def at_rest(page: Page) -> None:
    expect(page.locator(SEEN).first).to_be_visible()


def popover(page: Page) -> None:
    page.locator(SEEN).first.click()
    expect(page.locator(POP)).to_be_focused()


def answering(page: Page) -> None:
    popover(page)
    page.locator(f"{POP} .re").first.click()
    expect(page.locator(f"{POP} li .composer textarea")).to_be_focused()


def selecting(page: Page) -> None:
    page.evaluate(inline.SELECT, FREE)
    expect(page.locator("#ia-pick")).to_be_visible()


def writing(page: Page) -> None:
    selecting(page)
    page.locator("[data-do=ia-pick]").click()
    expect(page.locator(f"{POP} textarea")).to_be_focused()


def filtered(page: Page) -> None:
    page.locator("#inline-feedbacks").click()
    expect(page.locator("#inline-feedbacks")).to_have_attribute("aria-current", "true")
    for summary in page.locator(".quoted summary").all():
        summary.click()


def nothing(page: Page) -> None:
    """Look at the page as it comes."""


def all_states() -> Article:
    """Return an article with a passage in each state: in its place, changed, moved, gone, detached, locked, asked."""
    article = write_article(author=make_user())
    changed = comment_on(article)
    comment_on(article, "in the morning", body="In one place with the other.")
    gone = comment_on(article, "The ferry runs again from Monday", body="Does it?")
    detached = comment_on(article, "without a word of thanks", body="Thank you.")
    detach_passage(passage_of(detached), by=make_moderator())
    article = rewrite(article, "engine at five", "motor at five")
    article = rewrite(article, "The ferry runs again from Monday, the harbour office says, and e", "E")
    article = rewrite(article, "The harbour office says that a quieter engine was ordered in spring.", ASKED)
    locked = comment_on(article, "a quieter engine was ordered in spring", body="Which spring?")
    lock_passage(passage_of(locked), by=make_moderator(), is_locked=True)
    statuses = {passage_of(one).status for one in (changed, gone, detached, locked)}
    assert statuses == {"edited", "orphaned", "detached", "anchored"}
    return article


@pytest.mark.parametrize("scene", [at_rest, popover, answering, selecting, writing, filtered])
def test_axe_finds_nothing_in_the_article(open_page: OpenPage, scene: Callable[[Page], None]) -> None:
    article, reader = all_states(), make_user()
    for look, options in LOOKS.items():
        page = open_page(reader, **options)
        page.goto(article.get_absolute_url())
        scene(page)
        check(page, look)
        page.close()


@pytest.mark.parametrize("who", ["visitor", "member", "moderator"])
def test_axe_finds_nothing_on_the_pages_of_passages(open_page: OpenPage, who: str) -> None:
    article = all_states()
    user = {"visitor": None, "member": make_user(), "moderator": make_moderator()}[who]
    base = article.get_absolute_url()
    passages = [*Passage.objects.order_by("pk")]
    text = article.text_revisions.latest("number").text
    at = text.index(FREE)
    addresses = [
        f"{base}passages/new/",
        f"{base}passages/new/?start={at}&end={at + len(FREE)}",
        f"{base}passages/new/?start={at}&end={at + 1}",
        f"{base}?inline=all",
        *(f"{base}?inline={row.pk}" for row in passages),
        *(f"{base}passages/{row.pk}/" for row in passages),
        *([f"{base}passages/new/?for={passages[0].pk}"] if who == "moderator" else []),
    ]
    looks = {"visitor": ["narrow"], "member": ["dark"], "moderator": ["light", "dark", "narrow", "right-to-left"]}
    for look in looks[who]:
        page = open_page(user, **LOOKS[look])
        for address in addresses:
            page.goto(address)
            check(page, f"{look}: {address}")
        page.close()


@pytest.mark.parametrize("scene", [popover, filtered])
def test_axe_finds_nothing_in_an_arabic_article(open_page: OpenPage, scene: Callable[[Page], None]) -> None:
    article = write_article(ARABIC, language="ar")
    comment_on(article, "يسكن الناس فوق الرصيف", body="نعم.")
    comment_on(article, "يعود القارب إلى العمل يوم الاثنين", body="حقا؟")
    rewrite(article, "يعود القارب", "ترجع العبّارة")
    for look, locale in (("light", "ar"), ("narrow", "ar"), ("dark", "en")):
        page = open_page(make_user(), **{**LOOKS[look], "locale": locale})
        page.goto(article.get_absolute_url())
        scene(page)
        check(page, look)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.close()


def test_axe_finds_nothing_in_the_inbox_of_an_author(open_page: OpenPage) -> None:
    author = make_user()
    article = write_article(f"{WORDS}.\n\n{ASKED}", author=author)
    rewrite(article, "The harbour office says[[/?]]", "The harbour master says[[/?]]")
    for look, options in LOOKS.items():
        page = open_page(author, **options)
        page.goto("/notifications/")
        expect(page.get_by_role("article")).to_have_count(1)
        check(page, look)
        page.close()
