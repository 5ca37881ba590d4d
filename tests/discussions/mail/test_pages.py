"""Subscribing, confirming, changing, leaving: by forms, and from mails."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Guest, Mail, User
from discussions.actions.subscribe import ask_to_confirm, follow
from discussions.models import Article, Comment, Mute, Subscription
from tests.discussions.mail.people import Scope, confirmed_guest, delivered, follows, links_in, reader, says, subject_of
from tests.factories import make_article, make_comment, make_guest, make_user
from tests.moderation.readers import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return make_article("The lights went out")


@pytest.fixture
def top(article: Article) -> Comment:
    return make_comment(article, by=reader())


def subscribe_to(article: Article, client: Client | None = None, **data: str) -> int:
    """Send the form under the article; return the status."""
    data = {"email": "bo@example.org", "frequency": "immediately", **data}
    return (client or Client()).post(f"{article.get_absolute_url()}subscribe/", data).status_code


def told(article: Article, parent: Comment | None = None) -> EmailMessage:
    """Return the one mail that a new comment sends."""
    says(article, parent=parent)
    (message,) = delivered()
    return message


def test_a_member_needs_no_mail(article: Article) -> None:
    ann = make_user(mail_frequency="daily")
    page = browser_of(ann).get(article.get_absolute_url()).content.decode()
    assert '<option value="daily" selected>' in page
    assert subscribe_to(article, browser_of(ann), scope="replies", frequency="hourly") == 303
    row = Subscription.objects.get()
    assert (row.member, row.scope, row.frequency, row.tells) == (ann, Scope.REPLIES, "hourly", True)
    assert delivered() == []
    assert subscribe_to(article, browser_of(ann), scope="replies") == 303
    assert Subscription.objects.count() == 1


def test_a_branch(top: Comment) -> None:
    ann = make_user()
    page = browser_of(ann).get(top.get_absolute_url()).content.decode()
    assert f'action="/comments/{top.pk}/subscribe/"' in page
    assert browser_of(ann).post(f"/comments/{top.pk}/subscribe/").status_code == 303
    assert Subscription.objects.get().comment == top


def test_a_visitor_confirms_first(article: Article) -> None:
    assert subscribe_to(article) == 303
    says(article)
    (message,) = delivered()
    assert subject_of(message) == "New comments on Parkbench by mail: did you ask for them?"
    path = links_in(message)["subscriptions/confirm"]
    browser = Client()
    assert "The lights went out" in browser.get(path).content.decode()
    assert not Subscription.objects.get().tells
    answer = browser.post(path)
    assert answer.status_code == 303
    assert "The lights went out" in browser.get(answer.headers["Location"]).content.decode()
    assert Subscription.objects.get().tells
    assert str(told(article)["To"]) == "bo@example.org"


@pytest.mark.parametrize(
    ("data", "status"), [({"email": ""}, 422), ({"email": "no"}, 422), ({"scope": "replies"}, 403)]
)
def test_refusals_in_words(article: Article, data: dict[str, str], status: int) -> None:
    assert subscribe_to(article, None, **data) == status
    assert not Subscription.objects.exists()


def test_abuse_45_a_thousand_attempts_send_one_mail(article: Article) -> None:
    """Somebody types another person's address again and again, from everywhere and under every article."""
    articles = [article, *(make_article() for _n in range(9))]
    for target in articles:
        assert subscribe_to(target, email="victim@example.org") == 303
    # What the form calls, and what decides behind it: a thousand pages would take a minute and show the same.
    for n in range(90):
        assert follow(
            None, email="Victim@Example.org ", article=articles[n % 10], scope=Scope.ARTICLE, frequency="daily"
        )
    victim = Guest.objects.get(email="victim@example.org")
    assert not any(ask_to_confirm(victim) for _n in range(900))
    assert len(delivered()) == 1
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        subscribe_to(make_article(), email="VICTIM@example.org")
        assert delivered() == []
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        subscribe_to(make_article(), email="victim@example.org")
        assert len(delivered()) == 1
    assert Guest.objects.filter(email="victim@example.org").count() == 1


def test_a_stranger_changes_nothing_for_an_address_that_follows(article: Article) -> None:
    bo = confirmed_guest()
    row = follows(bo, article, frequency="daily")
    assert subscribe_to(article) == 303
    row.refresh_from_db()
    assert (row.tells, row.frequency) == (True, "daily")
    assert delivered() == []


def test_a_guest_with_an_address_that_is_not_confirmed(article: Article) -> None:
    eve = make_guest("Eve", email="bo@example.org")
    subscribe_to(article, browser_of(eve), email="")
    (message,) = delivered()
    page = Client().get(links_in(message)["subscriptions/confirm"]).content.decode()
    assert "Eve" in page


def test_a_comment_with_mail_me_replies(article: Article) -> None:
    browser = Client()
    form = {"body": "Is it safe?", "key": "0e3e1a3c-7b0f-4c0e-8d9d-0d5f1f6f2b11", "name": "Bo", "mail_replies": "on"}
    answer = browser.post(f"{article.get_absolute_url()}comment/", form)
    assert answer.status_code == 422
    assert "For replies by mail we need your address." in answer.content.decode()
    answer = browser.post(f"{article.get_absolute_url()}comment/", {**form, "email": "bo@example.org"})
    assert answer.status_code == 303
    (message,) = delivered()
    Client().post(links_in(message)["guest"])
    comment = Comment.objects.get()
    assert subject_of(told(article, comment)).endswith("replied to you: The lights went out · Parkbench")


def test_leaving_by_the_page_and_back(article: Article) -> None:
    row = follows(confirmed_guest(), article)
    path = links_in(told(article))["subscriptions/unsubscribe"]
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(path).status_code == 200
    row.refresh_from_db()
    assert row.tells
    assert "You are unsubscribed" in Client().post(path, {"act": "leave"}).content.decode()
    assert Subscription.objects.get().ended_at is not None
    assert "You are subscribed again" in Client().post(path, {"act": "undo"}).content.decode()
    Client().post(path, {"act": "daily"})
    row.refresh_from_db()
    assert (row.tells, row.frequency) == (True, "daily")
    assert Client().post(path, {"act": "else"}).status_code == 400


def test_one_click_of_a_mail_program(article: Article) -> None:
    """RFC 8058: a POST without cookies and without a token of a form."""
    row = follows(confirmed_guest(), article)
    message = told(article)
    address = str(message["List-Unsubscribe"]).strip(" <>")
    client = Client(enforce_csrf_checks=True)
    answer = client.post(address.removeprefix("http://testserver"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    row.refresh_from_db()
    assert not row.tells
    says(article)
    assert delivered() == []


def test_one_click_on_a_reply_switches_the_preference_off(article: Article) -> None:
    ann = make_user("ann")
    mine = make_comment(article, by=ann)
    path = links_in(told(article, mine))["subscriptions/unsubscribe"]
    Client().post(path, {"List-Unsubscribe": "One-Click"})
    ann.refresh_from_db()
    assert (ann.mail_on_reply, ann.mail_on_mention) == (False, True)


def test_abuse_48_a_link_is_good_for_one_purpose(article: Article) -> None:
    subscribe_to(article)
    confirm = links_in(delivered()[0])["subscriptions/confirm"]
    Client().post(confirm)
    links = links_in(told(article))
    paths = {
        "unsubscribe": links["subscriptions/unsubscribe"],
        "guest": links["subscriptions/guest"],
        "confirm": confirm,
    }
    before = list(Subscription.objects.values())
    for page in (*paths, "link"):
        for purpose, path in paths.items():
            token = path.rstrip("/").rpartition("/")[2]
            there = f"/guest/{token}/" if page == "link" else f"/subscriptions/{page}/{token}/"
            if page != purpose:
                assert {Client().get(there).status_code, Client().post(there).status_code} == {400}, (page, purpose)
    assert list(Subscription.objects.values()) == before
    with time_machine.travel(timezone.now() + timedelta(days=401)):
        assert {Client().get(path).status_code for path in paths.values()} == {410}


def test_abuse_43_links_do_not_believe_the_host_of_the_request(article: Article) -> None:
    assert Client(headers={"host": "evil.example"}).get(f"{article.get_absolute_url()}subscribe/").status_code == 400
    subscribe_to(article, Client(headers={"host": "localhost"}))
    (message,) = delivered()
    assert "subscriptions/confirm" in links_in(message)


def test_what_i_follow(article: Article) -> None:
    ann = make_user("ann")
    row, other = follows(ann, article), follows(make_user(), article)
    browser = browser_of(ann)
    assert "The lights went out" in browser.get("/subscriptions/").content.decode()
    for data, expected in [
        ({"act": "save", "frequency": "hourly"}, ("hourly", True)),
        ({"act": "pause"}, ("hourly", False)),
        ({"act": "resume"}, ("hourly", True)),
        ({"act": "leave"}, ("hourly", False)),
        ({"act": "rejoin"}, ("hourly", True)),
    ]:
        assert browser.post("/subscriptions/", {"subscription": str(row.pk), **data}).status_code == 303
        row.refresh_from_db()
        assert (row.frequency, row.tells) == expected, data
    assert browser.post("/subscriptions/", {"subscription": str(other.pk), "act": "leave"}).status_code == 404
    assert browser.post("/subscriptions/", {"subscription": str(row.pk), "act": "x"}).status_code == 400
    assert Client().get("/subscriptions/").status_code == 302


def test_muting_and_unmuting(top: Comment) -> None:
    ann = make_user("ann")
    browser = browser_of(ann)
    path = f"/comments/{top.pk}/mute/"
    for what in ("branch", "article", "writer"):
        assert what in browser.get(path).content.decode()
        assert browser.post(path, {"what": what}).status_code == 303
        assert browser.post(path, {"what": what}).status_code == 303
    assert Mute.objects.count() == 3
    assert browser.post(path, {"what": "x"}).status_code == 422
    page = browser.get("/subscriptions/").content.decode()
    assert page.count('name="unmute"') == 3
    browser_of(make_user()).post("/subscriptions/", {"unmute": Mute.objects.latest("pk").pk})
    assert Mute.objects.count() == 3
    browser.post("/subscriptions/", {"unmute": Mute.objects.latest("pk").pk})
    assert Mute.objects.count() == 2


def test_the_page_costs_the_same_for_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ann = make_user("ann")
    for count in (1, 8):
        for _ in range(count):
            follows(ann, make_article())
            Mute.objects.create(member=ann, writer=make_user())
        browser = browser_of(ann)
        browser.get("/subscriptions/")
        # Session, member, what is followed, what is muted, how much is new; who is staff is remembered.
        with django_assert_num_queries(5):
            browser.get("/subscriptions/")


def test_an_address_that_is_refused_is_told_and_forgiven(article: Article) -> None:
    from accounts.refusals import refuse

    ann: User = make_user("ann")
    refuse(ann.email, "550 unknown")
    browser = browser_of(ann)
    assert "550 unknown" in browser.get("/preferences/").content.decode()
    assert browser.post("/preferences/mail-again/").status_code == 303
    assert "550 unknown" not in browser.get("/preferences/").content.decode()
    assert not Mail.objects.exists()
    assert mail.outbox == []
