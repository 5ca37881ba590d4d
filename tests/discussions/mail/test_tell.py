"""Who is told of a comment, and that nobody is told twice."""

from __future__ import annotations

import uuid

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Guest, User
from core.models import Outbox
from discussions.actions import tell as telling
from discussions.actions.edit import edit_comment
from discussions.actions.subscribe import subscribe
from discussions.actions.tell import tell
from discussions.actions.visibility import set_visibility
from discussions.models import Article, Comment, Delivery, Mute, Subscription, Visibility
from tests.discussions.mail.people import Scope, confirmed_guest, delivered, follows, reader, says, to
from tests.factories import make_article, make_comment, make_moderator, make_user

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def article() -> Article:
    return make_article("The lights went out")


def test_followers_are_told_and_others_are_not(article: Article) -> None:
    ann, bo = reader(), confirmed_guest()
    follows(ann, article)
    follows(bo, article)
    follows(reader(), make_article())
    waiting = confirmed_guest("waits@example.org")
    subscribe(waiting, article=article, scope=Scope.ARTICLE, frequency="immediately", is_confirmed=False)
    says(article)
    assert to(delivered()) == sorted([ann.email, "bo@example.org"])
    assert delivered() == []


def test_nobody_is_told_of_their_own_words(article: Article) -> None:
    ann, bo = reader(), confirmed_guest()
    for person in (ann, bo):
        follows(person, article)
    mine = says(article, ann)
    says(article, ann, parent=mine)
    delivered()
    assert set(Delivery.objects.filter(comment__author=ann).values_list("guest", flat=True)) == {bo.pk}


def test_not_at_the_same_address_either(article: Article) -> None:
    ann = reader(email="ann@example.org")
    follows(confirmed_guest("ann@example.org", ""), article)
    says(article, ann)
    assert delivered() == []


def test_an_address_that_follows_as_member_and_as_guest_is_told_once(article: Article) -> None:
    ann = reader(email="ann@example.org")
    for person in (ann, confirmed_guest("ann@example.org", "")):
        follows(person, article)
    says(article)
    assert to(delivered()) == ["ann@example.org"]
    assert Delivery.objects.filter(state=State.DROPPED).get().reason == "told at the same address"


def test_a_branch_tells_of_what_is_below_it(article: Article) -> None:
    ann, top = reader(), make_comment(article, by=reader())
    follows(ann, article, scope=Scope.BRANCH, branch=top)
    below = make_comment(parent=make_comment(parent=top), by=reader())
    says(article)
    says(article, parent=make_comment(article, by=reader()))
    assert delivered() == []
    says(article, parent=below)
    assert to(delivered()) == [ann.email]


def test_reply_mention_and_follow_up_are_one(article: Article) -> None:
    ann = make_user("ann")
    mine = make_comment(article, by=ann)
    follows(ann, article)
    follows(ann, article, scope=Scope.REPLIES)
    follows(ann, article, scope=Scope.BRANCH, branch=mine)
    says(article, parent=mine, body="Well said, @ann.")
    (message,) = delivered()
    assert "replied to you" in str(message["Subject"])
    assert Delivery.objects.get(member=ann).kind == Delivery.Kind.REPLY


@pytest.mark.parametrize(("wants", "mails"), [(True, 1), (False, 0)])
def test_preferences_of_members(article: Article, wants: bool, mails: int) -> None:
    ann = make_user("ann", mail_on_reply=wants, mail_on_mention=wants)
    says(article, parent=make_comment(article, by=ann))
    assert len(delivered()) == mails
    says(article, body="What does @ANN say? And @nobody?")
    assert len(delivered()) == mails
    assert Delivery.objects.filter(member=ann).count() == 2, "the inbox has both in any case"


def test_guests_are_mailed_replies_only_when_they_asked(article: Article) -> None:
    bo = confirmed_guest()
    first = make_comment(article, by=bo)
    says(article, parent=first)
    assert delivered() == []
    says(article, bo, mail_replies=True)
    says(article, parent=first)
    assert to(delivered()) == ["bo@example.org"]


def test_a_held_comment_is_told_when_it_is_published_once_ever(article: Article, moderator: User) -> None:
    ann = reader()
    follows(ann, article)
    held = make_comment(article, visibility=Visibility.HELD)
    tell(held.pk)
    assert delivered() == []
    set_visibility(held, Visibility.PUBLIC, by=moderator, reason="")
    assert to(delivered()) == [ann.email]
    follows(reader(), article)
    for visibility in (Visibility.REMOVED, Visibility.PUBLIC, Visibility.HELD, Visibility.PUBLIC):
        set_visibility(held, visibility, by=moderator, reason="")
    assert delivered() == []


def test_an_edit_is_no_news(article: Article) -> None:
    follows(reader(), article)
    author = make_user()
    comment = says(article, author)
    assert len(delivered()) == 1
    edit_comment(comment, by=author, body="In other words.", revision=1)
    assert delivered() == []


def test_imports_and_rows_of_the_demo_tell_nobody(article: Article) -> None:
    follows(reader(), article)
    tell(make_comment(article, source="wordpress", source_id="7").pk)
    assert Delivery.objects.count() == 0


def test_whoever_left_is_not_told(article: Article) -> None:
    gone = reader()
    follows(gone, article)
    mine = make_comment(article, by=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    says(article, parent=mine, body=f"@{gone.username} are you there?")
    assert delivered() == []
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("field", ["paused_at", "ended_at"])
def test_paused_and_ended_subscriptions_tell_nothing(article: Article, field: str) -> None:
    row = follows(reader(), article)
    Subscription.objects.filter(pk=row.pk).update(**{field: timezone.now()})
    says(article)
    assert Delivery.objects.count() == 0


def test_batches_go_on_where_they_were_and_tell_nobody_twice(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "BATCH", 3)
    people = [reader() for _ in range(8)]
    for person in people:
        follows(person, article)
    comment = says(article)
    # A worker did the first batch and died before it could say so: the row comes again, and with it the next one.
    tell(comment.pk)
    tell(comment.pk)
    assert Delivery.objects.count() == 3
    assert to(delivered()) == sorted(person.email for person in people)
    assert Delivery.objects.count() == 8
    assert Outbox.objects.filter(done_at=None).count() == 0


def test_a_batch_costs_the_same_for_many(article: Article, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for count in (2, 20):
        for _ in range(count):
            follows(reader(), article)
        comment = make_comment(article, body="No handle in it.")
        # The comment, its followers, the deliveries and their tasks, within savepoints.
        with django_assert_num_queries(7):
            tell(comment.pk)


@pytest.fixture
def moderator() -> User:
    return make_moderator()


@pytest.mark.parametrize("what", ["article", "comment", "writer", "guest_writer"])
def test_mutes_keep_mails_away_and_leave_the_inbox(article: Article, what: str) -> None:
    ann, writer, guest = reader(), make_user(), confirmed_guest()
    follows(ann, article)
    top = make_comment(article, by=reader())
    about = {"article": article, "comment": top, "writer": writer, "guest_writer": guest}
    Mute.objects.create(member=ann, **{what: about[what]})
    says(article, guest if what == "guest_writer" else writer, parent=top)
    assert delivered() == []
    row = Delivery.objects.get(member=ann)
    assert (row.state, row.reason, row.read_at) == (State.DROPPED, "muted", None)
    by_others: list[Comment] = [says(make_article()), says(article)] if what != "article" else []
    assert len(delivered()) == len(by_others[1:])


def test_the_news_is_written_with_the_comment_or_not_at_all(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    follows(make_user("ann"), article)
    monkeypatch.setattr("discussions.actions.post.put", fails)
    with pytest.raises(ZeroDivisionError):
        says(article, body=str(uuid.uuid4()))
    assert (Comment.objects.count(), len(mail.outbox)) == (0, 0)


def test_where_nobody_may_hear_nothing_is_asked_for(article: Article) -> None:
    ann, bo = make_user("ann"), confirmed_guest()
    follows(ann, make_article())
    follows(ann, article)
    rows = Outbox.objects.filter(topic="discussions.tell")
    says(article, ann)
    assert not rows.exists(), "her own comment is no news to her"
    comment = says(article, bo)
    assert rows.count() == 1
    Subscription.objects.update(paused_at=timezone.now())
    says(article)
    assert rows.count() == 1
    says(article, body="What does @ann say?")
    says(article, parent=comment)
    assert rows.count() == 3


def test_what_a_guest_follows_goes_along_to_the_account(article: Article) -> None:
    from accounts.guests import claim

    ann, bo = make_user("ann"), confirmed_guest()
    other = make_article()
    follows(ann, article)
    follows(bo, article)
    follows(bo, other)
    says(article)
    delivered()
    assert claim(Guest.objects.get(pk=bo.pk), by=ann)
    assert Subscription.objects.filter(member=ann).count() == 2
    assert not Subscription.objects.exclude(guest=None).exists()
    assert Delivery.objects.get().member == ann
