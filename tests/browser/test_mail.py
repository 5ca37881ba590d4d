"""Following a discussion by mail in a real browser, and how the mails look."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from discussions.models import Subscription
from tests.browser import stage
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.discussions.mail.parsing import parse
from tests.discussions.mail.people import follows, links_in, says, text_of
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_guest_follows_confirms_is_told_and_leaves_without_javascript(open_page: OpenPage) -> None:
    article = stage.story()
    page = open_page(java_script_enabled=False)
    page.goto(article.get_absolute_url())
    page.get_by_text("Subscribe", exact=True).first.click()
    page.get_by_label("Your e-mail").fill("bo@example.org")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator(".message")).to_contain_text("look into your mail")
    page.goto(links_in(delivered_since(0)[0])["subscriptions/confirm"])
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_role("heading", name="What I follow")).to_be_visible()

    sent = len(mail.outbox)
    says(article, make_user(name="Ben Alder"), body="I walk there.")
    (message,) = delivered_since(sent)
    assert "Ben Alder" in text_of(message)
    page.goto(links_in(message)["subscriptions/unsubscribe"])
    assert Subscription.objects.get().tells
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    sent = len(mail.outbox)
    says(article)
    assert delivered_since(sent) == []
    page.get_by_role("button", name="Undo").click()
    assert Subscription.objects.get().tells


def delivered_since(count: int) -> list[EmailMessage]:
    """Return the mails after the first `count`: with real commits they go out by themselves."""
    return [parse(message.message().as_bytes()) for message in mail.outbox[count:]]


#: A mail is no page: it has no landmarks. And axe takes a background that nobody set for white, dark or not.
NOT_OF_MAILS = ("landmark-one-main", "region", "color-contrast")


def check(page: Page, *, without: tuple[str, ...] = ()) -> None:
    expect(page.locator("h1").first).to_be_visible()
    assert violations(page, without=without) == []


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing(open_page: OpenPage, language: str) -> None:
    ann = make_user("ann", language=language, email="ann@example.org")
    article = stage.story()
    mine = stage.say(article, "Mine.", by=ann)
    follows(ann, article, frequency="daily")
    comment = says(article, parent=mine)
    (message,) = delivered_since(0)
    page = open_page(ann, color_scheme="dark", viewport={"width": 390, "height": 900})
    leave = links_in(message)["subscriptions/unsubscribe"]
    for path in (
        "/notifications/", "/subscriptions/", f"{article.get_absolute_url()}subscribe/",
        f"/comments/{comment.pk}/mute/", leave, "/preferences/",
    ):  # fmt: skip
        page.goto(path)
        check(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.once
@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("en", "dark"), ("ar", "dark")])
def test_mails_are_readable_as_they_come(open_page: OpenPage, tmp_path: Path, language: str, colours: str) -> None:
    ann = make_user("ann", language=language)
    article = stage.story()
    says(article, make_user(name="Ben"), parent=stage.say(article, "Mine.", by=ann), body="One.\n\n> two\n\nThree.")
    (tmp_path / "mail.html").write_text(text_of(delivered_since(0)[0], "html"))
    page = open_page(color_scheme=colours, viewport={"width": 390, "height": 700})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{tmp_path / 'mail.html'}")
    check(page, without=NOT_OF_MAILS)
    assert len(asked) == 1
    assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr")
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert dark == (colours == "dark")
