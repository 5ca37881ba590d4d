"""Reporting a comment."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from discussions.actions.post import post_comment
from discussions.models import Article, Comment
from moderation.models import Case, Guideline, Outcome, Report
from tests.factories import make_comment, make_guest, make_user
from tests.moderation.conftest import Decide
from tests.moderation.readers import SECRET, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(article: Article, defaults: list[Guideline]) -> Comment:
    return make_comment(article, body="Nonsense, all of it.", by=make_user(name="Ada Grey"))


def url(comment: Comment) -> str:
    return f"/comments/{comment.pk}/report/"


def test_a_member_reports(comment: Comment, reader: User) -> None:
    client = browser_of(reader)
    html = client.get(url(comment)).content.decode()
    assert "Nonsense, all of it." in html
    assert html.count('name="guideline"') == 6
    assert f"/comments/{comment.pk}/unlawful/" in html
    answer = client.post(url(comment), {"guideline": "ideas-not-people", "body": "It is about me."})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/comments/{comment.pk}/#c{comment.pk}")
    report = Report.objects.get()
    assert (report.user, report.guideline.number, report.note) == (reader, 2, "It is about me.")
    assert report.network
    assert "Thank you. A moderator reads it" in client.get(answer.headers["Location"]).content.decode()


def test_a_guest_reports(comment: Comment) -> None:
    guest = make_guest()
    assert browser_of(guest).post(url(comment), {"guideline": "no-advertising"}).status_code == 303
    assert Report.objects.get().guest == guest


def test_again_is_the_same_report(comment: Comment, reader: User) -> None:
    client = browser_of(reader)
    for _ in range(2):
        assert client.post(url(comment), {"guideline": "no-advertising"}).status_code == 303
    assert Report.objects.count() == 1
    assert "You have reported this comment." in client.get(url(comment)).content.decode()


def test_a_visitor_is_asked_to_log_in_and_the_text_is_kept(client: Client, comment: Comment, reader: User) -> None:
    page = client.get(url(comment))
    assert (page.status_code, b'name="guideline"' in page.content) == (200, False)
    assert f"/accounts/login/?next=%2Fcomments%2F{comment.pk}%2Freport%2F" in page.content.decode()
    refused = client.post(url(comment), {"guideline": "give-reasons", "body": "No reason at all."})
    assert refused.status_code == 403
    assert "No reason at all." in refused.content.decode()
    assert not Case.objects.exists()
    client.force_login(reader)
    html = client.get(url(comment)).content.decode()
    assert "No reason at all." in html
    assert 'value="give-reasons" checked' in html


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"body": "kept words"}, "Please choose a guideline."),
        ({"guideline": "nowhere", "body": "kept words"}, "no longer applies"),
        ({"guideline": "give-reasons", "body": "kept words" + "x" * 491}, "1 too many"),
    ],
)
def test_a_mistake_is_told_and_the_text_is_kept(
    comment: Comment, reader: User, typed: dict[str, str], words: str
) -> None:
    answer = browser_of(reader).post(url(comment), typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "kept words" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_retired_guideline_is_not_offered(comment: Comment, reader: User, defaults: list[Guideline]) -> None:
    Guideline.objects.filter(number=4).update(retired_at="2020-01-01T00:00Z")
    client = browser_of(reader)
    assert "give-reasons" not in client.get(url(comment)).content.decode()
    assert client.post(url(comment), {"guideline": "give-reasons"}).status_code == 422


def test_courtesies_in_words(article: Article, comment: Comment, reader: User, decide_: Decide) -> None:
    own = make_comment(article, by=reader)
    answered = make_comment(article)
    post_comment(article=article, by=reader, body="No.", parent=answered, key=uuid.uuid4())
    Report.objects.all().delete()
    other = browser_of(make_user())
    other.post(url(comment), {"guideline": "give-reasons"})
    decide_(Case.objects.get(comment=comment), Outcome.PUBLISH)
    client = browser_of(reader)
    for row, words in ((own, "your own comment"), (answered, "answered this comment"), (comment, "read this text")):
        for page in (client.get(url(row)), client.post(url(row), {"guideline": "give-reasons", "body": "my note"})):
            assert page.status_code == 403
            assert words in page.content.decode()
        assert "my note" in page.content.decode()


def test_too_many_reports_wait(limits_on: None, article: Article, reader: User, defaults: list[Guideline]) -> None:
    client = browser_of(reader)
    statuses = [client.post(url(make_comment(article)), {"guideline": "give-reasons"}).status_code for _ in range(11)]
    assert statuses == [303] * 10 + [429]


def test_hidden_text_is_not_shown_here(held: Comment, defaults: list[Guideline]) -> None:
    stranger = browser_of(make_user())
    assert stranger.get(url(held)).status_code == 404
    make_comment(parent=held)
    page = stranger.get(url(held))
    assert page.status_code == 403
    assert SECRET not in page.content.decode()


def test_every_readable_comment_but_ones_own_has_the_link(article: Article, reader: User) -> None:
    own, other = make_comment(article, by=reader), make_comment(article)
    gone = make_comment(article, visibility="removed")
    for client in (browser_of(reader), Client()):
        html = client.get(article.get_absolute_url()).content.decode()
        assert url(other) in html
        assert url(gone) not in html
    assert url(own) in html
    assert url(own) not in browser_of(reader).get(article.get_absolute_url()).content.decode()


def test_the_form_costs_the_same_for_more_comments(comment: Comment, reader: User) -> None:
    client = browser_of(reader)
    client.get(url(comment))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(url(comment))
        counts.append(len(asked))
        for _ in range(5):
            make_comment(parent=comment)
    assert counts[0] == counts[1] <= 14
