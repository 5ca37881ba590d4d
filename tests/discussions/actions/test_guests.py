"""What becomes of a guest's comments and votes."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Guest, User
from accounts.signals import guest_claimed, guest_confirmed
from core.errors import Conflict
from discussions.actions.guests import claim_comments, count_guest_votes
from discussions.actions.vote import cast_vote
from discussions.models import Article, Comment, Vote
from tests.discussions.actions.conftest import Post, counts_are_right
from tests.factories import make_comment, make_guest, make_user


@pytest.fixture(autouse=True)
def guests_vote(settings: Settings) -> None:
    settings.GUESTS_MAY_VOTE = True


def tally(comment: Comment) -> tuple[int, int]:
    comment.refresh_from_db()
    return comment.up_count, comment.down_count


def votes(comment: Comment) -> list[tuple[User | None, Guest | None, int]]:
    return [(vote.member, vote.guest, vote.value) for vote in Vote.objects.filter(comment=comment)]


def test_comments_become_the_members(post: Post, article: Article, reader: User, guest: Guest) -> None:
    mine = [post("One.", by=guest).comment, post("Two.", by=guest).comment]
    other = post(by=make_guest()).comment

    assert claim_comments(user=reader, guest=guest) == 2

    for comment in mine:
        comment.refresh_from_db()
        assert (comment.author, comment.guest, comment.author_name) == (reader, None, "Passer-by")
    other.refresh_from_db()
    assert other.author is None
    guest.refresh_from_db()
    assert guest.claimed_by == reader
    assert counts_are_right()


def test_votes_come_along_and_count(article: Article, reader: User, guest: Guest) -> None:
    comment = make_comment(article)
    cast_vote(comment, by=guest, value=-1)
    assert tally(comment) == (0, 0)

    assert claim_comments(user=reader, guest=guest) == 0
    assert tally(comment) == (0, 1)
    assert votes(comment) == [(reader, None, -1)]
    assert counts_are_right()


def test_nobody_votes_twice(article: Article, reader: User) -> None:
    guest = make_guest(email="a@example.org", email_confirmed_at=timezone.now())
    comment = make_comment(article)
    cast_vote(comment, by=reader, value=1)
    cast_vote(comment, by=guest, value=-1)

    claim_comments(user=reader, guest=guest)

    assert tally(comment) == (1, 0)
    assert votes(comment) == [(reader, None, 1)]
    assert counts_are_right()


def test_nobody_has_a_vote_on_an_own_comment(article: Article, reader: User) -> None:
    guest = make_guest(email="a@example.org", email_confirmed_at=timezone.now())
    members, guests = make_comment(article, by=reader), make_comment(article, by=guest)
    cast_vote(members, by=guest, value=1)
    cast_vote(guests, by=reader, value=1)
    cast_vote(guests, by=make_user(), value=-1)

    claim_comments(user=reader, guest=guest)

    assert tally(members) == (0, 0)
    assert tally(guests) == (0, 1)
    assert not Vote.objects.filter(member=reader).exists()
    assert counts_are_right()


def test_claiming_again_takes_what_was_written_since(article: Article, reader: User, guest: Guest) -> None:
    make_comment(article, by=guest)
    assert claim_comments(user=reader, guest=guest) == 1
    assert claim_comments(user=reader, guest=guest) == 0
    make_comment(article, by=guest)
    assert claim_comments(user=reader, guest=guest) == 1


def test_not_what_another_member_has_claimed(article: Article, reader: User, guest: Guest) -> None:
    claim_comments(user=make_user(), guest=guest)
    comment = make_comment(article, by=guest)
    with pytest.raises(Conflict, match="another account"):
        claim_comments(user=reader, guest=guest)
    comment.refresh_from_db()
    assert comment.guest == guest


def test_imported_votes_stay(article: Article, reader: User, guest: Guest) -> None:
    comment = make_comment(article, up_count=5, imported_up=5)
    cast_vote(comment, by=guest, value=1)
    claim_comments(user=reader, guest=guest)
    assert tally(comment) == (6, 0)
    assert counts_are_right()


def test_votes_count_from_the_confirmation(article: Article, guest: Guest) -> None:
    one, two = make_comment(article), make_comment(article)
    cast_vote(one, by=guest, value=1)
    cast_vote(two, by=guest, value=-1)
    cast_vote(two, by=make_user(), value=1)
    assert count_guest_votes(guest=guest) == 0  # not confirmed
    assert tally(one) == (0, 0)

    Guest.objects.filter(pk=guest.pk).update(email_confirmed_at=timezone.now())
    assert count_guest_votes(guest=guest) == 2
    assert (tally(one), tally(two)) == ((1, 0), (1, 1))
    assert count_guest_votes(guest=guest) == 0
    assert counts_are_right()


def test_accounts_says_confirmed_and_claimed(article: Article, reader: User, guest: Guest) -> None:
    comment = make_comment(article)
    own = make_comment(article, by=guest)
    cast_vote(comment, by=guest, value=1)
    Guest.objects.filter(pk=guest.pk).update(email_confirmed_at=timezone.now())

    guest_confirmed.send(sender=None, guest_id=guest.pk)
    assert tally(comment) == (1, 0)

    guest_claimed.send(sender=None, guest_id=guest.pk, user_id=reader.pk)
    own.refresh_from_db()
    assert own.author == reader
