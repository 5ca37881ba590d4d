"""What a member chooses, and what it changes at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Guest, User
from accounts.participants import SESSION_KEY
from tests.factories import make_moderator, make_user

URL = "/preferences/"


def choices(**changes: str) -> dict[str, str]:
    return {
        "name": "Ann Lee",
        "about": "Bread and bridges.",
        "language": "",
        "time_zone": "",
        "sort_order": "",
        "mail_on_reply": "on",
        **changes,
    }


@pytest.fixture
def ann(client: Client, db: None) -> User:
    ann = make_user("ann", name="Ann")
    client.force_login(ann)
    return ann


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_for_members_only(method: str) -> None:
    response = getattr(Client(), method)(URL)
    assert response["Location"] == f"/accounts/login/?next={URL}"


def test_saving(client: Client, ann: User) -> None:
    wanted = choices(language="es", time_zone="Europe/Madrid", sort_order="newest")
    response = client.post(URL, wanted)
    assert (response.status_code, response["Location"]) == (303, URL)
    ann.refresh_from_db()
    assert (ann.name, ann.about) == ("Ann Lee", "Bread and bridges.")
    assert (ann.language, ann.time_zone, ann.sort_order) == ("es", "Europe/Madrid", "newest")
    assert (ann.mail_on_reply, ann.mail_on_mention) == (True, False)


def test_the_page_says_that_it_is_saved(client: Client, ann: User) -> None:
    page = client.post(URL, choices(), follow=True)
    assert "Your preferences are saved." in page.content.decode()
    assert "Your preferences are saved." not in client.get(URL).content.decode()


def test_the_language_is_the_new_one_at_once(client: Client, ann: User) -> None:
    page = client.post(URL, choices(language="ar"), follow=True)
    assert page["Content-Language"] == "ar"
    assert b'<html lang="ar" dir="rtl">' in page.content
    back = client.post(URL, choices(language=""), follow=True, headers={"accept-language": "es"})
    assert back["Content-Language"] == "es"


def test_times_are_in_the_new_zone_at_once(client: Client, ann: User) -> None:
    User.objects.update(date_joined="2026-01-31T23:30:00Z")
    assert "31 January 2026" in client.get(ann.get_absolute_url()).content.decode()
    client.post(URL, choices(time_zone="Asia/Tokyo"))
    assert "1 February 2026" in client.get(ann.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Admin", "kept for the people"),
        ("name", "Nοra Park", "looks like the name"),
        ("name", "A" * 61, "at most 60"),
        ("about", "A" * 281, "at most 280"),
        ("language", "xx", "not one of the available choices"),
        ("time_zone", "Mars/Olympus", "not one of the available choices"),
        ("sort_order", "-password", "not one of the available choices"),
    ],
)
def test_refusals_in_words(client: Client, ann: User, field: str, value: str, words: str) -> None:
    make_moderator("nora", name="Nora Park")
    response: Any = client.post(URL, choices(**{field: value}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert words in response.content.decode()
    assert f'id="id_{field}_error"' in response.content.decode()
    assert "<bdi>Ann</bdi>" in response.content.decode(), "the header shows the name that is saved"
    ann.refresh_from_db()
    assert ann.name == "Ann"


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "username", "email", "is_active", "password"])
def test_nothing_else_can_be_set(client: Client, ann: User, field: str) -> None:
    before = getattr(ann, field)
    client.post(URL, choices(**{field: "1"}))
    ann.refresh_from_db()
    assert getattr(ann, field) == before


def test_a_zone_with_an_older_name_stays(client: Client, ann: User) -> None:
    User.objects.update(time_zone="US/Eastern")
    assert b'<option value="US/Eastern" selected>' in client.get(URL).content
    assert client.post(URL, choices(time_zone="US/Eastern")).status_code == 303


@pytest.mark.django_db
def test_a_moderator_keeps_their_name(client: Client) -> None:
    nora = make_moderator("nora", name="Nora Park")
    client.force_login(nora)
    assert client.post(URL, choices(name="Nora Park")).status_code == 303


def test_comments_written_as_a_guest_are_offered(client: Client, ann: User) -> None:
    assert "/guest/claim/" not in client.get(URL).content.decode()
    session = client.session
    session[SESSION_KEY] = Guest.objects.create(name="Ann").pk
    session.save()
    assert "/guest/claim/?next=/preferences/" in client.get(URL).content.decode()


def test_queries(client: Client, ann: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.get(URL)
    # Session, member, the member's row for the form, what could be claimed, whether mail is refused, what is new.
    with django_assert_num_queries(6):
        client.get(URL)


def test_the_page_of_a_visitor_depends_on_the_language_of_the_browser(client: Client, settings: Settings) -> None:
    response = client.get("/accounts/signup/", headers={"accept-language": "es"})
    assert response["Content-Language"] == "es"
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("header", ["", "xx", "*", "en;q=2", "a" * 5000, "es,\u00e9"])
def test_a_strange_language_header(client: Client, header: str) -> None:
    assert client.get("/accounts/signup/", headers={"accept-language": header}).status_code == 200
