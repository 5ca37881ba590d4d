"""The inbox: every source, newest first, page by page, and what is new in one query."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import inbox
from accounts.models import User
from discussions.models import Comment, Delivery, Visibility
from moderation.models import Appeal, Notification
from tests.factories import make_article, make_comment, make_guest, make_user
from tests.moderation.readers import browser_of

pytestmark = pytest.mark.django_db
URL = "/notifications/"


@pytest.fixture
def ann() -> User:
    return make_user("ann")


def news(ann: User, count: int, **fields: Any) -> list[Delivery]:
    """Return so many comments that `ann` is told of, all at the same moment."""
    article, now = make_article(), fields.pop("at", timezone.now())
    return [
        Delivery.objects.create(
            member=ann, comment=make_comment(article), kind="article", state="in_page", created_at=now, **fields
        )
        for _ in range(count)
    ]


def notices(ann: User, count: int, at: datetime | None = None) -> list[Notification]:
    """Return so many messages of the house."""
    at = at or timezone.now()
    return [Notification.objects.create(user=ann, kind="message", due_at=at) for _ in range(count)]


def positions(ann: User) -> list[tuple[str, int]]:
    """Return all entries as somebody reads them who turns every page."""
    found, after = [], ""
    while True:
        page = inbox.inbox_page(ann, after)
        found += [(entry.position.source, entry.position.id) for entry in page.entries]
        after = page.after
        if not after:
            return found


def test_pages_neither_repeat_nor_skip(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PER_PAGE", 3)
    now = timezone.now()
    same = [("discussions", row.pk) for row in news(ann, 4, at=now)]
    same_notices = [("moderation", row.pk) for row in notices(ann, 4, now)]
    older = [("discussions", row.pk) for row in news(ann, 2, at=now - timedelta(hours=1))]
    oldest = [("moderation", row.pk) for row in notices(ann, 1, now - timedelta(hours=2))]
    assert positions(ann) == [*same_notices[::-1], *same[::-1], *older[::-1], *oldest]


def test_new_in_one_query_over_all_sources(ann: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    news(ann, 2)
    news(ann, 1, read_at=timezone.now())
    notices(ann, 3)
    news(make_user(), 1)
    with django_assert_num_queries(1):
        assert inbox.unread_count(ann) == 5


@pytest.mark.parametrize("visibility", [Visibility.REMOVED, Visibility.WITHDRAWN, Visibility.HELD])
def test_what_is_not_public_is_neither_shown_nor_counted(ann: User, visibility: str) -> None:
    (row,) = news(ann, 1)
    Comment.objects.filter(pk=row.comment_id).update(visibility=visibility)
    assert (inbox.unread_count(ann), positions(ann)) == (0, [])


def test_one_entry_is_marked_and_then_all(ann: User) -> None:
    first, second = news(ann, 2)
    notices(ann, 1)
    browser = browser_of(ann)
    page = browser.get(URL)
    assert page.content.decode().count(">New</span>") == 3
    assert '<span class="tag hold">3</span>' in page.content.decode()
    entry = next(str(it.position) for it in page.context["page"].entries if it.position.id == second.pk)
    assert browser.post(f"{URL}read/", {"entry": entry}).status_code == 303
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.read_at, second.read_at is None) == (None, False)
    until = str(browser.get(URL).context["page"].entries[0].position)
    news(ann, 1, at=timezone.now() + timedelta(seconds=1))
    browser.post(f"{URL}read/", {"until": until})
    assert inbox.unread_count(ann) == 1, "what came after the page was made stays new"


def test_nobody_marks_what_is_somebody_elses(ann: User) -> None:
    (row,) = news(ann, 1)
    position = str(inbox.inbox_page(ann).entries[0].position)
    browser_of(make_user()).post(f"{URL}read/", {"entry": position})
    row.refresh_from_db()
    assert row.read_at is None


@pytest.mark.parametrize("word", ["x", "1.nobody.1", "1.moderation.99999999999999999999", "1.moderation"])
def test_cursors_that_are_not_ours(ann: User, word: str) -> None:
    assert browser_of(ann).get(URL, {"after": word}).status_code == 400
    assert browser_of(ann).post(f"{URL}read/", {"entry": word}).status_code == 400


def test_the_bell_has_a_name_and_guests_have_an_inbox(ann: User) -> None:
    html = browser_of(ann).get("/").content.decode()
    assert '<span class="vh">Notifications</span>' in html
    assert "bell" not in Client().get("/").content.decode()
    guest = make_guest()
    Delivery.objects.create(guest=guest, comment=make_comment(), kind="reply", state="in_page")
    assert "replied to you" in browser_of(guest).get(URL).content.decode()


def test_the_queries_are_the_same_for_many(ann: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for count in (1, 6):
        news(ann, count)
        notices(ann, count)
        browser = browser_of(ann)
        browser.get(URL)
        # Session, member, entries of three sources, how much is new; who is staff is remembered.
        with django_assert_num_queries(6):
            browser.get(URL)
    assert not Appeal.objects.exists()
