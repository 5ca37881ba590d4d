"""Voting."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Guest, User
from core.errors import BadRequest, NotAllowed, TooMany
from discussions import access
from discussions.actions.vote import Tally, cast_vote
from discussions.models import Article, Comment, Visibility, Vote
from discussions.ranking import wilson_lower_bound
from discussions.signals import vote_cast
from tests.discussions.actions.conftest import counts_are_right
from tests.factories import make_comment, make_guest, make_user
from tests.statements import Seen


@pytest.fixture
def comment(article: Article) -> Comment:
    return make_comment(article)


@pytest.fixture
def guests_vote(settings: Settings) -> None:
    settings.GUESTS_MAY_VOTE = True


def stored(comment: Comment) -> tuple[int, int, int, int]:
    row = Comment.objects.get(pk=comment.pk)
    return row.up_count, row.down_count, row.score, row.wilson


@pytest.mark.parametrize(
    ("value", "counts"), [(1, (1, 0, 1, wilson_lower_bound(1, 0))), (-1, (0, 1, -1, wilson_lower_bound(0, 1)))]
)
def test_votes(comment: Comment, reader: User, value: int, counts: tuple[int, int, int, int]) -> None:
    tally = cast_vote(comment, by=reader, value=value)

    assert tally == Tally(comment.pk, *counts[:3], mine=value)
    assert stored(comment) == counts
    vote = Vote.objects.get()
    assert (vote.comment, vote.member, vote.guest, vote.value, vote.is_counted) == (comment, reader, None, value, True)
    assert counts_are_right()


@pytest.mark.parametrize("before", [1, 0, -1])
@pytest.mark.parametrize("after", [1, 0, -1])
def test_the_target_is_what_counts(comment: Comment, reader: User, before: int, after: int) -> None:
    cast_vote(comment, by=make_user(), value=1)
    cast_vote(comment, by=reader, value=before)
    for _ in range(2):  # a retry changes nothing
        tally = cast_vote(comment, by=reader, value=after)
        assert (tally.up, tally.down, tally.mine) == (1 + (after == 1), int(after == -1), after)
    assert Vote.objects.filter(member=reader).count() == abs(after)
    assert counts_are_right()


def test_two_readers_add_up(comment: Comment) -> None:
    for value in (1, 1, 1, -1):
        cast_vote(comment, by=make_user(), value=value)
    assert stored(comment) == (3, 1, 2, wilson_lower_bound(3, 1))


def test_adds_to_imported_votes(article: Article, reader: User) -> None:
    comment = make_comment(article, up_count=7, imported_up=7, down_count=2, imported_down=2)
    assert cast_vote(comment, by=reader, value=1) == Tally(comment.pk, 8, 2, 6, 1)
    assert counts_are_right()


def test_own_comment(article: Article, reader: User) -> None:
    comment = make_comment(article, by=reader)
    with pytest.raises(NotAllowed, match="own comment"):
        cast_vote(comment, by=reader, value=1)
    assert not Vote.objects.exists()


@pytest.mark.parametrize("visibility", [Visibility.HELD, Visibility.REMOVED, Visibility.WITHDRAWN])
@pytest.mark.parametrize("value", [1, 0])
def test_comment_gone_since_the_page_was_made(
    comment: Comment, reader: User, visibility: Visibility, value: int
) -> None:
    cast_vote(comment, by=reader, value=-1)
    Comment.objects.filter(pk=comment.pk).update(visibility=visibility)
    with pytest.raises(NotAllowed, match="no longer in the discussion"):
        cast_vote(comment, by=reader, value=value)
    assert Vote.objects.get().value == -1


def test_article_locked_since_the_page_was_made(comment: Comment, reader: User) -> None:
    Article.objects.filter(pk=comment.article_id).update(is_locked=True)
    with pytest.raises(NotAllowed, match="locked"):
        cast_vote(comment, by=reader, value=1)


def test_closed_for_comments_is_not_closed_for_votes(comment: Comment, reader: User) -> None:
    Article.objects.filter(pk=comment.article_id).update(who_may_comment=Article.Who.NOBODY)
    assert cast_vote(comment, by=reader, value=1).up == 1


def test_collapsed_comment(article: Article, reader: User) -> None:
    assert cast_vote(make_comment(article, visibility=Visibility.COLLAPSED), by=reader, value=-1).down == 1


@pytest.mark.parametrize("value", [2, -2, 100])
def test_no_other_value(comment: Comment, reader: User, value: int) -> None:
    with pytest.raises(BadRequest, match="up, down or none"):
        cast_vote(comment, by=reader, value=value)


def test_site_without_downvotes(comment: Comment, reader: User, settings: Settings) -> None:
    cast_vote(comment, by=reader, value=-1)
    settings.DOWNVOTES = False
    with pytest.raises(NotAllowed, match="no votes down"):
        cast_vote(comment, by=reader, value=-1)
    assert cast_vote(comment, by=reader, value=0).down == 0
    assert cast_vote(comment, by=reader, value=1).up == 1


def test_guests_where_only_members_vote(comment: Comment, guest: Guest) -> None:
    with pytest.raises(NotAllowed, match="Only members can vote"):
        cast_vote(comment, by=guest, value=1)


@pytest.mark.usefixtures("guests_vote")
def test_guests_vote_counts_with_a_confirmed_address(comment: Comment) -> None:
    unknown, known = make_guest(), make_guest(email="a@example.org", email_confirmed_at=timezone.now())

    assert cast_vote(comment, by=unknown, value=1) == Tally(comment.pk, 0, 0, 0, mine=1)
    assert cast_vote(comment, by=known, value=1) == Tally(comment.pk, 1, 0, 1, mine=1)
    assert stored(comment)[:2] == (1, 0)
    assert counts_are_right()

    assert cast_vote(comment, by=unknown, value=0).up == 1
    assert cast_vote(comment, by=known, value=-1) == Tally(comment.pk, 0, 1, -1, mine=-1)
    assert counts_are_right()


@pytest.mark.usefixtures("guests_vote")
def test_guest_confirmed_in_another_window(comment: Comment, guest: Guest) -> None:
    cast_vote(comment, by=guest, value=1)
    Guest.objects.filter(pk=guest.pk).update(email_confirmed_at=timezone.now())
    assert cast_vote(comment, by=guest, value=1).up == 1
    assert counts_are_right()


@pytest.mark.usefixtures("limits_on")
def test_limit(article: Article, reader: User) -> None:
    comment = make_comment(article)
    for n in range(60):
        cast_vote(comment, by=reader, value=n % 2)
    with pytest.raises(TooMany):
        cast_vote(comment, by=reader, value=0)


def test_tells_after_the_commit_and_only_of_changes(
    comment: Comment, reader: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[int] = []

    def listen(sender: object, comment_id: int, **kwargs: object) -> None:
        heard.append(comment_id)

    vote_cast.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            for value in (1, 1, 0, 0):
                cast_vote(comment, by=reader, value=value)
            assert heard == []
    finally:
        vote_cast.disconnect(listen)
    assert heard == [comment.pk, comment.pk]


def test_costs_few_statements(
    comment: Comment, reader: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # savepoint, comment with its article, insert, count, release
    with django_assert_num_queries(5):
        cast_vote(comment, by=reader, value=1)


@pytest.mark.postgres
def test_postgresql_writes_a_first_vote_in_one_statement(comment: Comment, reader: User) -> None:
    seen = Seen()
    with connection.execute_wrapper(seen):
        cast_vote(comment, by=reader, value=1)
    assert [sql.split(maxsplit=1)[0] for sql in seen] == ["SELECT", "WITH"]


@pytest.mark.postgres
@pytest.mark.parametrize("change", [{"up_count": 1, "score": 1}, {"visibility": Visibility.COLLAPSED}])
def test_the_comment_has_changed_since_it_was_read(
    comment: Comment, reader: User, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = access.check_can_vote

    def somebody_was_faster(*args: Any) -> None:
        Comment.objects.filter(pk=comment.pk).update(**change)
        look(*args)

    monkeypatch.setattr(access, "check_can_vote", somebody_was_faster)
    cast_vote(comment, by=reader, value=-1)
    up = change.get("up_count", 0)
    assert stored(comment) == (up, 1, up - 1, wilson_lower_bound(up, 1))
    assert Vote.objects.count() == 1
