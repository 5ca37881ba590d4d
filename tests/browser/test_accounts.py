"""Accounts in a real browser: passkeys, the authenticator app, the guest's link, and a look for what axe finds."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import CDPSession, Page, expect

from accounts.links import make_token
from accounts.models import Guest, User
from discussions.models import Visibility
from tests.accounts.people import PASSWORD, link_in, make_member
from tests.accounts.test_second_factors import code_for
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.factories import make_comment, make_guest

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ann() -> User:
    return make_member("ann", name="Ann Lee", email="ann@example.org")


def log_in(page: Page, wanted: str = "/preferences/") -> None:
    page.goto(f"/accounts/login/?next={wanted}")
    page.get_by_label("Email").fill("ann@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def give_password_again(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def with_authenticator(page: Page, *, verified: bool = True) -> tuple[CDPSession, str]:
    """Give the browser a built-in authenticator that says yes (`verified`), or whose finger never comes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    added: dict[str, Any] = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, str(added["authenticatorId"])


def test_a_passkey_is_made_and_lets_in_without_a_password(open_page: OpenPage, ann: User) -> None:
    page = open_page()
    with_authenticator(page)
    log_in(page, "/accounts/2fa/webauthn/add/")
    give_password_again(page)
    page.get_by_label("Name of the passkey").fill("My laptop")
    expect(page.get_by_label("Let me log in with it alone")).to_be_checked()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/2fa/recovery-codes/")
    assert Authenticator.objects.filter(user=ann, type="webauthn").count() == 1
    assert any(message.to == [ann.email] for message in mail.outbox), "the member is told"

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Log out").click()
    page.goto("/accounts/login/?next=/preferences/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("**/preferences/")
    expect(page.get_by_role("link", name="Ann Lee")).to_be_visible()

    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My laptop")).to_be_visible()
    expect(page.get_by_text("enough by itself")).to_be_visible()


def test_a_passkey_that_is_not_there_is_told_in_words(open_page: OpenPage, ann: User) -> None:
    page = open_page()
    with_authenticator(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    words = page.get_by_role("alert").filter(has_text="The passkey was not used")
    expect(words).to_be_visible()
    expect(words).to_be_focused()


def test_the_authenticator_app(open_page: OpenPage, ann: User) -> None:
    page = open_page()
    log_in(page, "/accounts/2fa/totp/activate/")
    give_password_again(page)
    picture = page.locator("img.qr")
    expect(picture).to_be_visible()
    # A picture that the policy blocks has no size.
    assert picture.evaluate("image => image.naturalWidth") > 50
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    assert len(page.locator("#recovery_codes").input_value().split()) == 10


def test_guest_link_from_mail_to_claim(open_page: OpenPage) -> None:
    guest = make_guest("Bo", email="bo@example.org")
    comment = make_comment(by=guest, body="The bread was warm.")
    page = open_page()
    page.goto(f"/guest/{make_token(guest)}/")
    assert Guest.objects.get().email_confirmed_at is None
    page.get_by_role("button", name="Yes, that is me").click()
    page.get_by_role("link", name="See my comments").click()
    expect(page.get_by_text("The bread was warm.")).to_be_visible()

    page.goto("/guest/")
    page.get_by_role("link", name="Sign up and take them along").click()
    expect(page.get_by_label("Email")).to_have_value("bo@example.org")
    page.get_by_label("Handle").fill("bo.harbour")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/confirm-email/")
    page.goto(link_in(mail.outbox[-1]))
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/guest/claim/**")
    page.get_by_role("button", name="Take them along").click()
    expect(page.get_by_text("are yours now")).to_be_visible()
    comment.refresh_from_db()
    assert comment.author is not None
    assert comment.author.username == "bo.harbour"


def test_everything_by_keyboard_without_scripts(open_page: OpenPage, ann: User) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/accounts/login/?next=/preferences/")
    expect(page.get_by_role("button", name="passkey")).to_be_hidden()
    page.get_by_label("Email").focus()
    page.keyboard.type("ann@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/preferences/")
    page.get_by_label("Name").fill("Ann L.")
    page.get_by_label("Language").select_option("es")
    page.keyboard.press("Enter")
    page.get_by_role("button").last.press("Enter")
    page.wait_for_url("**/preferences/")
    assert page.locator("html").get_attribute("lang") == "es"
    ann.refresh_from_db()
    assert ann.name == "Ann L."


@pytest.fixture
def busy_ann(ann: User) -> User:
    """Return a member with a comment in every state."""
    for visibility in Visibility.values:
        make_comment(by=ann, visibility=visibility, visibility_reason="About people, not about what they say.")
    return ann


#: Colours do not depend on the width, so two looks are enough.
LOOKS: dict[str, dict[str, Any]] = {
    "wide-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "narrow-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
VISITOR_PAGES = ("/accounts/login/", "/accounts/signup/", "/accounts/login/code/", "/guest/", "/people/ann/")
MEMBER_PAGES = (
    "/preferences/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/people/ann/",
    "/accounts/logout/", "/guest/claim/",
)  # fmt: skip


def check(page: Page, url: str) -> None:
    page.goto(url)
    width, inner = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= inner, f"{url} is wider than the screen"
    assert (url, violations(page)) == (url, [])


@pytest.mark.parametrize("look", LOOKS)
def test_axe_for_visitors(open_page: OpenPage, busy_ann: User, look: str) -> None:
    page = open_page(**LOOKS[look])
    for url in (*VISITOR_PAGES, f"/guest/{make_token(make_guest(email='bo@example.org'))}/"):
        check(page, url)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_for_members(open_page: OpenPage, busy_ann: User, look: str) -> None:
    page = open_page(busy_ann, **LOOKS[look])
    for url in MEMBER_PAGES:
        check(page, url)


def test_axe_right_to_left_and_with_errors(open_page: OpenPage, busy_ann: User) -> None:
    User.objects.update(language="ar")
    page = open_page(busy_ann)
    check(page, "/preferences/")
    page.locator("#id_name").fill("admin")
    page.locator("main form button").last.click()
    expect(page.locator("#id_name_error")).to_be_visible()
    assert page.locator("#id_name").get_attribute("aria-invalid") == "true"
    assert violations(page) == []
    # The policy of the page does not keep axe from looking.
    page.locator("label[for=id_name]").evaluate("label => label.remove()")
    assert violations(page)
