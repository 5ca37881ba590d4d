"""Every page of allauth: it answers, and nothing in it needs more than the Content-Security-Policy allows."""

from __future__ import annotations

from collections.abc import Collection
from html.parser import HTMLParser

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.accounts.people import PASSWORD
from tests.factories import make_user

#: Pages with something in their address; the others are found by themselves.
ARGUMENTS: dict[str, list[object]] = {
    "account_confirm_email": ["no-such-key"],
    "account_reset_password_from_key": ["1", "no-such-key"],
    "mfa_edit_webauthn": [1],
    "mfa_remove_webauthn": [1],
}
#: Pages of something that this visitor or member has not set up.
MISSING = {
    "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_deactivate_totp", "mfa_download_recovery_codes",
    "mfa_view_recovery_codes",
}  # fmt: skip
SAFE_SCRIPTS = ("application/json",)


class Inline(HTMLParser):
    """Collects what a policy without 'unsafe-inline' blocks, and what loads from elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in values and values.get("type") not in SAFE_SCRIPTS):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            outside = name in ("src", "action", "formaction") and (value or "").startswith(("http", "//"))
            if name == "style" or name.startswith("on") or outside or (value or "").startswith("javascript:"):
                self.found.append(f"{tag} {name}={value}")
            if name == "id":
                self.ids.append(value or "")


def names() -> list[str]:
    """Return the names of allauth's URLs."""

    def walk(patterns: list[URLPattern | URLResolver]) -> list[str]:
        found: list[str] = []
        for entry in patterns:
            if isinstance(entry, URLResolver):
                found += walk(entry.url_patterns)
            elif entry.name and entry.callback.__module__.startswith("allauth"):
                found.append(entry.name)
        return found

    resolver = next(
        r for r in get_resolver().url_patterns if isinstance(r, URLResolver) and str(r.pattern) == "accounts/"
    )
    return sorted(set(walk(resolver.url_patterns)))


def address(name: str) -> str:
    return reverse(name, args=ARGUMENTS.get(name, []))


def check(client: Client, name: str, *, missing: Collection[str] = ()) -> None:
    response = client.get(address(name))
    # The page that says "your other account did not let you in" answers 401.
    expected = 404 if name in missing else 401 if name == "socialaccount_login_error" else 200
    assert response.status_code in (302, expected), (name, response.status_code)
    if response.status_code != 302 and response["Content-Type"].startswith("text/html"):
        page = Inline(response.content.decode())
        assert page.found == [], name
        assert len(page.ids) == len(set(page.ids)), (name, "an id is there twice")
    assert "unsafe" not in response["Content-Security-Policy"]


def test_the_crawl_finds_the_pages() -> None:
    assert len(names()) > 25
    assert {"account_login", "account_email", "mfa_activate_totp", "mfa_add_webauthn"} <= set(names())


@pytest.mark.django_db
@pytest.mark.parametrize("name", names())
def test_page_for_a_visitor(client: Client, name: str) -> None:
    check(client, name)


@pytest.mark.parametrize("name", names())
def test_page_for_a_member(member_client: Client, name: str) -> None:
    check(member_client, name, missing=MISSING)


@pytest.fixture
def trusted_client(member: User, member_client: Client) -> Client:
    """Return a member's browser that has just given the password again, with both second factors set up."""
    member_client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    TOTP.activate(member, generate_totp_secret())
    RecoveryCodes.activate(member)
    return member_client


@pytest.mark.parametrize("name", names())
def test_page_for_a_member_with_second_factors(trusted_client: Client, name: str) -> None:
    check(trusted_client, name, missing=("mfa_edit_webauthn", "mfa_remove_webauthn"))


def test_page_for_a_pending_address(member: User, member_client: Client) -> None:
    EmailAddress.objects.create(user=member, email="new@example.org", verified=False)
    response = member_client.get(reverse("account_email"))
    assert Inline(response.content.decode()).found == []
    assert b"new@example.org" in response.content


@pytest.mark.django_db
def test_page_for_a_real_confirmation_link(client: Client) -> None:
    user = make_user()
    row = EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    response = client.get(reverse("account_confirm_email", args=[EmailConfirmationHMAC(row).key]))
    assert response.status_code == 200
    assert Inline(response.content.decode()).found == []
    row.refresh_from_db()
    assert not row.verified, "opening the link has changed something"


def test_the_check_bites() -> None:
    html = "<p onclick=x style=y><script>1</script><style></style><img src=//x><script src=/a></script>"
    assert len(Inline(html).found) == 5
