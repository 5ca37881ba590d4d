"""Mail through a real SMTP server: working, down, slow, refusing, and losing its answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Mail, RefusedAddress, User
from accounts.refusals import forgive
from core.models import Outbox
from core.outbox import drain
from discussions.models import Article
from tests.discussions.mail.people import confirmed_guest, follows, reader, says, text_of
from tests.discussions.mail.smtp_server import MailServer, mail_server
from tests.factories import make_article

pytestmark = pytest.mark.django_db
State = Mail.State


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mails")) as running:
        yield running


@pytest.fixture
def server(process: MailServer, settings: Settings) -> MailServer:
    """Return the server in a good mood and with nothing taken; Django sends there, and waits a second at most."""
    for mail in process.folder.glob("*.eml"):
        mail.unlink()
    process.behave("well")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", process.port, 1
    return process


@pytest.fixture
def ann() -> User:
    return reader("ann", email="ann@example.org")


@pytest.fixture
def article(ann: User) -> Article:
    article = make_article("The lights went out")
    follows(ann, article)
    return article


def work(**later: float) -> Mail:
    """Let the outbox do what is due after some time, and return the last mail."""
    with time_machine.travel(timezone.now() + timedelta(**later)):
        while drain():
            continue
    return Mail.objects.latest("pk")


def waiting() -> int:
    return Outbox.objects.filter(done_at=None).count()


def test_working(server: MailServer, article: Article, ann: User) -> None:
    says(article, body="سلام and hello")
    row = work()
    (message,) = server.taken()
    assert (row.state, waiting()) == (State.SENT, 0)
    assert str(message["To"]) == ann.email
    assert str(message["Message-ID"]) == f"<{row.key}@testserver>"
    assert "سلام and hello" in text_of(message)
    assert message.get_content_type() == "multipart/alternative"


def test_down(server: MailServer, article: Article, settings: Settings) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = unused.getsockname()[1]
        says(article)
        row = work()
    assert (row.state, row.reason.split(":")[0], waiting()) == (State.FAILED, "ConnectionRefusedError", 1)
    settings.EMAIL_PORT = server.port
    assert (work(seconds=30).state, work(minutes=2).state, waiting()) == (State.FAILED, State.SENT, 0)
    assert len(server.taken()) == 1


def test_slow(server: MailServer, article: Article) -> None:
    server.behave("slow")
    says(article)
    assert (work().state, waiting()) == (State.FAILED, 1)
    server.behave("well")
    assert (work(minutes=2).state, len(server.taken())) == (State.SENT, 1)


@pytest.mark.parametrize("mood", ["later", "ours", "spam"])
def test_what_may_pass_is_tried_again(server: MailServer, article: Article, ann: User, mood: str) -> None:
    server.behave(mood)
    says(article)
    row = work()
    assert (row.state, waiting()) == (State.FAILED, 1)
    assert ann.email not in row.reason
    assert not RefusedAddress.objects.exists()
    server.behave("well")
    assert (work(minutes=2).state, len(server.taken())) == (State.SENT, 1)


def test_an_unknown_address_is_left_alone_until_its_owner_says_so(
    server: MailServer, article: Article, ann: User
) -> None:
    server.behave("unknown")
    says(article)
    row = work()
    assert (row.state, row.reason, waiting()) == (State.SUPPRESSED, "550 5.1.1 <…@…>: no such user", 0)
    server.behave("well")
    says(article)
    assert (work().state, server.taken()) == (State.SUPPRESSED, [])
    assert forgive(ann.email)
    says(article)
    assert (work().state, len(server.taken())) == (State.SENT, 1)


def test_one_who_is_refused_keeps_no_other_waiting(server: MailServer, article: Article) -> None:
    server.behave("unknown")
    says(article)
    work()
    server.behave("well")
    follows(confirmed_guest(), article)
    says(article)
    work()
    assert [str(message["To"]) for message in server.taken()] == ["bo@example.org"]


def test_taken_but_the_answer_is_lost(server: MailServer, article: Article) -> None:
    """Nobody can know whether it was taken, so it is sent again, and can be recognised as the same."""
    server.behave("lost")
    says(article)
    assert (work().state, waiting()) == (State.FAILED, 1)
    server.behave("well")
    assert work(minutes=2).state == State.SENT
    first, second = server.taken()
    assert str(first["Message-ID"]) == str(second["Message-ID"])
    assert (work(days=1).state, len(server.taken())) == (State.SENT, 2)


def test_killed_after_it_was_taken_and_written_down(server: MailServer, article: Article) -> None:
    """The worker died before the outbox knew: the row comes again, and finds the line in the log."""
    says(article)
    work()
    Outbox.objects.filter(topic="discussions.send").update(done_at=None, next_at=timezone.now())
    work()
    assert (waiting(), len(server.taken())) == (0, 1)
