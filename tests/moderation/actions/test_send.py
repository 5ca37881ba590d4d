"""Mailing what people are told: once, to the right address, in the right language, whatever else fails."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from smtplib import SMTPRecipientsRefused
from typing import ClassVar

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Guest, User
from core.models import Outbox
from core.outbox import MAX_ATTEMPTS, drain
from discussions.actions.post import post_comment
from discussions.models import Article, Comment
from moderation.actions.report import report_comment
from moderation.actions.undo import undo
from moderation.models import Case, Decision, Guideline, GuidelineVersion, Notification, Outcome
from tests.factories import make_comment, make_guest, make_user
from tests.moderation.conftest import Decide
from tests.moderation.readers import SECRET, later, send_due

pytestmark = pytest.mark.django_db


class Refusing(EmailBackend):
    """A mail server that does not take what goes to `refused`."""

    refused: ClassVar[set[str]] = set()

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Send what is not refused."""
        for message in messages:
            if self.refused & set(message.to):
                raise SMTPRecipientsRefused({})
        return super().send_messages(messages)


@pytest.fixture
def refusing(settings: Settings) -> set[str]:
    """Return the addresses that the mail server of this test refuses; the test fills it."""
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.refused = set()
    return Refusing.refused


def html_of(message: EmailMessage) -> str:
    """Return the HTML of a mail."""
    assert isinstance(message, EmailMultiAlternatives)
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    return str(html)


def decided(article: Article, by: User | Guest, decide_: Decide) -> Decision:
    """Return a decision that removed a comment of `by`."""
    comment = make_comment(article, by=by, body=SECRET)
    report = report_comment(comment, by=make_user(), guideline=Guideline.objects.get(number=2))
    return decide_(report.case)


def test_the_author_is_written_to_once(case: Case, held: Comment, decide_: Decide, reader: User) -> None:
    decision = decide_(case, note="Please talk about the idea.")
    assert send_due() == 0
    with later():
        assert send_due() == 1
        assert send_due() == 0
    (message,) = mail.outbox
    row = Notification.objects.get()
    assert message.to == [reader.email]
    assert message.subject == "Your comment was removed: The lights went out · Parkbench"
    assert message.extra_headers["Message-ID"] == f"<notification-{row.pk}@testserver>"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    for text in (str(message.body), html_of(message)):
        assert "guideline 2 (version 1)" in text
        assert "Please talk about the idea." in text
        assert SECRET in text
        assert f"http://testserver/decisions/{decision.pk}/" in text
        assert f"http://testserver/decisions/{decision.pk}/appeal/" in text
    assert row.mailed_at is not None


def test_the_mail_loads_nothing_and_counts_nothing(case: Case, decide_: Decide) -> None:
    decide_(case, note='<img src="//spy.example/x.gif">')
    with later():
        send_due()
    html = html_of(mail.outbox[0])
    assert "<img" not in html
    assert html.count("src=") == html.count("&lt;img src=") == 1
    assert "<style" not in html
    assert html.count('href="') == html.count('href="http://testserver/')
    assert "?" not in "".join(part.split('"')[0] for part in html.split('href="')[1:])


def test_what_was_undone_is_not_mailed(case: Case, decide_: Decide, moderator: User) -> None:
    undo(decide_(case), by=moderator)
    with later(days=1):
        assert send_due() == 0
    assert mail.outbox == []


def test_who_reported_is_told_without_the_text(article: Article, decide_: Decide, reader: User) -> None:
    decision = decided(article, reader, decide_)
    with later():
        assert send_due() == 2
    reporter = next(message for message in mail.outbox if message.to != [reader.email])
    everything = f"{reporter.subject} {reporter.body} {html_of(reporter)}"
    assert "removed it" in everything
    for hidden in (SECRET, "Rea Der", decision.note):
        assert hidden not in everything


def test_members_are_told_in_their_language(case: Case, decide_: Decide, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(language="ar")
    decide_(case)
    with later():
        send_due()
    html = html_of(mail.outbox[0])
    assert '<html lang="ar" dir="rtl">' in html
    assert "انتقد الأفكار لا الأشخاص" in html


@pytest.mark.parametrize(("language", "told_in"), [("es", "es"), ("fr", "en"), ("", "en")])
def test_guests_are_told_in_the_language_of_their_comment(
    article: Article, decide_: Decide, language: str, told_in: str
) -> None:
    guest = make_guest(email="bo@example.org", email_confirmed_at=timezone.now())
    decision = decided(article, guest, decide_)
    Comment.objects.filter(pk=decision.comment_id).update(language=language)
    with later():
        send_due()
    message = next(message for message in mail.outbox if message.to == ["bo@example.org"])
    assert f'<html lang="{told_in}"' in html_of(message)


@pytest.mark.parametrize("fields", [{}, {"email": "not.confirmed@example.org"}])
def test_nobody_is_written_to_without_a_confirmed_address(
    article: Article, decide_: Decide, fields: dict[str, str]
) -> None:
    guest = make_guest(**fields)
    decided(article, guest, decide_)
    with later():
        assert send_due() == 1
    assert all("not.confirmed" not in address for message in mail.outbox for address in message.to)
    assert Notification.objects.get(guest=guest).mailed_at is not None


def test_an_account_that_is_closed_gets_no_mail(case: Case, decide_: Decide, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(is_active=False)
    decide_(case)
    with later():
        assert send_due() == 0


def test_one_that_fails_stops_no_other(article: Article, decide_: Decide, refusing: set[str]) -> None:
    people = [make_user(), make_user(), make_user()]
    refusing.add(people[1].email)
    for person in people:
        decided(article, person, decide_)
    with later():
        assert send_due() == 5
    assert {address for message in mail.outbox for address in message.to} >= {people[0].email, people[2].email}
    assert Notification.objects.get(user=people[1]).mailed_at is None
    refusing.clear()
    with later(minutes=5):
        assert send_due() == 1
    assert Notification.objects.get(user=people[1]).mailed_at is not None


def test_what_was_given_up_is_in_the_page_and_can_be_tried_again(
    case: Case, decide_: Decide, reader: User, refusing: set[str]
) -> None:
    refusing.add(reader.email)
    decide_(case)
    Outbox.objects.filter(topic="moderation.tell").update(attempts=MAX_ATTEMPTS - 1)
    with later():
        assert send_due() == 0
        assert Notification.objects.to(reader).count() == 1
    refusing.clear()
    with later(hours=60):
        assert send_due() == 0
        call_command("outbox", again=True, drain=True)
    assert len(mail.outbox) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_it_once(
    settings: Settings, article: Article, guideline: GuidelineVersion, decide_: Decide
) -> None:
    for _ in range(5):
        comment = post_comment(article=article, by=make_user(), body="No.", key=uuid.uuid4()).comment
        decide_(report_comment(comment, by=make_user(), guideline=guideline.guideline).case, Outcome.REMOVE)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        drain()
        connection.close()

    with later():
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(mail.outbox) == 10
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 10
