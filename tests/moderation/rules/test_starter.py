"""The starter rules: drafts, each once, and each finds what it is for."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from accounts.models import User
from core.errors import NotAllowed
from discussions.actions.judge import Nudged
from discussions.models import Article
from moderation.actions.starter import import_starter_rules
from moderation.models import AuditEntry, Guideline, Rule
from moderation.rule_states import RuleState
from moderation.rules.parse import parse
from moderation.starter.rules import LANGUAGES, starter_rules, words_of
from tests.factories import make_comment, make_moderator, make_user
from tests.moderation.rules.conftest import Post
from tests.moderation.test_people_pages import browser

pytestmark = pytest.mark.django_db

RULES = "/moderation/rules/"
NINE = {
    "newcomer-link", "same-text", "many-links", "shorteners", "burst", "names", "shouting", "contradiction", "tone",
}  # fmt: skip
LONG = "The new bridge will bring more lorries through our street, and nobody has asked the people who live in it yet."


@pytest.fixture
def live(admin: User, defaults: list[Guideline], post: Post, settings: Settings) -> dict[str, Rule]:
    """Set all of them live, past every check, and return them by key."""
    settings.COMMENT_SCREENS.insert(1, "moderation.signal_screen.SignalsScreen")
    rules = import_starter_rules(by=admin)
    for rule in rules:
        version = rule.versions.get()
        rule.state, rule.in_force, rule.in_force_at = RuleState.LIVE, version, rule.created_at
        rule.save()
    return {rule.starter: rule for rule in rules}


@pytest.fixture
def old(reader: User) -> User:
    """Return a reader who has published a few comments."""
    for _ in range(3):
        make_comment(by=reader)
    return reader


def test_the_button_on_the_empty_page_writes_them_once(admin: User, defaults: list[Guideline]) -> None:
    chief = browser(admin)
    assert f'action="{RULES}starter/"' in chief.get(RULES).content.decode()
    assert chief.post(f"{RULES}starter/").status_code == 303
    rows = list(Rule.objects.all())
    assert {row.starter.split("-")[0] if row.starter.startswith("names") else row.starter for row in rows} == NINE
    assert {(row.state, row.owner) for row in rows} == {("draft", admin)}
    assert all(row.versions.get().parsed.guideline and row.versions.get().parsed.note for row in rows)
    assert AuditEntry.objects.filter(name="rule.created").count() == len(rows)
    html = chief.get(RULES).content.decode()
    assert f'action="{RULES}starter/"' not in html
    assert "The same text in many places" in html
    assert chief.get(f"{RULES}starter/").status_code == 405
    Rule.objects.filter(starter="tone").update(state="archived", title="Never again")
    chief.post(f"{RULES}starter/")
    assert Rule.objects.count() == len(rows)


def test_only_who_keeps_rules_may(client: Client, defaults: list[Guideline]) -> None:
    assert browser(make_moderator()).post(f"{RULES}starter/").status_code == 403
    with pytest.raises(NotAllowed):
        import_starter_rules(by=make_user())
    assert not Rule.objects.exists()


def test_the_command_writes_them_for_an_administrator(admin: User, defaults: list[Guideline]) -> None:
    out = StringIO()
    call_command("import_starter_rules", by="chief", stdout=out)
    assert "11 written as drafts." in out.getvalue()
    call_command("import_starter_rules", by="chief", stdout=out)
    assert "0 written as drafts." in out.getvalue()
    with pytest.raises(CommandError, match="no member"):
        call_command("import_starter_rules", by="nobody")
    make_user("somebody")
    with pytest.raises(CommandError, match="staff"):
        call_command("import_starter_rules", by="somebody")


def test_guidelines_that_a_site_does_not_have_are_left_out(admin: User, defaults: list[Guideline]) -> None:
    Guideline.objects.filter(slug="no-advertising").update(retired_at=admin.date_joined)
    rules = {rule.starter: rule for rule in import_starter_rules(by=admin)}
    assert rules["shorteners"].versions.get().parsed.guideline == ""
    assert rules["tone"].versions.get().parsed.guideline == "answer-what-was-said"


@pytest.mark.parametrize("language", ["en", "es", "ar", "de"])
def test_they_can_be_read_in_every_language(language: str) -> None:
    with translation.override(language):
        for _key, data in starter_rules([]):
            assert parse(data).title


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_are_clean(language: str) -> None:
    words = words_of(language)
    assert len(words) >= 20
    assert len(set(words)) == len(words)
    assert all(word == word.strip() and word for word in words)


def test_links_of_newcomers_copies_and_shorteners_are_held(live: dict[str, Rule], post: Post, old: User) -> None:
    assert post("See https://source.example", by=make_user()).visibility == "held"
    assert post("See https://source.example", by=old).visibility == "public"
    assert post("See https://bit.ly/x", by=old).visibility == "held"
    assert post(" ".join(f"https://{n}.example" for n in range(4)), by=old).visibility == "held"
    assert [post(LONG, by=make_user()).visibility for _ in range(3)] == ["public", "public", "held"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("You are an IDI0T", "about a person"), ("Eres un payaso", "about a person"), ("أنت غبي", "about a person"),
        ("THIS BRIDGE IS THE WORST THING THAT EVER HAPPENED HERE", "capital letters"),
        ("Wrong.", "What makes you think so"), ("No it isn't!", "What makes you think so"), ("غير صحيح.", "What makes"),
        ("Watch your language, please.", "how something was said"), ("Cuida tu tono.", "how something was said"),
    ],
)  # fmt: skip
def test_hints_come_before_posting(live: dict[str, Rule], post: Post, article: Article, text: str, hint: str) -> None:
    with pytest.raises(Nudged, match=hint):
        post(text, parent=make_comment(article), article=article)


@pytest.mark.parametrize(
    "text",
    [
        "Wrong, because the bridge was built in 1931 and the report says so on page four.", "I think they were right.",
        "> you fool\n\nPlease do not quote that.", "The foolish plan failed.", "NATO and UNESCO were there.",
        "الجسر قديم ويحتاج إلى إصلاح.", "El puente es viejo y hace falta arreglarlo.",
    ],
)  # fmt: skip
def test_ordinary_replies_pass(live: dict[str, Rule], post: Post, article: Article, text: str) -> None:
    assert post(text, parent=make_comment(article), article=article).visibility == "public"


def test_a_burst_is_put_before_moderators(live: dict[str, Rule], post: Post) -> None:
    from moderation.models import Case

    for n in range(12):
        assert post(f"Thought number {n}.", by=make_user(), network=f"198.51.{n}.0/24").visibility == "public"
    assert not Case.objects.filter(raised=40).exists()
    for n in range(12):
        assert post(f"Opinion number {n}.", by=make_user(), network="192.0.2.0/24").visibility == "public"
    assert Case.objects.filter(raised=40).count() == 2
