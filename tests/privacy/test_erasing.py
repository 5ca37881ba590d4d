"""Asking to be forgotten, thinking better of it, and what has to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.links import make_token
from accounts.models import Erasure, Guest, User
from accounts.privacy.erase import ask_for_erasure, erase_due, pending, reopen_token
from core.errors import NotAllowed
from core.outbox import drain
from discussions import freshness
from discussions.models import Comment
from moderation.actions.appeal import appeal
from moderation.actions.evasion import look_for_ban
from moderation.evasion import mark_of, normal_address
from moderation.models import Appeal, Decision, Policy, Sanction, StaffNote
from tests.accounts.people import PASSWORD, link_in, make_member
from tests.factories import make_comment, make_guest, make_moderator, make_user
from tests.privacy.helpers import after
from tests.privacy.life import Life

URL = "/privacy/erase/"


@pytest.fixture
def ann(db: None) -> User:
    return make_member("ann", name="Ann Lee")


@pytest.fixture
def anns(ann: User) -> Client:
    """Return the browser in which she has just given her password again."""
    client = Client()
    assert client.post("/accounts/login/", {"login": ann.email, "password": PASSWORD}).status_code == 302
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def test_the_form_asks_what_becomes_of_the_texts(anns: Client, ann: User) -> None:
    assert "What should become of your comments?" in anns.get(URL).content.decode()
    assert anns.post(URL, {}).status_code == 422
    assert pending(ann) is None


def test_asking(anns: Client, ann: User) -> None:
    page = anns.post(URL, {"texts": "withdraw"})
    assert (page.status_code, "just log in" in page.content.decode()) == (200, True)
    erasure = Erasure.objects.get(user=ann)
    assert not erasure.keeps_texts
    assert timedelta(days=13, hours=23) < erasure.due_at - timezone.now() <= timedelta(days=14)
    ann.refresh_from_db()
    assert not ann.is_active


def test_the_password_is_asked_for_again(anns: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        response = anns.get(URL)
        assert response["Location"].startswith("/accounts/reauthenticate/")
        assert anns.post(URL, {"texts": "keep"})["Location"].startswith("/accounts/reauthenticate/")
    assert not Erasure.objects.exists()


def test_every_other_browser_is_logged_out_at_once(anns: Client, ann: User) -> None:
    other = Client()
    other.post("/accounts/login/", {"login": ann.email, "password": PASSWORD})
    anns.post(URL, {"texts": "keep"})
    for client in (anns, other):
        assert client.get("/preferences/")["Location"].startswith("/accounts/login/")


def test_the_page_says_that_the_account_is_closed(anns: Client, client: Client) -> None:
    anns.post(URL, {"texts": "keep"})
    page = client.get("/people/ann/")
    assert (page.status_code, "This account is closed." in page.content.decode()) == (410, True)
    after(days=15)
    assert client.get("/people/ann/").status_code == 404


def test_logging_in_takes_it_back(anns: Client, ann: User) -> None:
    anns.post(URL, {"texts": "withdraw"})
    page = anns.post("/accounts/login/", {"login": ann.email, "password": PASSWORD}, follow=True)
    assert "Welcome back" in page.content.decode()
    ann.refresh_from_db()
    assert (ann.is_active, pending(ann)) == (True, None)
    after(days=15)
    ann.refresh_from_db()
    assert ann.name == "Ann Lee"


def test_a_wrong_password_takes_nothing_back(anns: Client, ann: User) -> None:
    anns.post(URL, {"texts": "withdraw"})
    Client().post("/accounts/login/", {"login": ann.email, "password": "not hers at all"})
    assert pending(ann) is not None


def test_the_link_takes_it_back(anns: Client, ann: User) -> None:
    anns.post(URL, {"texts": "withdraw"})
    drain()
    link = link_in(mail.outbox[-1])
    assert Client().get(link).status_code == 200
    assert pending(ann) is not None, "a mail scanner has looked at the link"
    assert Client().post(link)["Location"] == "/accounts/login/"
    assert pending(ann) is None
    assert Client().get(link).status_code == 410


def test_the_link_of_another_purpose_is_refused(ann: User) -> None:
    guest = make_guest("Gus", email="gus@example.org")
    erasure = ask_for_erasure(ann, keeps_texts=True, language="en")
    assert Client().post(f"/privacy/reopen/{make_token(guest)}/").status_code == 400
    assert Client().post(f"/guest/{reopen_token(erasure)}/").status_code == 400
    assert pending(ann) is not None


def test_asking_twice_is_asking_once(ann: User) -> None:
    first = ask_for_erasure(ann, keeps_texts=True, language="en")
    assert ask_for_erasure(ann, keeps_texts=False, language="en") == first
    assert Erasure.objects.get().keeps_texts


@pytest.mark.django_db
def test_whoever_keeps_the_house_stays() -> None:
    with pytest.raises(NotAllowed):
        ask_for_erasure(make_moderator(), keeps_texts=True, language="en")


def test_an_open_appeal_is_waited_for(life: Life) -> None:
    decision = Decision.objects.get(comment=life.removed)
    Decision.objects.filter(pk=decision.pk).update(final_at=timezone.now() - timedelta(hours=1))
    decision.refresh_from_db()
    made = appeal(decision, by=life.user, text="Please look again.")
    ask_for_erasure(life.user, keeps_texts=False, language="en")
    after(days=15)
    after(days=17)
    told = [message for message in mail.outbox if "has to wait" in message.subject]
    assert len(told) == 1, "once"
    assert "An appeal is open." in str(told[0].body)
    assert Comment.objects.get(pk=life.removed.pk).author == life.user
    Appeal.objects.filter(pk=made.pk).update(
        state="upheld", decided_by=make_moderator(), decided_at=timezone.now(), reason="It stands."
    )
    after(days=19)
    assert Comment.objects.get(pk=life.removed.pk).author is None
    assert Appeal.objects.get(pk=made.pk).text == "[…]"


def test_the_page_says_beforehand_that_it_will_wait(life: Life) -> None:
    decision = Decision.objects.get(comment=life.removed)
    Decision.objects.filter(pk=decision.pk).update(final_at=timezone.now() - timedelta(hours=1))
    decision.refresh_from_db()
    appeal(decision, by=life.user, text="Please look again.")
    client = Client()
    client.force_login(life.user, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    User.objects.filter(pk=life.user.pk).update(language="en")
    assert "The erasure waits for that." in client.get(URL).content.decode()


@pytest.mark.django_db
def test_what_the_outbox_has_lost_is_found(ann: User) -> None:
    erasure = ask_for_erasure(ann, keeps_texts=True, language="en")
    Erasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now())
    assert erase_due() == 1
    drain()
    ann.refresh_from_db()
    assert ann.is_former


def test_a_long_history_is_erased_in_several_goes(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discussions.actions.erase.BATCH", 2)
    root = make_comment(by=ann)
    for _n in range(4):
        make_comment(parent=root, by=ann)
    ask_for_erasure(ann, keeps_texts=False, language="en")
    after(days=15)
    assert not Comment.objects.exclude(body="").exists()
    assert not Comment.objects.filter(author=ann).exists()


# --- guests -------------------------------------------------------------------------------------------


@pytest.fixture
def gus(db: None) -> Guest:
    return make_guest("Gus", email="gus@example.org", email_confirmed_at=timezone.now())


@pytest.fixture
def guss(gus: Guest) -> Client:
    """Return the browser in which he has opened the link of his mail."""
    client = Client()
    client.post(f"/guest/{make_token(gus)}/")
    return client


def test_a_guest_is_forgotten(guss: Client, gus: Guest) -> None:
    comment = make_comment(by=gus)
    page = guss.post(URL, {"texts": "keep"})
    assert "/privacy/reopen/" in page.content.decode()
    assert "has not written" in guss.post("/guest/link/").content.decode()
    after(days=15)
    comment.refresh_from_db()
    gus.refresh_from_db()
    assert (comment.guest, comment.shown_name, gus.email, gus.display_name) == (
        None, "A former reader", "", "A former reader",
    )  # fmt: skip


def test_the_guests_own_link_takes_it_back(guss: Client, gus: Guest) -> None:
    guss.post(URL, {"texts": "keep"})
    assert "you take that back" in guss.get(f"/guest/{make_token(gus)}/").content.decode()
    assert pending(gus) is not None
    guss.post(f"/guest/{make_token(gus)}/")
    assert pending(gus) is None


def test_an_erased_guests_link_is_gone(guss: Client, gus: Guest) -> None:
    token = make_token(gus)
    guss.post(URL, {"texts": "keep"})
    after(days=15)
    assert guss.get(f"/guest/{token}/").status_code == 410


def test_an_address_that_was_only_typed_proves_nothing(db: None) -> None:
    """Somebody writes under another person's address and asks to be forgotten: the other's rows stay."""
    other = make_guest("Other", email="other@example.org", email_confirmed_at=timezone.now())
    typed = make_guest("Typed", email="other@example.org")
    ask_for_erasure(typed, keeps_texts=True, language="en")
    after(days=15)
    other.refresh_from_db()
    assert other.email == "other@example.org"


def test_a_page_of_a_former_reader_costs_no_more_queries(
    ann: User, client: Client, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PAGE_SECONDS = 0
    comment = make_comment(by=ann)
    url = comment.article.get_absolute_url()
    client.get(url)  # what a process keeps is kept from now on
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    ask_for_erasure(ann, keeps_texts=True, language="en")
    after(days=15)
    with django_assert_num_queries(len(before.captured_queries)):
        page = client.get(url).content.decode()
    assert "A former reader" in page
    assert "Ann Lee" not in page


def test_no_page_that_is_kept_for_visitors_shows_the_name(ann: User, client: Client) -> None:
    url = make_comment(by=ann).article.get_absolute_url()
    assert "Ann Lee" in client.get(url).content.decode()
    ask_for_erasure(ann, keeps_texts=True, language="en")
    after(days=15)
    freshness.forget()  # what this process remembers for a fifth of a second, and all together for one
    caches["default"].clear()
    assert "Ann Lee" not in client.get(url).content.decode()


# --- coming back while banned -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["ann.lee@gmail.com", "AnnLee@gmail.com", "annlee+new@gmail.com", "a.n.n.lee+2@googlemail.com"]
)
def test_spellings_of_one_mailbox(address: str) -> None:
    assert mark_of(address) == mark_of("annlee@gmail.com")


def test_dots_make_a_difference_elsewhere() -> None:
    assert normal_address("ann.lee+x@Example.org") == "ann.lee@example.org"


def test_a_banned_person_who_was_erased_and_comes_back_is_read_first(life: Life) -> None:
    ask_for_erasure(life.user, keeps_texts=True, language="en")
    after(days=15)
    again = make_user("newcomer", email="wilhelmina+2@quxley.example")
    assert look_for_ban(again, again.email) == Sanction.objects.get(user=life.user)
    look_for_ban(again, again.email)
    assert Policy.objects.get(author=again).mode == "hold_all"
    assert StaffNote.objects.filter(user=again).count() == 1
    Sanction.objects.filter(user=life.user).update(until=timezone.now())
    other = make_user("latecomer", email="wilhelmina+3@quxley.example")
    assert look_for_ban(other, other.email) is None


@pytest.mark.django_db
def test_a_newcomer_is_not_marked() -> None:
    user = make_user()
    assert look_for_ban(user, user.email) is None
    assert look_for_ban(make_guest(), "") is None
