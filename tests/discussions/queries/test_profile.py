"""What somebody has written: who sees what, page by page, at a constant price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Guest, User
from core.errors import BadRequest
from discussions.models import Visibility
from discussions.queries.profile import PER_PAGE, ProfilePage, profile_page
from tests.factories import make_article, make_comment, make_guest, make_moderator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return make_user("ann", name="Ann Lee")


def one_of_each(by: User | Guest) -> None:
    for visibility in Visibility.values:
        make_comment(by=by, body=visibility, visibility=visibility, visibility_reason=f"because {visibility}")


def seen(page: ProfilePage) -> set[str]:
    return {entry.card.visibility for entry in page.entries}


PUBLIC = {"public", "collapsed"}
ALL = set(Visibility.values)


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [("visitor", PUBLIC), ("member", PUBLIC), ("guest", PUBLIC), ("author", ALL), ("moderator", ALL)],
)
def test_who_sees_what(ann: User, viewer: str, expected: set[str]) -> None:
    one_of_each(ann)
    make_comment()
    viewers = {"visitor": None, "member": make_user(), "guest": make_guest(), "author": ann}
    page = profile_page(ann, viewer=make_moderator() if viewer == "moderator" else viewers[viewer])
    assert seen(page) == expected
    assert page.shows_all is (expected == ALL)


def test_the_author_reads_the_text_and_the_reason(ann: User) -> None:
    one_of_each(ann)
    for entry in profile_page(ann, viewer=ann).entries:
        assert entry.card.visibility in entry.card.html
        assert entry.card.reason == f"because {entry.card.visibility}"


def test_a_guest_sees_all_of_their_own() -> None:
    guest = make_guest("Bo")
    one_of_each(guest)
    one_of_each(make_guest("Bo"))
    page = profile_page(guest, viewer=guest)
    assert seen(page) == ALL
    assert len(page.entries) == len(ALL)


def test_a_member_with_the_number_of_a_guest_is_somebody_else() -> None:
    guest = make_guest()
    one_of_each(guest)
    member = User.objects.filter(pk=guest.pk).first() or make_user(pk=guest.pk)
    assert not profile_page(guest, viewer=member).shows_all


def test_articles_that_are_not_out_yet(ann: User) -> None:
    make_comment(make_article(published_at=timezone.now() + timedelta(days=1)), by=ann)
    assert profile_page(ann, viewer=None).entries == ()
    assert len(profile_page(ann, viewer=ann).entries) == 1


def test_what_the_author_may_still_do(ann: User) -> None:
    one_of_each(ann)
    make_comment(by=ann, created_at=timezone.now() - timedelta(hours=1))
    entries = profile_page(ann, viewer=ann).entries
    may = [(entry.card.visibility, entry.may_edit, entry.may_withdraw) for entry in entries]
    assert sorted(may) == [
        ("collapsed", True, True),
        ("held", True, True),
        ("public", False, True),
        ("public", True, True),
        ("removed", False, False),
        ("withdrawn", False, False),
    ]
    assert not any(entry.may_edit or entry.may_withdraw for entry in profile_page(ann, viewer=None).entries)


def test_pages_have_every_comment_once_though_times_are_equal(ann: User) -> None:
    article, at = make_article(), datetime(2026, 3, 1, tzinfo=UTC)
    wrote = [make_comment(article, by=ann, created_at=at + timedelta(seconds=n // 5)).pk for n in range(45)]
    read: list[int] = []
    after, first = "", True
    while first or after:
        page = profile_page(ann, viewer=None, after=after)
        assert page.is_first is first
        assert len(page.entries) <= PER_PAGE
        read += [entry.card.id for entry in page.entries]
        after, first = page.after, False
    assert read == sorted(wrote, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "1", "1.2.3", "1.x", "-", "9" * 40, "1.2 OR 1=1", "999999999999999999.1"])
def test_forged_cursors(ann: User, cursor: str) -> None:
    with pytest.raises(BadRequest, match="start from the first page"):
        profile_page(ann, viewer=None, after=cursor)


def test_three_queries_however_much_somebody_wrote(
    ann: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 30):
        for _ in range(count):
            make_comment(by=ann)
        viewer = make_user()
        with django_assert_num_queries(3):  # the viewer's right to moderate, comments, articles
            page = profile_page(ann, viewer=viewer)
        assert len(page.entries) == min(PER_PAGE, count if count == 1 else 31)
