"""Taking along what was written as a guest: offered, never automatic, never by name or unconfirmed address."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.guests import claim
from accounts.models import Guest, User
from accounts.participants import SESSION_KEY
from accounts.signals import guest_claimed
from discussions.models import Comment
from tests.accounts.people import PASSWORD, link_in, make_member
from tests.factories import make_comment, make_guest

pytestmark = pytest.mark.django_db
URL = "/guest/claim/"


@pytest.fixture
def bo(client: Client) -> Guest:
    """Return a guest with two comments, written in the client's browser."""
    bo = make_guest("Bo")
    make_comment(by=bo)
    make_comment(by=bo)
    session = client.session
    session[SESSION_KEY] = bo.pk
    session.save()
    return bo


def confirmed(**fields: Any) -> Guest:
    guest = make_guest(email_confirmed_at=timezone.now(), **fields)
    make_comment(by=guest)
    return guest


def sign_up(client: Client, email: str = "ann@example.org") -> Any:
    form = {"email": email, "username": "ann", "name": "Ann", "password1": PASSWORD, "next": "/articles/bridge/"}
    client.post("/accounts/signup/", form)
    return client.post(link_in(mail.outbox[-1]))


def log_in(client: Client, member: User) -> Any:
    form = {"login": member.email, "password": PASSWORD, "next": "/articles/bridge/"}
    return client.post("/accounts/login/", form)


def offered(client: Client) -> list[str]:
    return [guest.name for guest in client.get(URL).context["offered"]]


def test_signing_up_in_the_guests_browser_offers_it(client: Client, bo: Guest) -> None:
    response = sign_up(client)
    assert response.url == f"{URL}?next=%2Farticles%2Fbridge%2F"
    assert Comment.objects.filter(guest=bo).count() == 2, "taken without asking"
    page = client.get(response.url)
    assert page.context["offered"] == [bo]
    response = client.post(URL, {"guests": [bo.pk], "next": page.context["next"]})
    assert (response.status_code, response.headers["Location"]) == (303, "/articles/bridge/")
    ann = User.objects.get(username="ann")
    assert Comment.objects.filter(author=ann, guest=None).count() == 2
    bo.refresh_from_db()
    assert bo.claimed_by == ann


def test_logging_in_in_the_guests_browser_offers_it(client: Client, bo: Guest) -> None:
    assert log_in(client, make_member("ann")).url.startswith(URL)


def test_a_browser_without_a_guest_goes_on(client: Client) -> None:
    assert log_in(client, make_member("ann")).url == "/articles/bridge/"


def test_signing_up_with_the_address_of_a_confirmed_guest(client: Client) -> None:
    here = confirmed(name="Bo", email="ann@example.org")
    there = confirmed(name="B.", email="ann@example.org")
    assert sign_up(client).url.startswith(URL)
    assert set(offered(client)) == {here.name, there.name}


def test_an_address_the_guest_has_not_confirmed_offers_nothing(client: Client) -> None:
    make_comment(by=make_guest("Bo", email="ann@example.org"))
    assert sign_up(client).url == "/articles/bridge/"
    assert offered(client) == []


def test_an_address_the_member_has_not_confirmed_offers_nothing(client: Client) -> None:
    confirmed(name="Bo", email="ann@example.org")
    member = make_member("omar")
    User.objects.filter(pk=member.pk).update(email="ann@example.org")
    member.refresh_from_db()
    client.force_login(member)
    assert offered(client) == []


def test_the_same_name_and_no_address_offer_nothing(client: Client) -> None:
    make_comment(by=make_guest("Ann"))
    make_guest("Ann", email_confirmed_at=timezone.now())
    client.force_login(make_member("ann", name="Ann"))
    assert offered(client) == []


def test_somebody_elses_guest_cannot_be_named(client: Client) -> None:
    other = confirmed(name="Cleo", email="cleo@example.org")
    client.force_login(make_member("ann"))
    response = client.post(URL, {"guests": [other.pk]})
    assert response.status_code == 422
    other.refresh_from_db()
    assert other.claimed_by is None


def test_nothing_chosen(client: Client, bo: Guest) -> None:
    log_in(client, make_member("ann"))
    response = client.post(URL, {"next": "/articles/bridge/"})
    assert response.status_code == 422
    assert "choose at least one" in response.content.decode()
    assert 'href="/articles/bridge/"' in response.content.decode(), "the way on is kept"


def test_claiming_twice(client: Client, bo: Guest) -> None:
    ann = make_member("ann")
    assert claim(bo, by=ann) is True
    assert claim(bo, by=ann) is False
    assert claim(bo, by=make_member("omar")) is False
    bo.refresh_from_db()
    assert bo.claimed_by == ann


def test_a_claim_that_fails_half_way_has_not_happened(client: Client, bo: Guest) -> None:
    def fail(**kwargs: object) -> None:
        raise RuntimeError("no disk")

    guest_claimed.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="no disk"):
            claim(bo, by=make_member("ann"))
    finally:
        guest_claimed.disconnect(fail)
    bo.refresh_from_db()
    assert bo.claimed_by is None
    assert Comment.objects.filter(guest=bo).count() == 2


def test_after_the_claim_the_browser_is_no_guest(client: Client, bo: Guest) -> None:
    log_in(client, make_member("ann"))
    client.post(URL, {"guests": [bo.pk]})
    client.post("/accounts/logout/")
    assert "Nothing was written" in client.get("/guest/").content.decode()


def test_for_members_only(client: Client) -> None:
    assert client.get(URL).headers["Location"] == f"/accounts/login/?next={URL}"
    assert client.post(URL).headers["Location"] == f"/accounts/login/?next={URL}"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_the_way_on_stays_on_this_site(client: Client, bo: Guest, wanted: str) -> None:
    ann = make_member("ann")
    client.force_login(ann)
    assert client.get(URL, {"next": wanted}).context["next"] == "/people/ann/"
    session = client.session
    session[SESSION_KEY] = bo.pk
    session.save()
    assert client.post(URL, {"guests": [bo.pk], "next": wanted}).headers["Location"] == "/people/ann/"


def test_opening_the_page_changes_nothing(client: Client, bo: Guest) -> None:
    log_in(client, make_member("ann"))
    client.get(URL)
    client.head(URL)
    bo.refresh_from_db()
    assert bo.claimed_by is None
