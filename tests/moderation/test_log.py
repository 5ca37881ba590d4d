"""The page of the audit log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from moderation import audit
from moderation.queries.log import WORDS, Asked, log_page
from tests.factories import make_admin, make_comment, make_moderator


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    """Return a browser in which an administrator is logged in."""
    client.force_login(make_admin("boss"))
    return client


@pytest.fixture
def lines(moderator: User, reader: User) -> None:
    comment = make_comment(by=reader)
    audit.record("comment.removed", by=moderator, comment=comment, case=7, guideline=None)
    audit.record("case.opened", by=None, comment=make_comment())
    audit.record("note.written", by=make_moderator("another"), subject=reader, note=3)


def test_every_act_has_its_words() -> None:
    assert set(WORDS) == audit.NAMES


def test_the_page_tells_who_did_what(lines: None, admin: Client) -> None:
    page = admin.get("/moderation/log/").content.decode()
    for words in ("Comment removed", "@keeper", "@reader", "Case opened", "the site", "case 7", "Staff note written"):
        assert words in page
    assert "guideline None" not in page


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [3, 2, 1]), ("name=comment.removed", [1]), ("person=keeper", [1]), ("person=%40READER", [3, 1]),
        ("person=nobody", []), ("person=%00", [3, 2, 1]), ("since=2031-01-01", []), ("until=2020-01-01", []),
        ("since=1999-01-01&person=another", [3]), ("before=3", [2, 1]), ("name=comment.removed&before=1", []),
        # A wrong word in an address is no error.
        ("name=comment.eaten", [3, 2, 1]), ("since=yesterday&comment=x&before=-4", [3, 2, 1]),
        ("comment=99999999999999999999999", [3, 2, 1]),
    ],
)  # fmt: skip
def test_filters(lines: None, admin: Client, query: str, ids: list[int]) -> None:
    response = admin.get(f"/moderation/log/?{query}")
    assert response.status_code == 200
    assert [line.id for line in response.context["page"].lines] == ids


def test_a_comments_lines(lines: None) -> None:
    first = log_page(Asked(before=2)).lines[0]
    assert [line.id for line in log_page(Asked(comment_id=first.comment_id)).lines] == [1]


def test_pages_follow_each_other(lines: None, admin: Client) -> None:
    first = log_page(Asked(), per_page=2)
    assert ([line.id for line in first.lines], first.before) == ([3, 2], 2)
    second = log_page(Asked(before=first.before), per_page=2)
    assert ([line.id for line in second.lines], second.before) == ([1], None)
    assert 'rel="next"' not in admin.get("/moderation/log/").content.decode()


def test_names_are_looked_up_in_one_query(lines: None, django_assert_num_queries: Callable[[int], Any]) -> None:
    with django_assert_num_queries(2):
        log_page(Asked())
    with django_assert_num_queries(3):
        log_page(Asked(person="keeper"))


def test_an_account_that_is_gone_leaves_its_number(lines: None, admin: Client) -> None:
    User.objects.filter(username="another").delete()
    assert "an account that is gone" in admin.get("/moderation/log/?person=reader").content.decode()
    assert audit.find_break() is None


def test_reading_the_log_changes_nothing(lines: None, admin: Client) -> None:
    admin.get("/moderation/log/")
    assert audit.head().count == 3
