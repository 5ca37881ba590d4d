"""A moderator at the desk: by keyboard alone, quickly, and without losing a word to somebody who was faster."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.models import User
from discussions.actions.edit import edit_comment
from discussions.models import Article, Comment, Visibility
from moderation.actions.cases import open_case
from moderation.actions.claim import claim
from moderation.actions.report import report_comment
from moderation.models import Case, Decision, Guideline, GuidelineText, StaffNote
from tests.browser import stage
from tests.browser.axe import LOOKS, check
from tests.browser.conftest import OpenPage
from tests.factories import make_guest, make_moderator, make_user
from tests.moderation.conftest import Decide, decide_, defaults, guideline, moderator

__all__ = ["decide_", "defaults", "guideline", "moderator"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = "Please say it without the person in it."


@pytest.fixture
def keeper(moderator: User, defaults: list[Guideline]) -> User:
    """Return a moderator of a site whose guidelines have words for authors."""
    GuidelineText.objects.filter(language="en").update(author_note=NOTE)
    GuidelineText.objects.filter(language="ar").update(author_note="من فضلك تحدّث عن الفكرة.")
    return moderator


def waiting(article: Article, body: str, **given: Any) -> Case:
    """Return the case of a held comment."""
    comment = stage.say(article, body, visibility=Visibility.HELD, **given)
    with transaction.atomic():
        return open_case(comment, queue="held", severity=2, hold_reason="A moderator reads it first: “fool”.")


def busy(cases: int) -> list[Case]:
    """Fill the queue with comments of all kinds: guests, replies, other scripts, long and short ones."""
    article = stage.story()
    root = stage.say(article, "The root of it.")
    people = [make_user(name="Sol"), make_user(name="عدي لوي"), make_guest("Passer-by")]
    texts = ["You are a fool.", "ما الساعة العادلة؟ أنت أحمق.", stage.LONG * 6, "Look at https://example.org/ now."]
    made = []
    for n in range(cases):
        language = "ar" if n % 4 == 1 else "en"
        given = {"by": people[n % 3], "parent": root if n % 5 == 0 else None, "language": language}
        made.append(waiting(article, texts[n % 4], **given))
    return made


def other_than(address: str) -> re.Pattern[str]:
    """Return what every other address matches."""
    return re.compile(f"^(?!{re.escape(address)}$)")


def test_a_queue_by_keyboard_alone(open_page: OpenPage, keeper: User) -> None:
    busy(20)
    page = open_page(keeper)
    page.goto("/moderation/")
    page.keyboard.press("n")
    expect(page.locator("#decide")).to_be_visible()
    # A tenth is published, the rest rests on a guideline each.
    letters = "pxexcxxexc"
    for n in range(20):
        address = page.url
        if letters[n % 10] != "p":
            page.keyboard.press(str(1 + n % 6))
        with page.expect_navigation(url=other_than(address), wait_until="domcontentloaded"):
            page.keyboard.press(letters[n % 10])
    expect(page.get_by_text("Nothing waits here.")).to_be_visible()
    decisions = list(Decision.objects.select_related("guideline_version__guideline").order_by("id"))
    assert [decision.outcome[0] for decision in decisions] == [{"x": "r", "e": "r"}.get(c, c) for c in letters * 2]
    chosen = [row.guideline_version and row.guideline_version.guideline.number for row in decisions]
    assert chosen == [None if letters[n % 10] == "p" else 1 + n % 6 for n in range(20)]
    assert all(decision.seconds is not None for decision in decisions)
    assert {row.note for row in decisions} == {"", NOTE, "من فضلك تحدّث عن الفكرة."}


def test_a_restriction_without_a_guideline_asks_for_one(open_page: OpenPage, keeper: User) -> None:
    case = waiting(stage.story(), "You are a fool.")
    page = open_page(keeper)
    page.goto(case.get_absolute_url())
    page.keyboard.press("x")
    expect(page.locator("#choose")).to_contain_text("Choose the guideline")
    expect(page.locator("[name=guideline]").first).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#note")).to_have_value(NOTE)
    page.keyboard.press("5")
    expect(page.locator("[name=guideline][data-key='5']")).to_be_checked()
    page.keyboard.press("x")
    expect(page.get_by_text("Nothing waits here.")).to_be_visible()
    assert Comment.objects.get().visibility == Visibility.REMOVED


def test_keys_are_letters_while_somebody_writes(open_page: OpenPage, keeper: User) -> None:
    case = waiting(stage.story(), "You are a fool.")
    page = open_page(keeper)
    page.goto(case.get_absolute_url())
    page.keyboard.press("t")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("pxecus?jk12")
    expect(page.locator("#note-text")).to_have_value("pxecus?jk12")
    page.locator("#note").fill("Half a thought")
    page.get_by_role("button", name="About the comment").click()
    expect(page.locator("#note-list")).to_contain_text("pxecus?jk12")
    expect(page.locator("#note")).to_have_value("Half a thought")
    assert StaffNote.objects.get().comment_id == case.comment_id
    page.locator("#note").press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Return for edit")
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not Decision.objects.exists()


def test_undo_works_from_the_next_card(open_page: OpenPage, keeper: User) -> None:
    article = stage.story()
    first, second = waiting(article, "One."), waiting(article, "Two.")
    page = open_page(keeper)
    page.goto(f"{first.get_absolute_url()}?queue=held")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile(second.get_absolute_url()))
    expect(page.locator(".undo")).to_contain_text("Published")
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(first.get_absolute_url()))
    expect(page.get_by_text("Undone: nobody was told")).to_be_visible()
    assert Comment.objects.get(pk=first.comment_id).visibility == Visibility.HELD


def test_next_previous_and_skip(open_page: OpenPage, keeper: User) -> None:
    article = stage.story()
    cases = [waiting(article, f"Comment {n}.") for n in range(3)]
    page = open_page(keeper)
    page.goto("/moderation/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("*:focus")).to_have_text("Comment 1.")
    page.keyboard.press("k")
    steps = [("Enter", cases[0]), ("j", cases[1]), ("j", cases[2]), ("k", cases[1]), ("s", cases[0])]
    for key, expected in steps:
        # Once the page is complete, its script listens.
        with page.expect_navigation(url=re.compile(expected.get_absolute_url()), wait_until="domcontentloaded"):
            page.keyboard.press(key)
    assert [case.skip_count for case in Case.objects.order_by("id")] == [0, 1, 0]


def test_selected_words_are_the_words_in_question(open_page: OpenPage, keeper: User) -> None:
    case = waiting(stage.story(), "You are a *complete* fool.")
    page = open_page(keeper)
    page.goto(case.get_absolute_url())
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#text em'))")
    expect(page.locator("#span")).to_have_value("complete")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    expect(page.locator("#span")).to_have_value("complete")
    page.keyboard.press("2")
    page.keyboard.press("e")
    expect(page.get_by_text("Nothing waits here.")).to_be_visible()
    assert Decision.objects.get().span == "complete"


def take(page: Page, case: Case) -> Page:
    """Open the card of a case, and wait until its script has taken the case for who looks at it."""
    page.goto(case.get_absolute_url())
    expect(page.locator("[name=lock_version]")).to_have_value("1")
    return page


def write_everything(page: Page) -> None:
    page.keyboard.press("3")
    page.locator("#note").fill("My words to you.")
    page.locator("#span").fill("a fool")
    page.locator("#internal").fill("Between us.")


def expect_everything(page: Page) -> None:
    expect(page.locator("[name=guideline][data-key='3']")).to_be_checked()
    expect(page.locator("#note")).to_have_value("My words to you.")
    expect(page.locator("#span")).to_have_value("a fool")
    expect(page.locator("#internal")).to_have_value("Between us.")


def test_a_conflict_loses_nothing_that_was_typed(open_page: OpenPage, keeper: User, decide_: Decide) -> None:
    case = waiting(stage.story(), "You are a fool.")
    page = take(open_page(keeper), case)
    write_everything(page)
    decide_(Case.objects.get(), "collapse", by=decider(case), note="Off topic, sorry.")
    page.get_by_role("button", name="Remove").click()
    conflict = page.locator("#conflict")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("Ada Grey decided:")
    expect(conflict).to_contain_text("Off topic, sorry.")
    expect_everything(page)


def decider(case: Case) -> User:
    """Return another moderator, to whom the case was given back."""
    Case.objects.filter(pk=case.pk).update(claimed_by=None, claimed_until=None, state="open")
    return make_moderator(name="Ada Grey")


def test_news_are_told_without_touching_what_was_typed(open_page: OpenPage, keeper: User, decide_: Decide) -> None:
    case = waiting(stage.story(), "You are a fool.")
    page = take(open_page(keeper), case)
    write_everything(page)
    decide_(Case.objects.get(), "publish", by=decider(case))
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#news")).to_have_text("Ada Grey has decided: Publish.")
    expect_everything(page)


def test_a_card_that_is_looked_at_is_taken(open_page: OpenPage, keeper: User) -> None:
    case = waiting(stage.story(), "You are a fool.")
    page = open_page(keeper)
    with page.expect_response(re.compile("/claim/$")):
        take(page, case)
    other = open_page(make_moderator())
    other.goto(case.get_absolute_url())
    expect(other.locator("#news")).to_have_text("keeper is reading it.")


def test_everything_without_scripts(open_page: OpenPage, keeper: User) -> None:
    article = stage.story()
    for n in range(2):
        waiting(article, f"Comment {n}.")
    page = open_page(keeper, java_script_enabled=False)
    page.goto("/moderation/")
    page.get_by_role("button", name="Take the next one").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#conflict")).to_contain_text("choose the guideline")
    page.get_by_label("2 Criticise ideas, not people").check()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#text")).to_have_text("Comment 1.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#text")).to_have_text("Comment 0.")
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_label("Choose the comment by").nth(0).check()
    page.get_by_label("Choose the comment by").nth(1).check()
    page.locator("#bulk").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Nothing waits here.")).to_be_visible()


def queue_page() -> str:
    busy(6)
    comment = stage.say(stage.story(), "Reported words.")
    report_comment(comment, by=make_user(), guideline=Guideline.objects.get(number=2), note="Rude.")
    claim(Case.objects.order_by("id")[2], by=make_moderator(name="Ada Grey"))
    return "/moderation/"


def card_page() -> str:
    parent = stage.say(stage.story(), "The root of it.", by=make_user(name="Ben Alder"))
    comment = stage.say(parent.article, "You are a *complete* fool.", parent, by=make_user("sol", name="Sol"))
    for number in (2, 3):
        report_comment(comment, by=make_user(), guideline=Guideline.objects.get(number=number), note="Rude, and twice.")
    return Case.objects.get().get_absolute_url()


def empty_page() -> str:
    return "/moderation/"


def decided_page() -> str:
    case = waiting(stage.story(), "You are a fool.")
    Case.objects.filter(pk=case.pk).update(state="void")
    return case.get_absolute_url()


def only_look(page: Page) -> None:
    """Do nothing with the page."""


def open_filters(page: Page) -> None:
    page.locator(".filters summary").click()
    page.locator("[name=row]").first.check()


def open_help(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def lose_the_race(page: Page) -> None:
    write_everything(page)
    comment = Comment.objects.get(pk=Case.objects.get().comment_id)
    body = f"You are a *complete* gentleman, number {comment.revision}."
    edit_comment(comment, by=User.objects.get(username="sol"), body=body, revision=comment.revision)
    page.get_by_role("button").and_(page.locator("[value=remove]")).click()
    expect(page.locator("#conflict")).to_be_visible()


SCENES: dict[str, tuple[Callable[[], str], Callable[[Page], None]]] = {
    "queue": (queue_page, only_look),
    "filters": (queue_page, open_filters),
    "empty": (empty_page, only_look),
    "card": (card_page, only_look),
    "help": (card_page, open_help),
    "conflict": (card_page, lose_the_race),
    "over": (decided_page, only_look),
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.once
def test_axe_finds_nothing(open_page: OpenPage, keeper: User, scene: str) -> None:
    prepare, act = SCENES[scene]
    path = prepare()
    for look, options in LOOKS.items():
        page = open_page(keeper, **options)
        page.goto(path)
        act(page)
        check(page, look)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
        page.close()
