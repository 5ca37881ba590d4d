"""An administrator keeps rules in a real browser: from nothing to live, and back; axe and pictures of every page."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import Guest, User
from core.outbox import drain
from discussions.actions.post import post_comment
from discussions.models import Article, Comment, Visibility
from moderation.actions.backtest import start_backtest
from moderation.actions.rule_life import pause_rule
from moderation.actions.rules import change_rule, create_rule, latest_version
from moderation.models import Case, Decision, Guideline, GuidelineVersion, Rule, RuleDay, RuleHit
from moderation.rules.parse import parse
from tests.browser import stage
from tests.browser.axe import check
from tests.browser.conftest import OpenPage
from tests.factories import make_admin, make_guest, make_moderator, make_user
from tests.moderation.conftest import defaults

__all__ = ["defaults"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS: dict[str, dict[str, Any]] = {
    "1280-light": {},
    "1280-dark": {"color_scheme": "dark"},
    "390-light": {"viewport": {"width": 390, "height": 844}},
    "1280-arabic": {"locale": "ar"},
}
#: Where pictures go, when somebody wants to look at them.
PICTURES = os.environ.get("PARKBENCH_PICTURES", "")
#: What reaches beyond the window, when the page is wider than it.
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("main *")]
    .filter(it => it.getBoundingClientRect().right > innerWidth).map(it => it.outerHTML.slice(0, 90)).slice(0, 3)"""
NAMES = {
    "title": "No name-calling", "priority": 60,
    "when": {"all": [
        {
            "field": "text_without_quotes", "op": "has_any", "value": ["fool", "idiot", "shut up"],
            "with": ["fold_case", "strip_invisible", "leet", "collapse_repeats"],
        },
        {"any": [
            {"field": "published_count", "op": "<", "value": 50},
            {"field": "count", "op": ">=", "value": 3, "of": {"by": ["account", "article"], "hours": 2}},
        ]},
        {"not": {"any": [{"field": "section", "op": "is", "value": "satire"}]}},
    ]},
    "unless": {"all": [{"field": "questions", "op": ">", "value": 3}]},
    "then": ["hold", {"raise": 20}, {"tag": "names"}, {"note": "Look at the tone, too."}],
    "budget": {"max_per_hour": 30}, "note": "Every second report of last spring was about names.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def screens(settings: Settings) -> None:
    settings.COMMENT_SCREENS = ["moderation.screening.HouseScreen", "moderation.rule_screen.RulesScreen"]
    settings.SAMPLED_PERCENT = 0


def furnish(chief: User, deputy: User, guideline: str) -> dict[str, str]:
    """Fill the pages of the rules: one that is live with hits, others in every state; return their addresses."""
    article, now = stage.story(), timezone.now()
    people: list[User | Guest] = [make_user(name="Ada Grey"), make_user(name="عدي لوي"), make_guest("Passer-by")]
    for n in range(40):
        rude = "You fool, shut up." if n % 3 == 0 else f"Thought {n}: you f00l, they would say."
        body = "Fine." if n % 3 and n % 5 else rude
        removed = n % 3 == 0 and n % 2 == 0
        stage.say(
            article, body, by=people[n % 3], created_at=now - timedelta(hours=n),
            visibility=Visibility.REMOVED if removed else Visibility.PUBLIC, visibility_by=deputy if removed else None,
        )  # fmt: skip
    written = {**NAMES, "guideline": guideline}
    live = create_rule(parse(written), by=chief)
    row = start_backtest(latest_version(live), days=30, at_most=1000, by=chief)
    drain()
    _put(live, "live")
    for n in range(9):
        rude = f"You {'fool' if n % 2 else 'id1ot'}, {n}!"
        post_comment(article=article, by=people[n % 2], body=rude, key=uuid.uuid4())
    RuleDay.objects.create(rule=live, day=timezone.localdate(), times={"20": 90, "28": 10})
    _decide_some(deputy)
    change_rule(live, parse({**written, "title": "No name-calling at all"}), by=deputy)
    for state in ("draft", "shadow", "paused"):
        other = create_rule(parse({**written, "title": f"Shouting ({state})", "then": [{"raise": 5}]}), by=deputy)
        if state != "draft":
            _put(other, "shadow")
        if state == "paused":
            pause_rule(other, by=chief, because="It took a quote for shouting.")
    at = live.get_absolute_url()
    return {
        "rules": "/moderation/rules/", "rule": at, "rule-new": "/moderation/rules/new/", "rule-edit": f"{at}edit/",
        "rule-try": "/moderation/rules/try/", "rules-import": "/moderation/rules/import/", "revert": f"{at}revert/",
        "backtest": f"/moderation/backtests/{row.pk}/",
        "case": Case.objects.filter(comment__in=RuleHit.objects.values("comment")).latest("id").get_absolute_url(),
    }  # fmt: skip


def _decide_some(by: User) -> None:
    """Take down three of what the rule holds, and publish one."""
    for n, case in enumerate(Case.objects.filter(queue="held").order_by("id")[:4]):
        with transaction.atomic():
            case.state, case.decided_at = "decided", timezone.now()
            case.save()
        text = GuidelineVersion.objects.in_force()[1]
        Decision.objects.create(
            case=case, comment=case.comment, revision=1, outcome="publish" if n == 0 else "remove", by=by, note="Why.",
            guideline_version=None if n == 0 else text, key=uuid.uuid4(), visibility_before="held",
            final_at=timezone.now(),
        )  # fmt: skip


def _put(rule: Rule, state: str) -> None:
    rule.state, rule.in_force, rule.in_force_at = state, latest_version(rule), timezone.now() - timedelta(days=2)
    rule.save()


@pytest.mark.once
def test_every_page_of_the_rules(open_page: OpenPage, defaults: list[Guideline]) -> None:
    chief, deputy = make_admin("chief"), make_admin("deputy")
    pages = furnish(chief, deputy, defaults[1].slug)
    for look, options in LOOKS.items():
        page = open_page(chief, **options)
        for name, address in pages.items():
            page.goto(address)
            check(page, f"{name} {look}")
            wide = page.evaluate(WIDE)
            assert not wide, f"{name} {look} is too wide: {wide}"
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"{name}-{look}.png", full_page=True)


def write_it(page: Page) -> None:
    """Write a rule from nothing: words, and one of two more things, and not in a section; then save it."""
    page.goto("/moderation/rules/")
    page.get_by_role("link", name="Write a rule").click()
    page.get_by_label("Name of the rule").fill("No name-calling")
    page.get_by_label("Guideline that it stands for").select_option(label="2. Criticise ideas, not people")
    page.locator("#when-0-value").fill("fool\nshut up")
    page.locator("#when-group").click()
    page.locator("#when-1-0-field").select_option("is_reply")
    _settle(page, "#when-1-0-value")
    page.locator("#when-1-add").click()
    page.locator("#when-1-1-field").select_option("published_count")
    _settle(page, "input#when-1-1-value")
    page.locator("#when-1-1-op").select_option("<")
    _settle(page, "input#when-1-1-value")
    page.locator("#when-1-1-value").fill("50")
    page.locator("#when-group").click()
    page.locator("#when-2-kind").select_option("none")
    page.locator("#when-2-0-field").select_option("section")
    _settle(page, "#when-2-0-op option[value=starts]")
    page.locator("#when-2-0-op").select_option("is")
    page.locator("#when-2-0-value").fill("satire")
    page.get_by_label("hold it for review").check()


def _settle(page: Page, selector: str) -> None:
    """Wait for what the field asks; without scripts, ask for it."""
    again = page.get_by_role("button", name="I have chosen something else to look at")
    if again.count():
        again.first.click()
    expect(page.locator(selector)).to_have_count(1)


def try_it(page: Page) -> None:
    """See what it says of a text before it is saved."""
    page.get_by_label("A text to try").fill("You FOOL!")
    page.locator("#try-button").click()
    expect(page.locator("#tried")).to_contain_text("The rule in words")
    expect(page.locator("#tried")).to_contain_text("at least one of these is so")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("It does nothing until it is watched or set live.")).to_be_visible()


def bring_it_to_life(page: Page, other: Page) -> Rule:
    """Backtest, watch, have it signed by the other administrator, set it live."""
    rule = Rule.objects.get()
    page.get_by_role("button", name="Try the latest version").click()
    page.locator("#backtests a").first.click()
    expect(page.get_by_text("It looked at 30 comments; 10 fit.")).to_be_visible()
    expect(page.locator("main mark").first).to_have_text("fool")
    page.get_by_role("link", name="No name-calling").click()
    page.get_by_role("button", name="Watch what it would do").click()
    expect(page.locator(".head .tag")).to_have_text("being watched")
    expect(page.get_by_role("button", name="Sign this version")).to_have_count(0)
    expect(page.get_by_role("button", name="Set live")).to_have_count(0)
    other.goto(rule.get_absolute_url())
    other.get_by_role("button", name="Sign this version").click()
    expect(other.locator(".way")).to_contain_text("done: signed by a second administrator")
    page.reload()
    page.get_by_role("button", name="Set live").click()
    expect(page.locator(".head .tag")).to_have_text("live")
    return rule


def take_it_back(page: Page, rule: Rule) -> None:
    """Pause it, look at what it holds, and publish that."""
    page.goto(rule.get_absolute_url())
    page.get_by_label("Why, in a few words").fill("It took a quote for an insult.")
    page.get_by_role("button", name="Pause at once").click()
    expect(page.locator(".head .tag")).to_have_text("paused")
    expect(page.get_by_text("It took a quote for an insult.")).to_be_visible()
    page.get_by_role("link", name="Take back what it did").click()
    expect(page.get_by_text("1 comment would be published.")).to_be_visible()
    expect(page.get_by_text("You fool, again!")).to_be_visible()
    page.get_by_label("Why, in a few words").fill("The rule was wrong.")
    page.get_by_role("button", name="Take it all back").click()
    expect(page.get_by_text("Published: 1.")).to_be_visible()


def write_a_comment(page: Page, article: Article) -> None:
    page.goto(article.get_absolute_url())
    page.get_by_label("Join the discussion").fill("You fool, again!")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("waits for review").first).to_be_visible()


def read_the_card(page: Page) -> None:
    """See on the card of the case which rule it was, and the words marked."""
    page.goto("/moderation/")
    page.get_by_text("You fool, again!").first.click()
    expect(page.locator("#card")).to_contain_text("No name-calling")
    expect(page.locator("#card")).to_contain_text("it holds the comment")
    expect(page.locator("#card .tx mark, #card blockquote mark, #card mark").first).to_have_text("fool")


def past(article: Article) -> None:
    """Write a history: ten insults, all taken down, and twenty comments that nobody minded."""
    keeper, reader = make_moderator(), make_user(name="Ada Grey")
    for n in range(30):
        removed = n % 3 == 0
        stage.say(
            article, "You fool." if removed else "Fine.", by=reader, created_at=timezone.now() - timedelta(hours=n),
            visibility=Visibility.REMOVED if removed else Visibility.PUBLIC, visibility_by=keeper if removed else None,
        )  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_administrator_builds_a_rule_and_takes_it_back(
    open_page: OpenPage, defaults: list[Guideline], scripts: bool
) -> None:
    article = stage.story()
    past(article)
    page = open_page(make_admin("chief"), java_script_enabled=scripts)
    other = open_page(make_admin("deputy"), java_script_enabled=scripts)
    write_it(page)
    try_it(page)
    rule = bring_it_to_life(page, other)
    write_a_comment(open_page(make_user(name="Sol"), java_script_enabled=scripts), article)
    read_the_card(page)
    take_it_back(page, rule)
    assert Comment.objects.get(body="You fool, again!").visibility == "public"
    assert latest_version(rule).definition["when"] == {"all": [
        {"field": "text_without_quotes", "op": "has_any", "value": ["fool", "shut up"]},
        {"any": [
            {"field": "is_reply", "op": "is", "value": True}, {"field": "published_count", "op": "<", "value": 50},
        ]},
        {"not": {"any": [{"field": "section", "op": "is", "value": "satire"}]}},
    ]}  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_hint_names_the_words_and_leads_back_to_them(
    open_page: OpenPage, defaults: list[Guideline], scripts: bool
) -> None:
    article = stage.story()
    then = [{"nudge": "Criticise what was said, please."}, {"tag": "names"}]
    _put(create_rule(parse({**NAMES, "guideline": defaults[1].slug, "then": then}), by=make_admin("chief")), "live")
    page = open_page(make_user(name="Sol"), java_script_enabled=scripts)
    page.goto(article.get_absolute_url())
    box = page.get_by_label("Join the discussion")
    box.fill("Well, you FOOL, what now?")
    page.get_by_role("button", name="Post comment").click()
    alert = page.locator(".composer [role=alert]")
    expect(alert).to_contain_text("Criticise what was said, please.")
    expect(alert.locator("mark")).to_have_text("FOOL")
    expect(alert.get_by_role("link", name="Guideline 2: Criticise ideas, not people.")).to_have_attribute(
        "href", "/guidelines/#g2"
    )
    if scripts:
        check(page, "hint")
        expect(alert).to_be_focused()
    alert.get_by_role("link", name="Back to your text").click()
    expect(box).to_be_focused()
    expect(box).to_have_value("Well, you FOOL, what now?")
    if scripts:
        marked = "element => element.value.slice(element.selectionStart, element.selectionEnd)"
        assert box.evaluate(marked) == "FOOL"
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"hint-{'with' if scripts else 'without'}-scripts.png", full_page=True)
    # The author changes the words …
    box.fill("Well, what now?")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("#thread, main").first).to_contain_text("Well, what now?")
    assert Comment.objects.get().visibility == Visibility.PUBLIC
    # … or posts them anyway, and then a moderator reads them first.
    page.goto(article.get_absolute_url())
    box = page.get_by_label("Join the discussion")
    box.fill("You fool, I say!")
    page.get_by_role("button", name="Post comment").click()
    page.get_by_role("button", name="Post anyway").click()
    expect(page.get_by_text("waits for review").first).to_be_visible()
    assert Comment.objects.get(body="You fool, I say!").visibility == Visibility.HELD


def test_a_rule_is_written_by_keyboard_alone(open_page: OpenPage, defaults: list[Guideline]) -> None:
    page = open_page(make_admin("chief"))
    page.goto("/moderation/rules/new/")
    keys = page.keyboard
    page.get_by_label("Name of the rule").focus()
    keys.type("No name-calling")
    _tab_to(page, "#when-0-value")
    keys.type("fool")
    _tab_to(page, "#when-group")
    keys.press("Enter")
    # What was added is where one goes on.
    expect(page.locator("#when-1-0-field")).to_be_focused()
    _choose(page, "#when-1-0-field", "it is a reply")
    expect(page.locator("#when-1-0-value option")).to_have_count(2)
    expect(page.locator("#when-1-0-field")).to_be_focused()
    _tab_to(page, "#when-1-add")
    keys.press("Enter")
    expect(page.locator("#when-1-1-field")).to_be_focused()
    _tab_to(page, "#when-1-1-remove")
    keys.press("Enter")
    expect(page.locator("#when-1-add")).to_be_focused()
    _tab_to(page, "input[name=effect]")
    for _i in range(3):
        keys.press("ArrowDown")
    _tab_to(page, "#try-text")
    keys.type("You fool!")
    # It is looked at while one writes.
    expect(page.locator("#tried")).to_contain_text("in doubt")
    expect(page.locator("#try-text")).to_be_focused()
    _tab_to(page, "button.primary")
    keys.press("Enter")
    expect(page.get_by_text("It does nothing until it is watched or set live.")).to_be_visible()
    assert latest_version(Rule.objects.get()).definition["then"] == ["hold"]


def _choose(page: Page, field: str, words: str) -> None:
    """Type until the list that has the focus says so: a browser that was slow takes the second half for a new word."""
    chosen = "(list) => list.selectedOptions[0].textContent.trim()"
    for _try in range(5):
        page.keyboard.type(words)
        if page.locator(field).evaluate(chosen).startswith(words):
            return
        page.wait_for_timeout(1500)
    raise AssertionError(page.locator(field).evaluate(chosen))


def _tab_to(page: Page, selector: str) -> None:
    for _i in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not get to {selector}")
