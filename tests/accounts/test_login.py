"""Logging in and out: by password and by code; passkeys are in the browser tests."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.people import PASSWORD, make_member

pytestmark = pytest.mark.django_db
URL = "/accounts/login/"
CODE_URL = "/accounts/login/code/"


def log_in(client: Client, **changes: str) -> Any:
    return client.post(URL, {"login": "ann@example.org", "password": PASSWORD, **changes})


@pytest.fixture
def ann() -> User:
    return make_member("ann", email="ann@example.org")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_by_password(client: Client, ann: User) -> None:
    assert log_in(client).url == "/"
    assert is_in(client)


def test_the_address_in_any_letters(client: Client, ann: User) -> None:
    log_in(client, login="Ann@Example.Org")
    assert is_in(client)


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"login": "nobody@example.org"}])
def test_wrong_address_and_wrong_password_sound_alike(client: Client, ann: User, changes: dict[str, str]) -> None:
    response = log_in(client, **changes)
    assert response.status_code == 200
    assert list(response.context["form"].non_field_errors()) == [
        "The email address and/or password you specified are not correct."
    ]
    assert not is_in(client)


def test_a_member_who_was_switched_off(client: Client, ann: User) -> None:
    User.objects.update(is_active=False)
    log_in(client)
    assert not is_in(client)


def test_a_session_ends_with_the_account(client: Client, ann: User) -> None:
    log_in(client)
    assert client.get("/preferences/").status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/preferences/").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "url"),
    [
        ("/articles/bridge/comment/?parent=7", "/articles/bridge/comment/?parent=7"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("http://testserver@evil.example/", "/"),
        ("http://testserver/preferences/", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("\x0b//evil.example", "/"),
    ],
)
def test_the_way_back(client: Client, ann: User, wanted: str, url: str) -> None:
    assert log_in(client, next=wanted).url == url


def test_the_way_back_is_in_every_form_and_link(client: Client) -> None:
    page = client.get(URL, {"next": "/articles/bridge/"}).content.decode()
    assert page.count('name="next" value="/articles/bridge/"') == 2, "password form and passkey form"
    assert f"{CODE_URL}?next=%2Farticles%2Fbridge%2F" in page
    assert "/accounts/signup/?next=%2Farticles%2Fbridge%2F" in page


@pytest.mark.usefixtures("one_minute")
def test_too_many_wrong_passwords_for_one_address(client: Client, ann: User) -> None:
    for _ in range(5):
        log_in(client, password="wrong")
    response = log_in(client)
    assert not is_in(client), "the right password, after five wrong ones"
    assert "Too many failed login attempts" in response.content.decode()


@pytest.mark.usefixtures("one_minute")
def test_over_the_limit_of_the_network(client: Client) -> None:
    answers = [log_in(client, login=f"r{n}@example.org") for n in range(31)]
    assert [answer.status_code for answer in answers[:30]] == [200] * 30
    last = answers[30]
    assert last.status_code == 429
    assert last["Retry-After"] == "60"
    assert "Please try again in a minute" in last.content.decode()


@pytest.mark.usefixtures("one_minute")
def test_another_address_in_the_header_does_not_reset_the_limit(client: Client) -> None:
    answers = [
        client.post(URL, {"login": f"r{n}@example.org", "password": "x"}, headers={"x-forwarded-for": f"192.0.2.{n}"})
        for n in range(31)
    ]
    assert answers[30].status_code == 429


def request_code(client: Client, email: str = "ann@example.org", **data: str) -> str:
    response: Any = client.post(CODE_URL, {"email": email, **data})
    assert response.status_code == 302
    return str(response.url)


def code_in(message: mail.EmailMessage) -> str:
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", str(message.body), re.MULTILINE)
    assert found, message.body
    return found[1]


def test_by_code(client: Client, ann: User) -> None:
    url = request_code(client)
    assert mail.outbox[0].to == ["ann@example.org"]
    client.post(url, {"code": code_in(mail.outbox[0])})
    assert is_in(client)


def test_by_code_the_way_back_is_kept(client: Client, ann: User) -> None:
    url = request_code(client, next="/articles/bridge/")
    response: Any = client.post(url, {"code": code_in(mail.outbox[0]), "next": "/articles/bridge/"})
    assert response.url == "/articles/bridge/"


def test_three_wrong_codes_end_it(client: Client, ann: User) -> None:
    url = request_code(client)
    for _ in range(3):
        client.post(url, {"code": "WRONG1"})
    client.post(url, {"code": code_in(mail.outbox[0])})
    assert not is_in(client)


def test_a_code_belongs_to_the_browser_that_asked(client: Client, ann: User) -> None:
    request_code(client)
    other = Client()
    other.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})
    assert not is_in(other)


def test_a_code_for_nobody_looks_the_same(client: Client) -> None:
    assert request_code(client, "nobody@example.org").startswith(reverse("account_confirm_login_code"))


@pytest.mark.usefixtures("one_minute")
def test_too_many_codes_for_one_address(client: Client, ann: User) -> None:
    for _ in range(3):
        request_code(Client())
    response = Client().post(CODE_URL, {"email": "ann@example.org"})
    assert response.status_code == 200
    assert len(mail.outbox) == 3


def test_logging_out_takes_a_button(client: Client, ann: User) -> None:
    log_in(client)
    page = client.get("/accounts/logout/")
    assert page.status_code == 200
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_the_admin_has_no_log_in_form_of_its_own(client: Client) -> None:
    response: Any = client.get("/admin/login/?next=/admin/")
    assert response.url == "/accounts/login/?next=%2Fadmin%2F"
    response = client.post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 302


def test_the_admin_is_for_staff(client: Client, ann: User) -> None:
    log_in(client)
    assert client.get("/admin/", follow=True).status_code == 403
