"""Notices of unlawful content, from people with and without an account."""

from __future__ import annotations

import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Article, Comment
from moderation import audit
from moderation.models import AuditEntry, Case, Outcome, UnlawfulNotice
from tests.factories import make_comment
from tests.moderation.conftest import Decide
from tests.moderation.readers import SECRET, browser_of, later, send_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(article: Article, reader: User) -> Comment:
    return make_comment(article, body=SECRET, by=reader)


def typed(**other: str) -> dict[str, str]:
    """Return a notice as it is typed."""
    form = {"body": "It calls for violence.", "name": "Jo Public", "email": "jo@example.org", "is_sincere": "on"}
    return {**form, "key": str(uuid.uuid4()), **other}


def url(comment: Comment) -> str:
    return f"/comments/{comment.pk}/unlawful/"


def test_anybody_gives_notice_and_gets_a_receipt(
    client: Client, comment: Comment, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert client.get(url(comment)).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url(comment), typed())
    notice = UnlawfulNotice.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/notices/{notice.receipt}/")
    case = Case.objects.get(comment=comment)
    assert (case.queue, case.severity, notice.case) == ("reported", 3, case)
    assert AuditEntry.objects.filter(name="notice.made").exists()
    assert audit.find_break() is None
    page = client.get(answer.headers["Location"]).content.decode()
    assert "We have received it." in page
    assert notice.receipt in page
    for hidden in ("Jo Public", "jo@example.org", "It calls for violence.", SECRET, "Rea Der"):
        assert hidden not in page
    (message,) = mail.outbox
    assert message.to == ["jo@example.org"]
    assert f"http://testserver/notices/{notice.receipt}/" in str(message.body)
    assert "Jo Public" not in str(message.body)


def test_name_and_address_may_be_left_out(client: Client, comment: Comment) -> None:
    assert client.post(url(comment), typed(name="", email="")).status_code == 303
    assert (UnlawfulNotice.objects.get().name, mail.outbox) == ("", [])


def test_sending_twice_is_one_notice(client: Client, comment: Comment) -> None:
    form = typed()
    assert {client.post(url(comment), form).headers["Location"] for _ in range(2)} == {
        f"/notices/{UnlawfulNotice.objects.get().receipt}/"
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"body": " "}, "Please explain which law"),
        ({"body": "x" * 2001}, "1 too many"),
        ({"is_sincere": ""}, "Please confirm"),
        ({"email": "nowhere"}, "valid email"),
        ({"name": "n" * 101}, "100 characters"),
        ({"key": ""}, "required"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_lost(
    client: Client, comment: Comment, wrong: dict[str, str], words: str
) -> None:
    answer = client.post(url(comment), typed(**wrong))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert ("It calls for violence." in html) == ("body" not in wrong)
    assert not Case.objects.exists()


def test_a_network_that_sends_many_waits(limits_on: None, client: Client, article: Article) -> None:
    statuses = [client.post(url(make_comment(article)), typed(email="")).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_what_cannot_be_read_cannot_be_notified(client: Client, held: Comment) -> None:
    assert client.post(url(held), typed()).status_code == 404
    make_comment(parent=held)
    page = client.post(url(held), typed())
    assert (page.status_code, SECRET in page.content.decode()) == (403, False)


def test_the_database_asks_for_good_faith(comment: Comment, client: Client) -> None:
    client.post(url(comment), typed())
    notice = UnlawfulNotice.objects.get()
    for change in ({"is_sincere": False}, {"explanation": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            UnlawfulNotice.objects.filter(pk=notice.pk).update(**change)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.REMOVE, "The comment was removed."),
        (Outcome.PUBLISH, "nothing that has to be taken down"),
        (Outcome.RETURN, "can no longer be seen"),
        (Outcome.COLLAPSE, "was collapsed"),
    ],
)
def test_the_outcome_is_told_once_it_is_final(
    client: Client, comment: Comment, decide_: Decide, outcome: str, words: str
) -> None:
    client.post(url(comment), typed())
    assert send_due() == 1, "the receipt"
    notice = UnlawfulNotice.objects.get()
    decide_(notice.case, outcome, note="Between us.")
    page = f"/notices/{notice.receipt.lower()}/"
    assert "We have received it." in client.get(page).content.decode()
    assert send_due() == 0
    with later():
        html = client.get(page).content.decode()
        assert words in html
        assert "no software did" in html
        assert "Between us." not in html
        # A public comment that stays public is no news to its author.
        assert send_due() == (1 if outcome == Outcome.PUBLISH else 2)
        assert send_due() == 0
    told = [message for message in mail.outbox if message.to == ["jo@example.org"]][-1]
    assert words in str(told.body)
    assert SECRET not in str(told.body)


def test_a_comment_that_its_author_takes_back(client: Client, comment: Comment, reader: User) -> None:
    client.post(url(comment), typed())
    withdraw_comment(comment, by=reader)
    page = client.get(f"/notices/{UnlawfulNotice.objects.get().receipt}/").content.decode()
    assert "its author has taken it back" in page


@pytest.mark.parametrize("receipt", ["NOSUCHNUMBER", "%00", "x" * 200])
def test_an_unknown_receipt(client: Client, receipt: str) -> None:
    assert client.get(f"/notices/{receipt}/").status_code == 404


def test_members_give_notice_too(comment: Comment, moderator: User) -> None:
    assert browser_of(moderator).post(url(comment), typed()).status_code == 303
