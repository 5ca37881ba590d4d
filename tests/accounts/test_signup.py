"""Signing up: handle, name, address confirmed by a button behind a link."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from tests.accounts.people import PASSWORD, link_in, make_member
from tests.factories import make_moderator

pytestmark = pytest.mark.django_db
URL = "/accounts/signup/"


def form(**changes: str) -> dict[str, str]:
    return {"email": "ann@example.org", "username": "ann.lee", "name": "Ann Lee", "password1": PASSWORD, **changes}


def errors(response: Any) -> dict[str, list[str]]:
    return {field: list(messages) for field, messages in response.context["form"].errors.items()}


def test_the_page_asks_in_a_sensible_order(client: Client) -> None:
    fields = client.get(URL).context["form"].fields
    assert list(fields) == ["email", "username", "name", "password1"]
    assert fields["password1"].widget.attrs["autocomplete"] == "new-password"


def test_signing_up_confirming_and_being_in(client: Client) -> None:
    response = client.post(URL, form())
    assert response.headers["Location"] == reverse("account_email_verification_sent")
    user = User.objects.get()
    assert (user.email, user.username, user.name) == ("ann@example.org", "ann.lee", "Ann Lee")
    assert user.check_password(PASSWORD)
    link = link_in(mail.outbox[0])

    page = client.get(link)
    assert page.status_code == 200
    assert not EmailAddress.objects.get().verified, "opening the link has confirmed the address"

    client.post(link)
    assert EmailAddress.objects.get().verified
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_mail_scanner_that_opens_every_link_confirms_nothing(client: Client) -> None:
    client.post(URL, form())
    scanner = Client()
    scanner.get(link_in(mail.outbox[0]))
    scanner.head(link_in(mail.outbox[0]))
    assert not EmailAddress.objects.get().verified


def test_the_link_logs_nobody_in_elsewhere(client: Client) -> None:
    client.post(URL, form())
    phone = Client()
    response = phone.post(link_in(mail.outbox[0]))
    assert EmailAddress.objects.get().verified
    assert "_auth_user_id" not in phone.session
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_nobody_gets_in_before_the_address_is_confirmed(client: Client) -> None:
    client.post(URL, form())
    other = Client()
    response = other.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert response.headers["Location"] == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in other.session


def test_the_way_back_is_kept_in_this_browser(client: Client) -> None:
    client.post(URL, form(next="/articles/bridge/comment/"))
    response = client.post(link_in(mail.outbox[0]).partition("?")[0])
    assert response.headers["Location"] == "/articles/bridge/comment/"


def test_the_way_back_is_kept_in_the_link(client: Client) -> None:
    client.post(URL, form(next="/articles/bridge/comment/?parent=7"))
    link = link_in(mail.outbox[0])
    phone = Client()
    page = phone.get(link)
    assert b'value="/articles/bridge/comment/?parent=7"' in page.content
    response = phone.post(link)
    assert response.headers["Location"] == "/articles/bridge/comment/?parent=7"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_way_leads_to_another_site(client: Client, wanted: str) -> None:
    client.post(URL, form(next=wanted))
    assert "next" not in link_in(mail.outbox[0])
    response = client.post(link_in(mail.outbox[0]), {"next": wanted})
    assert response.headers["Location"] == "/"


def test_handle_and_address_are_kept_in_small_letters(client: Client) -> None:
    client.post(URL, form(username="Ann.LEE", email="Ann@Example.ORG"))
    user = User.objects.get()
    assert (user.username, user.email) == ("ann.lee", "ann@example.org")


def test_without_a_name_the_handle_is_shown(client: Client) -> None:
    client.post(URL, form(name=""))
    assert User.objects.get().display_name == "ann.lee"


def test_the_name_is_cleaned(client: Client) -> None:
    client.post(URL, form(name=" Ann\u202e  Lee\u200b "))
    assert User.objects.get().name == "Ann Lee"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "", "required"),
        ("email", "ann", "valid email"),
        ("username", "", "required"),
        ("username", "Ann Lee", "3 to 30 letters"),
        ("username", "admin", "kept for the people"),
        ("name", "Moderator", "kept for the people"),
        ("name", "N0RA PARK", "looks like the name"),
        ("name", "A" * 61, "at most 60"),
        ("password1", "short", "at least 10"),
        ("password1", "1234567890", "too common"),
        ("password1", "ann@example.org", "too similar"),
    ],
)
def test_refusals_in_words(client: Client, field: str, value: str, words: str) -> None:
    make_moderator("nora", name="Nora Park")
    response = client.post(URL, form(**{field: value}))
    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert words in " ".join(errors(response)[field])
    assert mail.outbox == []
    assert not User.objects.filter(email="ann@example.org").exists()


def test_a_handle_that_is_taken_in_other_letters(client: Client) -> None:
    make_member("ann.lee")
    response = client.post(URL, form(username="ANN.Lee"))
    assert errors(response) == {"username": ["Somebody else has this handle. Please choose another one."]}


def test_an_address_that_is_taken_is_told_to_its_owner_only(client: Client) -> None:
    make_member("ann", email="ann@example.org")
    response = client.post(URL, form())
    assert response.headers["Location"] == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert mail.outbox[0].to == ["ann@example.org"]
    assert "already" in str(mail.outbox[0].body)
    assert link_in(mail.outbox[0]) == reverse("account_reset_password")


def test_an_address_that_waits_for_confirmation_is_not_taken_twice(client: Client) -> None:
    client.post(URL, form())
    Client().post(URL, form(username="somebody.else"))
    assert [user.username for user in User.objects.all()] == ["ann.lee"]


def test_two_at_once_with_one_handle(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_member("ann.lee")
    # The other one's row came between the check and the insert.
    monkeypatch.setattr("accounts.adapter.clean_handle", str.lower)
    response = client.post(URL, form())
    assert response.status_code == 409
    assert b"choose another one" in response.content
    assert User.objects.count() == 1


def test_links_in_mails_do_not_come_from_the_host_header(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post(URL, form(), headers={"host": "evil.example"})
    assert "evil.example" not in str(mail.outbox[0].body)
    assert link_in(mail.outbox[0]).startswith("/accounts/confirm-email/")


def test_a_mail_server_that_is_down(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = client.post(URL, form())
    assert response.status_code == 503
    assert b"cannot send mail" in response.content
    assert response["Retry-After"]


@pytest.mark.usefixtures("one_minute")
def test_over_the_limit(client: Client) -> None:
    answers = [client.post(URL, form(email="")).status_code for _ in range(21)]
    assert answers[:20] == [200] * 20
    assert answers[20] == 429


def test_no_sign_up_without_the_token() -> None:
    response = Client(enforce_csrf_checks=True).post(URL, form())
    assert response.status_code == 403
    assert User.objects.count() == 0
