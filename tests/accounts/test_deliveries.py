"""Mails to guests."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts.deliveries import guest_link_mail, mail_guest_link
from accounts.models import Guest
from core import outbox
from tests.accounts.people import link_in
from tests.factories import make_guest, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bo() -> Guest:
    return make_guest("Bo <b>http://spam.example</b>", email="bo@example.org")


def test_the_mail(bo: Guest) -> None:
    message = guest_link_mail(bo, uuid4())
    assert message.to == ["bo@example.org"]
    assert message.subject == "Your comment on Parkbench: please confirm your address"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert link_in(message) in str(html)
    assert "7 days" in str(message.body)


def test_the_mail_repeats_nothing_that_was_typed(bo: Guest) -> None:
    """Who types another person's address must not choose the words that we send there."""
    message = guest_link_mail(bo, uuid4())
    everything = message.subject + str(message.body) + str(message.alternatives[0][0])
    # The signed link is made of random letters, among which may be these two.
    everything = everything.replace(link_in(message), "")
    assert "spam.example" not in everything
    assert "Bo" not in everything


def test_the_mail_loads_nothing_from_anywhere(bo: Guest) -> None:
    html = str(guest_link_mail(bo, uuid4()).alternatives[0][0])
    assert "src=" not in html
    assert "<style" not in html
    assert html.count("http") == html.count("http://testserver/guest/") == 1


def test_sending_twice_sends_a_link_as_good_as_the_first(bo: Guest) -> None:
    mail_guest_link(uuid4(), bo.pk, "en")
    mail_guest_link(uuid4(), bo.pk, "es")
    assert len(mail.outbox) == 2


def test_guests_who_are_gone_get_nothing(bo: Guest) -> None:
    silent = make_guest("Sam")
    Guest.objects.filter(pk=bo.pk).update(claimed_by=make_user())
    for pk in (bo.pk, silent.pk, 0):
        mail_guest_link(uuid4(), pk, "en")
    assert mail.outbox == []


def test_a_mail_server_that_hangs_up_is_asked_again(bo: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang_up(self: mail.EmailMessage) -> int:
        raise SMTPServerDisconnected

    with monkeypatch.context() as away, transaction.atomic():
        away.setattr(mail.EmailMultiAlternatives, "send", hang_up)
        outbox.put("accounts.guest_link", guest=bo.pk, language="en")
        assert outbox.drain() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert outbox.drain() == 1
    assert len(mail.outbox) == 1
