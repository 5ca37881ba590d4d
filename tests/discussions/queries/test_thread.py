"""A page of a thread: what is on it, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core.errors import BadRequest
from discussions.models import Article, Comment, Visibility
from discussions.queries.sorting import SORTS, sort_named
from discussions.queries.thread import REPLIES_PER_PAGE, ROOTS_PER_PAGE, ancestors, branch_page, thread_page
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return make_article()


def roots(article: Article, count: int, **fields: Any) -> list[Comment]:
    author, start = make_user(), timezone.now() - timedelta(days=1)
    return [
        make_comment(article, by=author, created_at=start + timedelta(minutes=n), body=f"root {n}", **fields)
        for n in range(count)
    ]


def all_ids(article: Article, sort: str) -> list[int]:
    """Walk through every page by its cursor, as a reader who presses Load More does."""
    ids: list[int] = []
    after = ""
    while True:
        page = thread_page(article, sort=sort, after=after)
        ids += [branch.top.id for branch in page.branches]
        after = page.after
        if not after:
            return ids


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_every_order_show_every_root_once(article: Article, sort: str) -> None:
    made = roots(article, 2 * ROOTS_PER_PAGE + 7)
    ids = all_ids(article, sort)
    assert sorted(ids) == sorted(c.pk for c in made)
    assert len(ids) == len(set(ids))


def test_newest_and_oldest_are_by_time_and_then_by_id(article: Article) -> None:
    made = roots(article, 5)
    twin = make_comment(article, created_at=made[2].created_at)
    oldest = [made[0].pk, made[1].pk, made[2].pk, twin.pk, made[3].pk, made[4].pk]
    assert all_ids(article, "oldest") == oldest
    assert all_ids(article, "newest") == list(reversed(oldest))


def test_most_voted_is_by_score_and_then_by_the_wilson_bound(article: Article) -> None:
    few = make_comment(article, up_count=3, down_count=0, wilson=700_000)
    many = make_comment(article, up_count=103, down_count=100, wilson=450_000)
    best = make_comment(article, up_count=9, down_count=1, wilson=600_000)
    bad = make_comment(article, up_count=0, down_count=2, wilson=0)
    assert all_ids(article, "most-voted") == [best.pk, few.pk, many.pk, bad.pk]


def test_pinned_comments_come_first_in_every_order_and_only_once(article: Article) -> None:
    made = roots(article, ROOTS_PER_PAGE + 5)
    pinned = make_comment(article, is_pinned=True, down_count=5, created_at=made[3].created_at)
    for sort in SORTS:
        ids = all_ids(article, sort)
        assert ids[0] == pinned.pk, sort
        assert ids.count(pinned.pk) == 1, sort
        assert len(ids) == ROOTS_PER_PAGE + 6


def test_a_vote_between_two_pages_neither_repeats_nor_skips_a_comment_that_did_not_move(article: Article) -> None:
    made = [make_comment(article, up_count=100 - n, wilson=1) for n in range(ROOTS_PER_PAGE + 10)]
    first = thread_page(article, sort="most-voted")
    seen = [branch.top.id for branch in first.branches]
    # The last comment of all rises to the top while the reader reads: with OFFSET, one row would come twice.
    Comment.objects.filter(pk=made[-1].pk).update(up_count=500, score=500)
    second = thread_page(article, sort="most-voted", after=first.after)
    rest = [branch.top.id for branch in second.branches]
    assert rest == [c.pk for c in made[ROOTS_PER_PAGE:-1]]
    assert not set(seen) & set(rest)


@pytest.mark.parametrize(
    "cursor", ["x", "1", "1.2.3.4", "1.2;3", "9" * 40, "1.2.", "-", "1.-", "\u0661.2.3", "1.2.3\n"]
)
def test_a_forged_cursor_is_refused_in_words(article: Article, cursor: str) -> None:
    for sort in SORTS:
        if sort != "most-voted" and cursor.count(".") == 1 and cursor == "1.2":
            continue
        with pytest.raises(BadRequest, match="later page"):
            thread_page(article, sort=sort, after=cursor)


def test_a_cursor_of_another_order_is_refused(article: Article) -> None:
    roots(article, ROOTS_PER_PAGE + 1)
    after = thread_page(article, sort="most-voted").after
    with pytest.raises(BadRequest):
        thread_page(article, sort="newest", after=after)


def test_a_cursor_beyond_the_calendar_is_refused(article: Article) -> None:
    with pytest.raises(BadRequest):
        thread_page(article, sort="newest", after="999999999999999999.1")


def test_an_unknown_order_falls_back(article: Article) -> None:
    assert sort_named("sideways", None, "newest") == "newest"
    assert sort_named(None, "best") == "most-voted"


def test_the_first_three_replies_are_shown_in_reading_order_and_the_rest_is_counted(article: Article) -> None:
    root = make_comment(article)
    first = make_comment(parent=root)
    second = make_comment(parent=root)
    nested = make_comment(parent=first)
    make_comment(parent=second)
    (branch,) = thread_page(article, sort="newest").branches
    assert [card.id for card in branch.top.walk()] == [root.pk, first.pk, nested.pk, second.pk]
    assert branch.more == 1
    assert branch.after == str(second.pk)


def test_the_next_replies_of_a_branch_follow_without_gap_or_repetition(article: Article) -> None:
    root = make_comment(article)
    first = make_comment(parent=root)
    for n in range(REPLIES_PER_PAGE + 5):
        make_comment(parent=root if n % 3 else first)
    (shown,) = thread_page(article, sort="newest").branches
    ids = [card.id for card in shown.top.walk()][1:]
    after = Comment.objects.get(pk=int(shown.after))
    while True:
        page = branch_page(article, root, after=after)
        ids += [card.id for card in page.top.walk()][1:]
        if not page.after:
            break
        assert page.more > 0
        after = Comment.objects.get(pk=int(page.after))
    expected = Comment.objects.filter(root=root).order_by("path").values_list("pk", flat=True)
    assert ids == list(expected)


def test_a_branch_moves_in_only_where_it_forks(article: Article) -> None:
    root = make_comment(article)
    talk = parent = make_comment(parent=root)
    chain = [talk]
    for _ in range(8):
        parent = make_comment(parent=parent)
        chain.append(parent)
    aside = make_comment(parent=chain[2])
    levels = {card.id: card.level for card in branch_page(article, root).top.walk()}
    assert [levels[c.pk] for c in chain] == [1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert levels[aside.pk] == 2


def test_a_branch_deeper_than_shown_continues_on_the_page_of_its_last_comment(article: Article) -> None:
    article.depth_shown = 3
    article.save()
    parent = root = make_comment(article)
    for _ in range(6):
        make_comment(parent=parent)
        parent = make_comment(parent=parent)
    cards = list(branch_page(article, root).top.walk())
    assert max(card.level for card in cards) == 3
    assert [card.level for card in cards if card.continues] == [3]


def test_levels_of_a_later_page_are_those_of_the_whole_branch(article: Article) -> None:
    root = make_comment(article)
    first = make_comment(parent=root)
    inner = make_comment(parent=first)
    make_comment(parent=first)
    replies = [make_comment(parent=inner) for _ in range(REPLIES_PER_PAGE + 3)]
    page = branch_page(article, root, after=replies[-4])
    assert {card.id: card.level for card in page.top.walk()}[replies[-1].pk] == 3


@pytest.mark.parametrize("state", [Visibility.HELD, Visibility.WITHDRAWN])
def test_what_is_not_listed_is_not_on_the_page(article: Article, state: str) -> None:
    root = make_comment(article)
    make_comment(article, visibility=state)
    make_comment(parent=root, visibility=state)
    assert [card.id for card in thread_page(article, sort="newest").cards()] == [root.pk]


@pytest.mark.parametrize("state", [Visibility.HELD, Visibility.WITHDRAWN, Visibility.REMOVED])
def test_a_stub_shows_neither_text_nor_author(article: Article, state: str) -> None:
    root = make_comment(article, visibility=state, body="the secret words", visibility_reason="the reason")
    make_comment(parent=root)
    top, reply = thread_page(article, sort="newest").cards()
    assert top.is_stub
    assert (top.html, top.byline.name, top.byline.username) == ("", "", "")
    assert top.reason == ("" if state == Visibility.HELD else "the reason")
    assert reply.in_reply_to is not None
    assert reply.in_reply_to.name == ""


def test_ancestors_come_root_first(article: Article) -> None:
    root = make_comment(article)
    middle = make_comment(parent=root)
    leaf = make_comment(parent=middle)
    assert [card.id for card in ancestors(article, leaf)] == [root.pk, middle.pk]


@pytest.mark.parametrize("sort", SORTS)
def test_the_number_of_queries_does_not_grow(
    article: Article, sort: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    small = make_article()
    make_comment(parent=make_comment(small))
    for root in roots(article, ROOTS_PER_PAGE + 4):
        for _ in range(4):
            make_comment(parent=root)
    for row in (small, article):
        with django_assert_num_queries(2):
            page = thread_page(row, sort=sort)
    with django_assert_num_queries(2):
        thread_page(article, sort=sort, after=page.after)


@pytest.mark.parametrize("sort", SORTS)
def test_a_later_page_is_an_index_range_in_the_right_order(article: Article, sort: str) -> None:
    """The plan is asserted, not the time: with 5,000 rows before the cursor it must not read or sort them."""
    made = roots(article, 60)
    order = SORTS[sort]
    rows = order.after(
        Comment.objects.filter(article=article, parent=None).listed(), order.values(order.cursor(made[30]))
    )
    rows = rows.order_by(*order.order_by)[:20]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = rows.explain()
    # Either index of the two by time serves both orders, read forwards or backwards.
    assert re.search("roots_most_voted" if sort == "most-voted" else "roots_(newest|oldest)", plan), plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    if connection.vendor == "postgresql":
        condition = next(line for line in plan.splitlines() if "Index Cond" in line)
        assert "ROW(" in condition, plan
