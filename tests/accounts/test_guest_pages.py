"""The pages behind a guest's link: nothing by GET, everything by a button, refusals in words."""

from __future__ import annotations

import pytest
import time_machine
from django.core import mail, signing
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.links import make_token
from accounts.models import Guest
from accounts.participants import SESSION_KEY
from tests.accounts.people import make_member
from tests.factories import make_guest, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bo() -> Guest:
    return make_guest("Bo", email="bo@example.org")


@pytest.fixture
def url(bo: Guest) -> str:
    return f"/guest/{make_token(bo)}/"


def be(client: Client, guest: Guest) -> None:
    """Make the browser the guest's."""
    session = client.session
    session[SESSION_KEY] = guest.pk
    session.save()


def test_opening_the_link_changes_nothing(client: Client, bo: Guest, url: str) -> None:
    page = client.get(url)
    client.head(url)
    assert page.status_code == 200
    assert "bo@example.org" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Guest.objects.get().email_confirmed_at is None
    assert SESSION_KEY not in client.session


def test_the_button_confirms_and_makes_the_browser_the_guests(client: Client, bo: Guest, url: str) -> None:
    response = client.post(url)
    assert (response.status_code, response["Location"]) == (303, "/guest/")
    assert Guest.objects.get().email_confirmed_at is not None
    assert client.session[SESSION_KEY] == bo.pk
    page = client.get("/guest/").content.decode()
    assert "Thank you: your address is confirmed." in page
    assert "Address confirmed" in page
    assert "/my-comments/" in page
    assert "/accounts/signup/?email=bo%40example.org" in page


def test_pressing_it_twice(client: Client, bo: Guest, url: str) -> None:
    client.post(url)
    at = Guest.objects.get().email_confirmed_at
    assert client.post(url).status_code == 303
    assert Guest.objects.get().email_confirmed_at == at


def test_the_session_gets_a_new_key(client: Client, bo: Guest, url: str) -> None:
    be(client, make_guest())
    before = client.session.session_key
    client.post(url)
    assert client.session.session_key != before
    assert client.session[SESSION_KEY] == bo.pk


def test_no_confirming_without_the_token_of_the_form(url: str) -> None:
    assert Client(enforce_csrf_checks=True).post(url).status_code == 403
    assert Guest.objects.get().email_confirmed_at is None


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_wrong_verbs(client: Client, url: str, method: str) -> None:
    assert getattr(client, method)(url).status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link(client: Client, bo: Guest, method: str) -> None:
    response = getattr(client, method)(f"/guest/{make_token(bo)[:-2]}/")
    assert response.status_code == 400
    assert "not complete" in response.content.decode()
    assert Guest.objects.get().email_confirmed_at is None


def test_a_link_for_another_purpose(client: Client, bo: Guest) -> None:
    token = signing.dumps({"guest": bo.pk, "email": bo.email}, salt="account")
    assert client.post(f"/guest/{token}/").status_code == 400


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "..", "é", "a" * 5000])
def test_no_link_at_all(client: Client, token: str) -> None:
    assert client.get(f"/guest/{token}/").status_code in (400, 404)


def test_a_link_to_an_address_that_was_replaced(client: Client, url: str) -> None:
    Guest.objects.update(email="bob@example.org")
    response = client.post(url)
    assert response.status_code == 410
    assert "newer mail" in response.content.decode()
    assert Guest.objects.get().email_confirmed_at is None


def test_a_link_of_who_is_a_member_by_now(client: Client, url: str) -> None:
    Guest.objects.update(claimed_by=make_user())
    response = client.post(url)
    assert response.status_code == 410
    assert "log in" in response.content.decode()


def test_an_old_link_offers_a_new_one(
    client: Client, bo: Guest, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z"):
        old = f"/guest/{make_token(bo)}/"
    with time_machine.travel("2026-03-20T12:00:00Z"):
        page = client.get(old)
        assert page.status_code == 410
        assert "too old" in page.content.decode()
        assert mail.outbox == []
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(old).status_code == 303
        assert Guest.objects.get().email_confirmed_at is None
        assert SESSION_KEY not in client.session
        assert [message.to for message in mail.outbox] == [["bo@example.org"]]


@pytest.mark.usefixtures("limits_on")
def test_an_old_link_is_no_way_to_send_much_mail(client: Client, bo: Guest) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z"):
        old = f"/guest/{make_token(bo)}/"
    answers = [client.post(old).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]


def test_a_browser_that_wrote_nothing(client: Client) -> None:
    page = client.get("/guest/")
    assert page.status_code == 200
    assert "Nothing was written from this browser" in page.content.decode()
    assert client.post("/guest/link/").status_code == 403


def test_asking_for_the_link_again(
    client: Client, bo: Guest, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    be(client, bo)
    assert "Send the link again" in client.get("/guest/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/guest/link/")
    assert [message.to for message in mail.outbox] == [["bo@example.org"]]


@pytest.mark.parametrize("url", ["/guest/link/", "/guest/forget/"])
def test_buttons_are_no_links(client: Client, url: str) -> None:
    assert client.get(url).status_code == 405


def test_being_forgotten(client: Client, bo: Guest) -> None:
    be(client, bo)
    page = client.post("/guest/forget/", follow=True)
    assert SESSION_KEY not in client.session
    assert "does not know your name any more" in page.content.decode()
    assert Guest.objects.filter(pk=bo.pk).exists()


def test_a_member_who_opens_the_link_is_offered_the_comments(client: Client, bo: Guest, url: str) -> None:
    client.force_login(make_member("ann"))
    response = client.post(url)
    assert response["Location"] == "/guest/claim/"
    assert "Bo" in client.get("/guest/claim/").content.decode()


def test_queries(client: Client, bo: Guest, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    be(client, bo)
    # Session; the guest for the request, and for the page.
    with django_assert_num_queries(3):
        client.get("/guest/")
