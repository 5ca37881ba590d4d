"""Between asking to be forgotten and being forgotten: no mail but about that; taken back, everything is as it was."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core import mail as mailbox

from accounts.models import Guest, Mail, User
from accounts.privacy.erase import ask_for_erasure, is_leaving, reopen, tell_it_is_closed
from core.outbox import drain
from discussions.actions.subscribe import ask_to_confirm
from discussions.actions.tell import tell
from discussions.models import Article, Delivery, Subscription
from tests.accounts.people import make_member
from tests.discussions.mail.people import confirmed_guest, delivered, follows, says, to
from tests.factories import make_article, make_guest

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return make_article()


def member() -> User:
    return make_member("ann", email="bo@example.org")


@pytest.mark.parametrize("make", [member, confirmed_guest])
def test_what_they_follow_is_silent_and_comes_back(article: Article, make: type[User | Guest]) -> None:
    person = make()
    follows(person, article)
    ask_for_erasure(person, keeps_texts=True, language="en")
    assert [str(mail["Subject"]).strip() for mail in delivered()] == ["You will be forgotten on Parkbench"]
    says(article)
    assert delivered() == []
    assert not Delivery.objects.exists()
    assert Subscription.objects.of(person).active().exists()
    reopen(person)
    says(article)
    assert to(delivered()) == ["bo@example.org"]


@pytest.mark.parametrize("make", [member, confirmed_guest])
def test_what_was_on_its_way_is_dropped(article: Article, make: type[User | Guest]) -> None:
    person = make()
    follows(person, article)
    tell(says(article).pk)
    ask_for_erasure(person, keeps_texts=True, language="en")
    assert len(delivered()) == 1, "about the erasure"
    assert Delivery.objects.get().state == Delivery.State.DROPPED


def test_it_holds_for_the_same_address_under_another_name(article: Article) -> None:
    bo, nameless = confirmed_guest(), confirmed_guest(name="")
    ask_for_erasure(member(), keeps_texts=True, language="en")
    assert is_leaving(bo)
    assert is_leaving(nameless)
    assert not is_leaving(make_guest("Liar", email="bo@example.org"))
    assert not is_leaving(confirmed_guest("other@example.org"))


def test_no_link_to_confirm_goes_out_either() -> None:
    guest = make_guest("", email="bo@example.org")
    ask_to_confirm(guest)
    ask_for_erasure(guest, keeps_texts=True, language="en")
    drain()
    assert Mail.objects.get().state == Mail.State.QUEUED, "nobody has sent it"


def test_a_task_that_runs_again_sends_nothing_twice() -> None:
    erasure = ask_for_erasure(member(), keeps_texts=True, language="en")
    for _again in range(2):
        tell_it_is_closed(uuid4(), erasure=erasure.pk)
    assert len(mailbox.outbox) == 1
    mail = Mail.objects.get()
    assert (mail.kind, mail.state, mail.key) == ("account", "sent", f"erasure-asked-{erasure.pk}")
