"""Authenticator app and recovery codes; passkeys are in the browser tests."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from tests.accounts.people import PASSWORD

ACTIVATE = "/accounts/2fa/totp/activate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"


def code_for(secret: str) -> str:
    """Return what an app with `secret` shows now."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


@pytest.fixture
def trusted_client(member_client: Client) -> Client:
    member_client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    mail.outbox.clear()
    return member_client


@pytest.fixture
def secret(member: User) -> str:
    """Return the secret of the member's app."""
    secret = str(generate_totp_secret())
    TOTP.activate(member, secret)
    return secret


def log_in(member: User) -> Client:
    client = Client()
    response: Any = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD, "next": "/guest/"})
    assert response.url == AUTHENTICATE
    assert "_auth_user_id" not in client.session
    return client


def test_setting_it_up_takes_the_password_again(member_client: Client) -> None:
    assert member_client.get(ACTIVATE)["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.django_db(transaction=True)  # the member is told after the commit, inside the request
def test_setting_it_up(trusted_client: Client, member: User) -> None:
    page = trusted_client.get(ACTIVATE)
    secret = page.context["form"].secret
    assert b'src="data:image/svg+xml' in page.content
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    trusted_client.post(ACTIVATE, {"code": code_for(secret)})
    kinds = set(Authenticator.objects.filter(user=member).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    assert mail.outbox[0].to == [member.email], "the member is told"


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_while_the_mail_server_is_down(trusted_client: Client, member: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    secret = trusted_client.get(ACTIVATE).context["form"].secret
    response = trusted_client.post(ACTIVATE, {"code": code_for(secret)})
    assert response.status_code == 302
    assert Authenticator.objects.filter(user=member, type="totp").exists()


def test_setting_it_up_with_a_wrong_code(trusted_client: Client, member: User) -> None:
    trusted_client.get(ACTIVATE)
    response: Any = trusted_client.post(ACTIVATE, {"code": "000000"})
    assert response.context["form"].errors["code"] == ["Incorrect code."]
    assert not Authenticator.objects.filter(user=member).exists()


def test_logging_in_with_the_app(member: User, secret: str) -> None:
    client = log_in(member)
    response: Any = client.post(AUTHENTICATE, {"code": code_for(secret)})
    assert response.url == "/guest/", "the way back is kept through both steps"
    assert client.session["_auth_user_id"] == str(member.pk)


def test_a_code_works_once(member: User, secret: str) -> None:
    code = code_for(secret)
    log_in(member).post(AUTHENTICATE, {"code": code})
    second = log_in(member)
    second.post(AUTHENTICATE, {"code": code})
    assert "_auth_user_id" not in second.session


@pytest.mark.usefixtures("one_minute")
def test_guessing_codes_is_limited(member: User, secret: str) -> None:
    client = log_in(member)
    for guess in range(12):
        client.post(AUTHENTICATE, {"code": f"{guess:06}"})
    client.post(AUTHENTICATE, {"code": code_for(secret)})
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_lets_in_once(member: User, secret: str) -> None:
    code = RecoveryCodes.activate(member).get_unused_codes()[0]
    client = log_in(member)
    client.post(AUTHENTICATE, {"code": code})
    assert client.session["_auth_user_id"] == str(member.pk)
    again = log_in(member)
    again.post(AUTHENTICATE, {"code": code})
    assert "_auth_user_id" not in again.session


def test_a_code_by_mail_is_not_enough_either(member: User, secret: str) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    code = next(line for line in str(mail.outbox[-1].body).splitlines() if line.isupper())
    response: Any = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.url == AUTHENTICATE
    assert "_auth_user_id" not in client.session


def test_the_page_of_a_member_with_everything(trusted_client: Client, member: User, secret: str) -> None:
    RecoveryCodes.activate(member)
    page = trusted_client.get("/accounts/2fa/").content.decode()
    assert "It is on" in page
    assert "10 codes are left" in page
