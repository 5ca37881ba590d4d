"""Mails about comments: when they go out, what is in them, and what is left out at the last moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from accounts.models import Mail, User
from accounts.refusals import refuse
from core.outbox import drain
from discussions.actions.collect import collect_all
from discussions.actions.mute import mute
from discussions.actions.subscribe import leave
from discussions.actions.visibility import set_visibility
from discussions.actions.withdraw import withdraw_comment
from discussions.markup import render_comment
from discussions.models import Article, Comment, Delivery, Visibility
from discussions.tasks import mail_what_is_due
from tests.discussions.mail.people import (
    Scope,
    confirmed_guest,
    delivered,
    follows,
    links_in,
    reader,
    says,
    subject_of,
    text_of,
    to,
)
from tests.factories import make_article, make_comment, make_moderator, make_user

pytestmark = pytest.mark.django_db

#: A Tuesday noon in winter, in Madrid one o'clock.
NOON = datetime(2026, 12, 1, 12, 20, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def article() -> Article:
    return make_article("The lights went out")


@pytest.fixture
def ann(article: Article) -> User:
    ann = reader("ann", email="ann@example.org")
    follows(ann, article)
    return ann


def until_it_is_sent(comment: Comment) -> None:
    """Let everything happen to the comment but the sending."""
    for topic in ("discussions.tell", "discussions.collect"):
        assert drain(at_most=1) == 1, topic
    assert Mail.objects.get(kind="comments").state == Mail.State.QUEUED
    assert mail.outbox == []


def test_the_mail(article: Article, ann: User) -> None:
    comment = says(article, make_user(name="Ben Alder"), body="I **walk** there.\n\nEvery morning.")
    (message,) = delivered()
    row = Mail.objects.get()
    assert (row.state, row.member, row.reason) == (Mail.State.SENT, ann, "")
    assert subject_of(message) == "Ben Alder commented: The lights went out · Parkbench"
    assert str(message["Message-ID"]) == f"<{row.key}@testserver>"
    assert str(message["Auto-Submitted"]) == "auto-generated"
    assert str(message["List-Id"]) == f"<article-{article.pk}.testserver>"
    assert str(message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert str(message["In-Reply-To"]) == f"<branch-{comment.pk}@testserver>"
    assert str(message["References"]).split() == [
        f"<article-{article.pk}@testserver>",
        f"<branch-{comment.pk}@testserver>",
    ]
    links = links_in(message)
    assert f"<http://testserver{links['subscriptions/unsubscribe']}>" in str(message["List-Unsubscribe"]).replace(
        " ", ""
    )
    text, html = text_of(message), text_of(message, "html")
    assert "> I walk there.\n> Every morning." in text
    assert "I walk there.<br>Every morning." in html
    for part in (text, html):
        assert f"http://testserver/comments/{comment.pk}/" in part
    assert 'content="light dark"' in html


HOSTILE = '<img src="//spy.example/x.gif" onerror=alert(1)> [click](https://evil.example/) <script>x</script>'


def test_nothing_that_was_typed_is_more_than_text(article: Article, ann: User) -> None:
    Article.objects.filter(pk=article.pk).update(title="Lights\r\nBcc: everybody@example.org <b>x</b>")
    says(article, make_user(name="Eve\u2028Bcc: x@example.org"), body=HOSTILE)
    (message,) = delivered()
    assert message["Bcc"] is None
    assert message.get_all("To") == ["ann@example.org"]
    html = text_of(message, "html")
    for forbidden in ("<img", "<script", "<b>x", "evil.example", "<style"):
        assert forbidden not in html
    assert html.count("src=") == html.count("&lt;img src=") == 1
    assert html.count('href="') == html.count('href="http://testserver/')


def test_withdrawn_removed_or_held_at_the_time_of_sending(article: Article, ann: User) -> None:
    moderator = make_moderator()
    ways: list[Callable[[Comment, User], object]] = [
        lambda comment, author: withdraw_comment(comment, by=author),
        lambda comment, author: set_visibility(comment, Visibility.REMOVED, by=moderator, reason="Rude."),
        lambda comment, author: set_visibility(comment, Visibility.HELD, by=moderator, reason="Look again."),
    ]
    for way in ways:
        author = reader()
        comment = says(article, author)
        until_it_is_sent(comment)
        way(comment, author)
        assert delivered() == []
        assert Delivery.objects.get(comment=comment).reason == "not public any more"
        assert Mail.objects.get().state == Mail.State.SUPPRESSED
        Mail.objects.all().delete()


def test_who_left_meanwhile_gets_none(article: Article, ann: User) -> None:
    row = follows(ann, article)
    comment = says(article)
    until_it_is_sent(comment)
    leave(ann, [row.pk])
    assert delivered() == []
    assert Delivery.objects.get().reason == "not wanted any more"


def test_who_muted_meanwhile_gets_none(article: Article, ann: User) -> None:
    comment = says(article)
    until_it_is_sent(comment)
    mute(ann, comment, "branch")
    assert delivered() == []


@pytest.mark.parametrize("changes", [{"is_active": False}])
def test_closed_accounts_get_none(article: Article, ann: User, changes: dict[str, bool]) -> None:
    comment = says(article)
    until_it_is_sent(comment)
    User.objects.filter(pk=ann.pk).update(**changes)
    assert delivered() == []
    assert Delivery.objects.get().reason == "no address to write to"


def test_refused_addresses_are_left_alone(article: Article, ann: User) -> None:
    refuse(ann.email, "550 5.1.1 <ann@example.org>: no such user")
    says(article)
    assert delivered() == []
    row = Mail.objects.get()
    assert (row.state, row.reason) == (Mail.State.SUPPRESSED, "550 5.1.1 <…@…>: no such user")


def test_an_hourly_digest_by_the_readers_clock(article: Article) -> None:
    # Nepal's hours are full when those of Greenwich are at a quarter past.
    ann = reader(time_zone="Asia/Kathmandu")
    follows(ann, article, frequency="hourly")
    other = make_article("One-way streets")
    follows(ann, other, frequency="hourly")
    with time_machine.travel(NOON, tick=False):
        for where in (article, other, article):
            says(where)
        assert delivered() == []
    with time_machine.travel(NOON.replace(hour=13, minute=14), tick=False):
        assert (mail_what_is_due(), delivered()) == (0, [])
    with time_machine.travel(NOON.replace(hour=13, minute=15), tick=False):
        assert mail_what_is_due() == 1
        (message,) = delivered()
        assert (collect_all(), delivered()) == (0, [])
    assert subject_of(message) == "3 new comments · Parkbench"
    assert str(message["List-Id"]) == "<comments.testserver>"
    assert message["In-Reply-To"] is None
    text = text_of(message)
    assert text.index("The lights went out") < text.index("One-way streets")
    assert text.count("\n> ") == 3


def test_a_daily_digest_comes_at_breakfast(article: Article) -> None:
    ann = reader(time_zone="Europe/Madrid")
    follows(ann, article, frequency="daily")
    with time_machine.travel(NOON, tick=False):
        says(article)
        assert delivered() == []
    assert Delivery.objects.get().due_at == datetime(2026, 12, 2, 8, tzinfo=ZoneInfo("Europe/Madrid"))


def test_quiet_hours_end_with_one_mail(article: Article) -> None:
    ann = reader(time_zone="Europe/Madrid", quiet_from=time(12), quiet_until=time(15))
    follows(ann, article)
    with time_machine.travel(NOON, tick=False):
        says(article)
        says(article)
        assert delivered() == []
    with time_machine.travel(NOON.replace(hour=13, minute=59), tick=False):
        assert (collect_all(), delivered()) == (0, [])
    with time_machine.travel(NOON.replace(hour=14, minute=0), tick=False):
        assert collect_all() == 1
        (message,) = delivered()
    assert subject_of(message).startswith("2 new comments: The lights")


def test_abuse_46_a_flood_becomes_a_few_mails(article: Article, settings: Settings) -> None:
    """500 replies in an hour to one reader: `COMMENT_MAILS_PER_HOUR` mails, and one with the rest an hour later."""
    settings.COMMENT_MAILS_PER_HOUR = 3
    ann = make_user("ann")
    mine = make_comment(article, by=ann)
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(12):
            says(article, parent=mine)
            delivered()
            clock.shift(60)
        assert len(mail.outbox) == 3
        clock.move_to(NOON + timedelta(hours=1, seconds=1))
        collect_all()
        (message,) = delivered()
    assert subject_of(message).startswith("9 new comments")
    assert len(mail.outbox) == 4


def test_long_digests_say_how_much_is_left_out(article: Article, ann: User) -> None:
    for _ in range(33):
        make_comment(article)
    rows = [Delivery(member=ann, comment=row, kind="article", state="waiting") for row in Comment.objects.all()]
    for row in rows:
        row.subscription = follows(ann, article)
    Delivery.objects.bulk_create(rows)
    collect_all()
    (message,) = delivered()
    assert "And 3 more, on the site." in text_of(message)
    assert text_of(message).count("\n> ") == 30


def test_the_readers_language_and_direction(article: Article) -> None:
    follows(reader(language="ar"), article)
    comment = says(article)
    Comment.objects.filter(pk=comment.pk).update(language="ar", html=render_comment("ما الساعة العادلة؟"))
    (message,) = delivered()
    html = text_of(message, "html")
    assert '<html lang="ar" dir="rtl">' in html
    assert "ما الساعة العادلة؟" in html


def test_a_reply_shows_what_it_answers(article: Article) -> None:
    bo = confirmed_guest()
    follows(bo, article, scope=Scope.REPLIES)
    says(article, parent=make_comment(article, by=bo, body="Is it safe?"))
    (message,) = delivered()
    assert "You wrote: Is it safe?" in text_of(message)
    assert to([message]) == ["bo@example.org"]


def test_a_crash_after_collecting_sends_once(article: Article, ann: User) -> None:
    until_it_is_sent(says(article))
    from discussions.deliveries import send_comments

    pk = Mail.objects.get().pk
    for _ in range(3):
        send_comments(event=Mail.objects.get().key, mail=pk)
    assert len(mail.outbox) == 1
    assert Mail.objects.get().sent_at is not None
