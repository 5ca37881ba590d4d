"""Changing one's address: it counts once it is confirmed, and the old address is told."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.people import PASSWORD, link_in, make_member

URL = "/accounts/email/"


@pytest.fixture
def trusted_client(member_client: Client) -> Client:
    """Return the member's browser just after the password was given again."""
    member_client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return member_client


def add(client: Client, email: str) -> int:
    return client.post(URL, {"action_add": "", "email": email}).status_code


def addresses(member: User) -> dict[str, bool]:
    return dict(EmailAddress.objects.filter(user=member).values_list("email", "verified"))


@pytest.mark.django_db
def test_for_members_only(client: Client) -> None:
    response = client.get(URL)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={URL}"


def test_a_new_address(trusted_client: Client, member: User) -> None:
    old = member.email
    add(trusted_client, "new@example.org")
    member.refresh_from_db()
    assert member.email == old, "changed before it was confirmed"
    assert addresses(member) == {old: True, "new@example.org": False}
    assert b"new@example.org" in trusted_client.get(URL).content

    confirmation = next(m for m in mail.outbox if m.to == ["new@example.org"])
    trusted_client.post(link_in(confirmation))
    member.refresh_from_db()
    assert member.email == "new@example.org"
    assert addresses(member) == {"new@example.org": True}
    assert [m.to for m in mail.outbox if "changed" in m.subject.lower()] == [[old]]


def test_it_takes_the_password_again(member_client: Client, member: User) -> None:
    response = member_client.post(URL, {"action_add": "", "email": "new@example.org"})
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert len(addresses(member)) == 1
    # After the password, what was asked for is done.
    member_client.post(response["Location"], {"password": PASSWORD, "next": URL})
    assert "new@example.org" in addresses(member)


def test_keeping_the_old_address(trusted_client: Client, member: User) -> None:
    add(trusted_client, "new@example.org")
    trusted_client.post(URL, {"action_remove": "", "email": "new@example.org"})
    assert addresses(member) == {member.email: True}


def test_somebody_elses_address_is_never_taken(trusted_client: Client, member: User) -> None:
    other = make_member("omar", email="omar@example.org")
    add(trusted_client, other.email)
    confirmation = next((m for m in mail.outbox if m.to == [other.email]), None)
    if confirmation and "/confirm-email/" in str(confirmation.body):
        trusted_client.post(link_in(confirmation))
    member.refresh_from_db()
    other.refresh_from_db()
    assert member.email != other.email
    assert addresses(other) == {"omar@example.org": True}


@pytest.mark.parametrize("typed", ["", "new", "new@", "a b@example.org", "new@example.org\nBcc: x@example.org"])
def test_what_is_no_address(trusted_client: Client, member: User, typed: str) -> None:
    assert add(trusted_client, typed) == 200
    assert len(addresses(member)) == 1
    assert mail.outbox == []
