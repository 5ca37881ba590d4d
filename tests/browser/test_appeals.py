"""An appeal from both sides in a real browser, and what axe finds on the pages about people."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from moderation.actions.appeal import appeal
from moderation.actions.appeal_decision import lean
from moderation.actions.cases import open_case
from moderation.actions.decide import Verdict, decide
from moderation.actions.notes import write_note
from moderation.actions.policy import set_policy
from moderation.actions.sanction import impose
from moderation.models import Appeal, Decision, Guideline, GuidelineVersion, Outcome
from tests.browser import stage
from tests.browser.axe import LOOKS, check
from tests.browser.conftest import OpenPage
from tests.factories import make_admin, make_moderator, make_section, make_senior, make_user
from tests.moderation.conftest import defaults as install_defaults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

defaults = install_defaults


@pytest.fixture
def guideline(defaults: list[Guideline]) -> GuidelineVersion:
    return GuidelineVersion.objects.in_force().select_related("guideline").get(guideline__number=2)


def removed(reader: User, guideline: GuidelineVersion, outcome: str = Outcome.REMOVE) -> Decision:
    """Return the removal of a comment of the reader's, which is final."""
    comment = stage.say(stage.story(), "Who believes this has never seen a bus.", by=reader)
    stage.say(comment.article, "I take two a day.", comment)
    case = open_case(comment, queue="reported", severity=1)
    verdict = Verdict(outcome, guideline=guideline, note="Please talk about the idea.", internal_note="Again.")
    decision = decide(
        case, verdict, by=make_moderator("keeper", name="Kim Keeper"), key=uuid.uuid4(),
        lock_version=case.lock_version, revision=1,
    )  # fmt: skip
    decision.final_at = timezone.now() - timedelta(seconds=1)
    decision.save()
    return decision


def test_a_reader_appeals_and_a_senior_overturns(open_page: OpenPage, guideline: GuidelineVersion) -> None:
    reader, senior = make_user("ada", name="Ada Grey"), make_senior("elder")
    decision = removed(reader, guideline)

    page = open_page(reader)
    page.goto(reader.get_absolute_url())
    page.get_by_role("link", name="Appeal").click()
    expect(page.locator("main")).to_contain_text("Please talk about the idea.")
    page.get_by_label("Why should somebody look again?").fill("It is about the idea, not about a person.")
    page.get_by_role("button", name="Send the appeal").click()
    expect(page.locator("main")).to_contain_text("Waiting")

    desk = open_page(senior)
    desk.goto("/moderation/?queue=appeals")
    desk.get_by_role("link", name="never seen a bus").click()
    expect(desk.locator("main")).to_contain_text("It is about the idea, not about a person.")
    expect(desk.locator("main")).not_to_contain_text("Please talk about the idea.")
    desk.get_by_label("Message").fill("Which idea do you mean?")
    desk.get_by_role("button", name="Write").click()
    desk.get_by_role("button", name="I would overturn it").click()
    expect(desk.locator("#first")).to_contain_text("Please talk about the idea.")
    expect(desk.locator("#first")).to_contain_text("Kim Keeper")

    page.reload()
    expect(page.locator("#talk")).to_contain_text("Which idea do you mean?")
    page.get_by_label("Message").fill("That buses are enough.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#talk")).to_contain_text("That buses are enough.")

    desk.get_by_label("Reason, for who appealed").fill("It is about the idea indeed.")
    desk.get_by_label("If it does not hold: why").select_option("mistake")
    desk.get_by_role("button", name="Overturn", exact=True).click()
    expect(desk.locator(".message.ok")).to_contain_text("Decided")

    page.reload()
    expect(page.locator("main")).to_contain_text("It is about the idea indeed.")
    visitor = open_page()
    visitor.goto(decision.comment.article.get_absolute_url())
    expect(visitor.locator(f"#c{decision.comment_id}")).to_contain_text("has never seen a bus")
    assert Appeal.objects.get().state == "overturned"


@pytest.mark.once
def test_axe_finds_nothing_about_people(open_page: OpenPage, guideline: GuidelineVersion) -> None:
    admin, reader = make_admin("chief"), make_user("ada", name="Ada Grey")
    first = removed(reader, guideline)
    for kind, days in (("warning", None), ("mute", 7)):
        until = timezone.now() + timedelta(days=days) if days else None
        impose(
            reader, kind=kind, guideline_version=guideline, reason="Mind the tone.", by=make_moderator(),
            key=uuid.uuid4(), until=until,
        )  # fmt: skip
    write_note(reader, by=admin, text="Answers mails politely.")
    for place, mode in ((None, "publish"), (make_section("Culture"), "hold_first"), (reader, "hold_all")):
        set_policy(place, mode=mode, by=admin)
    for look, options in LOOKS.items():
        own = open_page(reader, **options)
        visit(own, f"/decisions/{first.pk}/appeal/", f"{look}: appeal form")
        keeper = open_page(admin, **options)
        visit(keeper, f"/moderation/people/{reader.pk}/?step=mute", f"{look}: person")
        visit(keeper, "/moderation/policies/", f"{look}: policies")
    found = appeal(Decision.objects.get(pk=first.pk), by=reader, text="It is about the idea.")
    for look, options in LOOKS.items():
        visit(open_page(reader, **options), f"/appeals/{found.pk}/", f"{look}: appeal")
        visit(open_page(admin, **options), f"/moderation/appeals/{found.pk}/", f"{look}: desk before")
    lean(found, by=admin, leaning="upheld")
    for look, options in LOOKS.items():
        visit(open_page(admin, **options), f"/moderation/appeals/{found.pk}/", f"{look}: desk after")


def visit(page: Page, url: str, name: str) -> None:
    page.goto(url)
    check(page, name)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{name} scrolls sideways"
