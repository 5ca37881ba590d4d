"""Members and guests in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Guest, User
from tests.factories import make_guest, make_user

pytestmark = pytest.mark.django_db

MEMBERS = "/admin/accounts/user/"
GUESTS = "/admin/accounts/guest/"


@pytest.fixture
def root(client: Client) -> User:
    root = make_user("root.user", is_staff=True, is_superuser=True)
    client.force_login(root)
    return root


@pytest.fixture
def clerk(client: Client) -> User:
    """Return staff who may see and change members."""
    clerk = make_user("clerk", is_staff=True)
    codenames = ["view_user", "change_user", "view_guest", "change_guest"]
    clerk.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(clerk)
    return clerk


def queries_of(client: Client, url: str, count: Any) -> int:
    client.get(url)
    with count as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", [MEMBERS, GUESTS])
def test_a_list_costs_the_same_however_long(
    client: Client, root: User, url: str, django_assert_max_num_queries: Any
) -> None:
    make_guest(claimed_by=root)
    few = queries_of(client, url, django_assert_max_num_queries(15))
    for _ in range(15):
        make_guest(claimed_by=make_user())
    assert queries_of(client, url, django_assert_max_num_queries(15)) == few


@pytest.mark.parametrize("term", ["ann.lee", "Ann L", "ann@example.org"])
def test_members_are_found(client: Client, root: User, term: str) -> None:
    make_user("ann.lee", name="Ann Lee", email="ann@example.org")
    found = client.get(MEMBERS, {"q": term}).context["cl"].result_list
    assert [user.username for user in found] == ["ann.lee"]


@pytest.mark.parametrize("term", ["Bo", "bo@example.org"])
def test_guests_are_found(client: Client, root: User, term: str) -> None:
    make_guest("Bo", email="bo@example.org")
    make_guest("Cleo")
    assert [guest.name for guest in client.get(GUESTS, {"q": term}).context["cl"].result_list] == ["Bo"]


def test_guests_by_confirmed_address(client: Client, root: User) -> None:
    make_guest("Bo", email_confirmed_at=timezone.now())
    make_guest("Cleo")
    found = client.get(GUESTS, {"email_confirmed_at__isempty": "0"}).context["cl"].result_list
    assert [guest.name for guest in found] == ["Bo"]


def test_making_a_member(client: Client, root: User) -> None:
    password = "correct horse battery"
    form = {"email": "Ann@Example.org", "username": "ann", "name": "Ann", "usable_password": "true"}
    response = client.post(f"{MEMBERS}add/", {**form, "password1": password, "password2": password})
    assert response.status_code == 302
    ann = User.objects.get(username="ann")
    assert ann.email == "ann@example.org"
    assert ann.check_password(password)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "ANN.LEE", "already exists"),
        ("username", "Ann Lee", "3 to 30"),
        ("username", "ann.lee", "already exists"),
        ("email", "ANN@example.org", "Somebody else has this address."),
    ],
)
def test_a_member_who_is_there_already(client: Client, root: User, field: str, value: str, words: str) -> None:
    make_user("ann.lee", email="ann@example.org")
    form = {"email": "new@example.org", "username": "new", "usable_password": "false", field: value}
    response = client.post(f"{MEMBERS}add/", form)
    assert response.status_code == 200
    assert words in response.content.decode()


def test_changing_a_password(client: Client, root: User) -> None:
    ann = make_user("ann")
    password = "another horse battery"
    form = {"usable_password": "true", "password1": password, "password2": password}
    assert client.post(f"{MEMBERS}{ann.pk}/password/", form).status_code == 302
    ann.refresh_from_db()
    assert ann.check_password(password)


def change_form(user: User, **changes: str) -> dict[str, Any]:
    return {
        "username": user.username,
        "email": user.email,
        "name": user.name,
        "is_active": "on",
        **changes,
    }


def test_staff_cannot_give_themselves_rights(client: Client, clerk: User) -> None:
    page = client.get(f"{MEMBERS}{clerk.pk}/change/").content.decode()
    assert "Rights" in page, "they see what they cannot change"
    client.post(f"{MEMBERS}{clerk.pk}/change/", change_form(clerk, is_superuser="on", name="The clerk"))
    clerk.refresh_from_db()
    assert clerk.name == "The clerk"
    assert not clerk.is_superuser


def test_staff_cannot_change_a_superuser(client: Client, clerk: User) -> None:
    boss = make_user("boss", is_superuser=True, is_staff=True, name="Boss")
    url = f"{MEMBERS}{boss.pk}"
    assert client.get(f"{url}/change/").status_code == 200, "they see the page"
    assert client.post(f"{url}/change/", change_form(boss, name="Nobody")).status_code == 403
    assert client.get(f"{url}/password/").status_code == 403
    boss.refresh_from_db()
    assert boss.name == "Boss"


def test_nobody_confirms_an_address_for_a_guest(client: Client, root: User) -> None:
    bo = make_guest("Bo", email="bo@example.org")
    form = {"name": "Bo", "email": "root.user@example.org", "email_confirmed_at_0": "2026-01-01", "claimed_by": root.pk}
    client.post(f"{GUESTS}{bo.pk}/change/", form)
    bo.refresh_from_db()
    assert (bo.email, bo.email_confirmed_at, bo.claimed_by) == ("bo@example.org", None, None)
    assert client.get(f"{GUESTS}add/").status_code == 403
    assert Guest.objects.count() == 1


def test_a_superuser_from_the_command_line(settings: Any) -> None:
    call_command("createsuperuser", email="Root@Example.org", username="chief", interactive=False, verbosity=0)
    chief = User.objects.get(username="chief")
    assert chief.is_superuser
    assert chief.email == "root@example.org"
