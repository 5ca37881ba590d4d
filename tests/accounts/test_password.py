"""Changing and resetting the password; what becomes of the other sessions."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.people import PASSWORD, link_in, make_member

NEW = "a quite different one"
RESET = "/accounts/password/reset/"


def is_in(client: Client) -> bool:
    """Return whether a page for members opens."""
    return client.get("/preferences/").status_code == 200


@pytest.fixture
def phone(member: User) -> Client:
    """Return a second browser of the member."""
    client = Client()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert is_in(client)
    return client


def test_changing_it_ends_every_other_session(member_client: Client, phone: Client, member: User) -> None:
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    member_client.post(reverse("account_change_password"), form)
    member.refresh_from_db()
    assert member.check_password(NEW)
    assert is_in(member_client)
    assert not is_in(phone)
    assert [message.to for message in mail.outbox] == [[member.email]], "the member is told"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"oldpassword": "wrong"}, "oldpassword"),
        ({"password2": "another"}, "password2"),
        ({"password1": "short", "password2": "short"}, "password1"),
    ],
)
def test_changing_it_wrongly(member_client: Client, member: User, changes: dict[str, str], field: str) -> None:
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **changes}
    response: Any = member_client.post(reverse("account_change_password"), form)
    assert list(response.context["form"].errors) == [field]
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def ask_for_reset(client: Client, email: str) -> str:
    client.post(RESET, {"email": email})
    return link_in(mail.outbox[-1])


def test_resetting_it(client: Client, member: User, phone: Client) -> None:
    page = client.get(ask_for_reset(client, member.email), follow=True)
    url = page.redirect_chain[-1][0]
    assert "set-password" in url, "the key is not in the address of the form"
    client.post(url, {"password1": NEW, "password2": NEW})
    member.refresh_from_db()
    assert member.check_password(NEW)
    assert not is_in(phone)


def test_a_reset_link_works_once(client: Client, member: User) -> None:
    link = ask_for_reset(client, member.email)
    url = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(url, {"password1": NEW, "password2": NEW})
    other = Client().get(link)
    assert "was invalid" in other.content.decode()


def test_a_reset_link_of_somebody_else(client: Client, member: User) -> None:
    other = make_member("omar")
    link = ask_for_reset(client, member.email)
    foreign = link.replace(f"/key/{user_pk_to_url_str(member)}-", f"/key/{user_pk_to_url_str(other)}-")
    assert foreign != link
    assert "was invalid" in client.get(foreign, follow=True).content.decode()


@pytest.mark.django_db
def test_an_unknown_address_gets_the_same_answer(client: Client) -> None:
    response: Any = client.post(RESET, {"email": "nobody@example.org"})
    assert response.url == reverse("account_reset_password_done")
    assert "/accounts/signup/" in link_in(mail.outbox[0])


@pytest.mark.usefixtures("one_minute")
def test_too_many_resets_for_one_address(client: Client, member: User) -> None:
    answers = [client.post(RESET, {"email": member.email}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_mail_never_shows_the_host_header(client: Client, member: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post(RESET, {"email": member.email}, headers={"host": "evil.example"})
    assert "evil.example" not in str(mail.outbox[0].body) + mail.outbox[0].subject


@pytest.mark.django_db
def test_without_a_password(client: Client) -> None:
    member = make_member("ann")
    member.set_unusable_password()
    member.save()
    client.force_login(member)
    assert client.get(reverse("account_change_password"))["Location"] == reverse("account_set_password")
