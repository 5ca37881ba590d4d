"""Guests come, give an address, confirm it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone, translation
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.guests import confirm, forget_guest, guest_for, guest_of, send_link
from accounts.models import Guest
from accounts.participants import SESSION_KEY, participant_of
from accounts.signals import guest_confirmed
from core.breaker import Breaker
from core.errors import NotAllowed, Refused, TooMany
from core.outbox import drain
from tests.factories import make_guest, make_moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    """Return a request of a visitor, with a session."""
    request = rf.post("/")
    request.user = AnonymousUser()
    request.session = SessionStore()
    return request


def test_a_new_guest_is_this_browsers(request_: HttpRequest) -> None:
    guest = guest_for(request_, name=" Bo  Harbour ")
    assert (guest.name, guest.email, guest.email_confirmed_at) == ("Bo Harbour", "", None)
    assert request_.session[SESSION_KEY] == guest.pk
    assert participant_of(request_) == guest


def test_the_same_browser_stays_the_same_guest(request_: HttpRequest) -> None:
    first = guest_for(request_, name="Bo")
    again = guest_for(request_, name="Bo H.")
    assert again == first
    assert Guest.objects.get().name == "Bo H."


def test_the_same_name_and_address_in_another_browser_is_another_guest(rf: RequestFactory) -> None:
    for _ in range(2):
        request = rf.post("/")
        request.user, request.session = AnonymousUser(), SessionStore()
        guest_for(request, name="Bo", email="bo@example.org")
    assert Guest.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "tell us a name"), ("  ", "tell us a name"), ("Admin", "kept for the people"), ("nora_park", "looks like")],
)
def test_names_that_are_refused(request_: HttpRequest, name: str, words: str) -> None:
    make_moderator("nora", name="Nora Park")
    with pytest.raises(Refused, match=words) as refusal:
        guest_for(request_, name=name)
    assert refusal.value.code == "name"
    assert not Guest.objects.exists()
    assert SESSION_KEY not in request_.session


def test_an_address_gets_a_link_once_it_is_saved(
    request_: HttpRequest, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as later:
        guest_for(request_, name="Bo", email="Bo@Example.ORG ")
    assert mail.outbox == []
    for call in later:
        call()
    assert [message.to for message in mail.outbox] == [["bo@example.org"]]


def test_the_mail_is_in_the_guests_language(
    request_: HttpRequest, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with translation.override("ar"), django_capture_on_commit_callbacks(execute=True):
        guest_for(request_, name="Bo", email="bo@example.org")
    message = mail.outbox[0]
    assert isinstance(message, mail.EmailMultiAlternatives)
    assert '<html lang="ar" dir="rtl">' in str(message.alternatives[0][0])


def mails(request: HttpRequest, callbacks: DjangoCaptureOnCommitCallbacks, **given: str) -> int:
    """Comment as a guest; return how many mails that sent."""
    before = len(mail.outbox)
    with callbacks(execute=True):
        guest_for(request, **{"name": "Bo", "email": "bo@example.org", **given})
    return len(mail.outbox) - before


def test_no_mail_with_every_comment(
    request_: HttpRequest, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    callbacks = django_capture_on_commit_callbacks
    with time_machine.travel("2026-03-01T12:00:00Z") as clock:
        assert mails(request_, callbacks) == 1
        assert mails(request_, callbacks) == 0
        assert mails(request_, callbacks, email="") == 0
        assert mails(request_, callbacks, email="bob@example.org") == 1, "a typing error put right"
        clock.shift(timedelta(days=1, minutes=1))
        assert mails(request_, callbacks, email="") == 1, "a reminder"
        confirm(Guest.objects.get())
        clock.shift(timedelta(days=2))
        assert mails(request_, callbacks, email="bob@example.org") == 0


def test_another_address_than_the_confirmed_one_is_another_person(request_: HttpRequest) -> None:
    first = guest_for(request_, name="Bo", email="bo@example.org")
    confirm(first)
    second = guest_for(request_, name="Cleo", email="cleo@example.org")
    assert second != first
    first.refresh_from_db()
    assert (first.name, first.email) == ("Bo", "bo@example.org")
    assert request_.session[SESSION_KEY] == second.pk


def test_a_claimed_guest_does_not_come_back(request_: HttpRequest) -> None:
    first = guest_for(request_, name="Bo")
    Guest.objects.update(claimed_by=make_moderator())
    assert guest_of(request_) is None
    assert guest_for(request_, name="Bo") != first


def test_a_browser_that_forgets(request_: HttpRequest) -> None:
    guest_for(request_, name="Bo")
    forget_guest(request_)
    forget_guest(request_)
    assert guest_of(request_) is None
    assert Guest.objects.count() == 1


@pytest.mark.usefixtures("limits_on")
def test_mail_to_one_address_is_limited(request_: HttpRequest) -> None:
    victim = "victim@example.org"
    for _ in range(3):
        send_link(request_, make_guest(email=victim))
    with pytest.raises(TooMany) as refusal:
        send_link(request_, make_guest(email=victim))
    assert refusal.value.retry_after > 1800
    send_link(request_, make_guest(email="somebody.else@example.org"))


@pytest.mark.usefixtures("limits_on")
def test_mail_from_one_network_is_limited(rf: RequestFactory) -> None:
    def send(number: int) -> None:
        request = rf.post("/", REMOTE_ADDR=f"192.0.2.{number}")
        send_link(request, make_guest(email=f"reader{number}@example.org"))

    for number in range(20):
        send(number)
    with pytest.raises(TooMany):
        send(20)


@pytest.mark.usefixtures("limits_on")
def test_a_comment_goes_on_when_the_mail_does_not(
    request_: HttpRequest, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for _ in range(3):
        send_link(request_, make_guest(email="bo@example.org"))
    assert mails(request_, django_capture_on_commit_callbacks) == 0
    assert Guest.objects.latest("pk").email == "bo@example.org"


def test_no_link_without_an_address(request_: HttpRequest) -> None:
    with pytest.raises(NotAllowed, match="not given an address"):
        send_link(request_, make_guest())


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_is_no_error(
    request_: HttpRequest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    settings.OUTBOX_RUNNER = "celery"
    monkeypatch.setattr("core.background.breaker", Breaker("test"))

    def down(*args: object, **options: object) -> None:
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr("core.tasks.drain_outbox.apply_async", down)
    guest = guest_for(request_, name="Bo", email="bo@example.org")
    assert Guest.objects.filter(pk=guest.pk).exists()
    assert "no broker" in caplog.text
    assert drain() == 1, "the link waits for whoever looks next"
    assert mail.outbox[0].to == ["bo@example.org"]


def test_confirming_is_news_once(request_: HttpRequest) -> None:
    heard: list[int] = []

    def listen(guest_id: int, **kwargs: object) -> None:
        heard.append(guest_id)

    guest = make_guest(email="bo@example.org")
    guest_confirmed.connect(listen)
    try:
        assert confirm(guest) is True
        at = Guest.objects.get().email_confirmed_at
        assert at is not None
        assert timezone.now() - at < timedelta(minutes=1)
        assert confirm(Guest.objects.get()) is False
    finally:
        guest_confirmed.disconnect(listen)
    assert heard == [guest.pk]
    assert Guest.objects.get().email_confirmed_at == at
