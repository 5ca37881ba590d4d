"""Recounting: it finds every wrong count, and nothing where all are right."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from discussions.actions import recount as module
from discussions.actions.recount import Drift, recount
from discussions.actions.vote import cast_vote
from discussions.models import Article, Comment, Visibility, Vote
from discussions.ranking import wilson_lower_bound
from tests.factories import make_article, make_comment, make_guest, make_user


@pytest.fixture
def thread(article: Article) -> list[Comment]:
    """Return a root with votes, a reply below a withdrawn stub, a lone withdrawn comment, held and removed ones."""
    root = make_comment(article, up_count=3, imported_up=3, wilson=wilson_lower_bound(3, 0))
    stub = make_comment(parent=root, visibility=Visibility.WITHDRAWN)
    reply = make_comment(parent=stub)
    alone = make_comment(article, visibility=Visibility.WITHDRAWN)
    held = make_comment(parent=root, visibility=Visibility.HELD)
    removed = make_comment(article, visibility=Visibility.REMOVED)
    never_seen = make_comment(article, visibility=Visibility.REMOVED, published_at=None)
    cast_vote(root, by=make_user(), value=1)
    cast_vote(reply, by=make_user(), value=-1)
    return [root, stub, reply, alone, held, removed, never_seen]


def test_finds_nothing_where_all_is_right(thread: list[Comment]) -> None:
    make_comment(make_article())
    assert [row.is_listed for row in Comment.objects.filter(pk__in=[c.pk for c in thread]).order_by("pk")] == [
        True, True, True, False, False, True, False,
    ]  # fmt: skip
    assert recount(repair=False) == []
    assert recount(repair=True) == []


@pytest.mark.parametrize(
    ("field", "stored", "actual"),
    [("reply_count", 7, 1), ("branch_count", 7, 2), ("wilson", 7, wilson_lower_bound(4, 0)), ("is_listed", 0, 1)],
)
def test_finds_and_repairs_each_count(thread: list[Comment], field: str, stored: int, actual: int) -> None:
    root = Comment.objects.get(pk=thread[0].pk)
    Comment.objects.filter(pk=root.pk).update(**{field: stored})

    assert recount(repair=False) == [Drift("comment", root.pk, field, stored, actual)]
    assert recount(repair=True) == [Drift("comment", root.pk, field, stored, actual)]
    assert recount(repair=False) == []
    assert Comment.objects.get(pk=root.pk) == root
    assert getattr(Comment.objects.get(pk=root.pk), field) == actual


def test_finds_votes_and_articles(thread: list[Comment], article: Article) -> None:
    root = thread[0]
    Comment.objects.filter(pk=root.pk).update(up_count=F("up_count") + 1, score=F("score") + 1)
    Article.objects.filter(pk=article.pk).update(comment_count=9)

    assert [str(drift) for drift in recount(repair=True)] == [
        f"comment {root.pk}: up_count is 5, should be 4",
        f"comment {root.pk}: score is 5, should be 4",
        f"article {article.pk}: comment_count is 9, should be 2",
    ]
    assert recount(repair=False) == []


def test_repairs_an_article_whose_comments_are_right(thread: list[Comment], article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(comment_count=9)
    assert recount(repair=True) == [Drift("article", article.pk, "comment_count", 9, 2)]
    assert recount(repair=False) == []


def test_finds_a_stub_that_should_have_gone(article: Article) -> None:
    root = make_comment(article, visibility=Visibility.WITHDRAWN)
    reply = make_comment(parent=root, visibility=Visibility.WITHDRAWN)
    Comment.objects.filter(pk=root.pk).update(is_listed=True, reply_count=1, branch_count=1)
    Comment.objects.filter(pk=reply.pk).update(is_listed=True)

    drifts = recount(repair=True)
    assert {(d.id, d.field) for d in drifts} == {
        (root.pk, "is_listed"), (root.pk, "reply_count"), (root.pk, "branch_count"), (reply.pk, "is_listed"),
    }  # fmt: skip
    assert recount(repair=False) == []


def test_counts_rows_that_were_written_without_counts(article: Article) -> None:
    root = make_comment(article)
    for _ in range(3):
        make_comment(parent=root)
    Vote.objects.create(comment=root, member=make_user(), value=1)
    Vote.objects.create(comment=root, guest=make_guest(), value=1, is_counted=False)
    Comment.objects.update(reply_count=0, branch_count=0, is_listed=False)

    assert recount(repair=True)
    root.refresh_from_db()
    assert (root.reply_count, root.branch_count, root.is_listed, root.up_count) == (3, 3, True, 1)
    assert recount(repair=False) == []


def test_limited_to_articles(article: Article) -> None:
    one, two = make_comment(article), make_comment(make_article())
    Comment.objects.update(reply_count=5)
    assert [d.id for d in recount(repair=True, articles=[two.article_id])] == [two.pk]
    assert [d.id for d in recount(repair=False)] == [one.pk]
    assert recount(repair=False, articles=[]) == []


@pytest.mark.parametrize("batch", [1, 2, 3, 50])
def test_batches_cut_nothing(thread: list[Comment], monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(module, "BATCH", batch)
    assert recount(repair=False) == []
    Comment.objects.update(reply_count=9, branch_count=9)
    assert len(recount(repair=True)) == 14
    assert recount(repair=False) == []


def test_costs_two_queries_a_batch(article: Article, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(30):
        make_comment(article, by=make_guest(email_confirmed_at=timezone.now()))
    # comments, votes, the next and empty batch, articles
    with django_assert_num_queries(4):
        recount(repair=False)


def test_command(thread: list[Comment]) -> None:
    out = io.StringIO()
    call_command("recount", stdout=out)
    assert "Every count is right." in out.getvalue()

    Comment.objects.filter(pk=thread[0].pk).update(reply_count=7)
    with pytest.raises(CommandError, match="1 wrong") as wrong:
        call_command("recount", stdout=out)
    assert wrong.value.returncode == 1
    assert f"comment {thread[0].pk}: reply_count is 7, should be 1" in out.getvalue()

    call_command("recount", "--repair", stdout=out)
    assert "1 repaired." in out.getvalue()
    call_command("recount", stdout=out)


def test_command_prints_only_the_first_of_many(article: Article) -> None:
    for _ in range(60):
        make_comment(article)
    Comment.objects.update(reply_count=1)
    out = io.StringIO()
    call_command("recount", "--repair", stdout=out)
    assert len(out.getvalue().splitlines()) == 52
    assert "… and 10 more" in out.getvalue()
