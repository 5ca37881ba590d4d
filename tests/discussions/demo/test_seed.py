"""The demo in the database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import call_command

from accounts.models import Guest, User
from discussions import access
from discussions.actions.recount import recount
from discussions.demo.accounts import ACCOUNTS, PASSWORD, HandleTakenError, ensure_people
from discussions.demo.newsroom import load_articles
from discussions.demo.plan import plan_for
from discussions.demo.rows import Desk
from discussions.demo.seed import Seeded, remove_demo, seed_demo
from discussions.models import Article, Comment, Revision, Vote
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 5, 4, 9, 30, tzinfo=UTC)


def _quietly(done: int, total: int, what: str) -> None:
    """Show no progress."""


def _seed(scale: float = 0.005, seed: int = 1) -> Seeded:
    return seed_demo(seed=seed, scale=scale, now=NOW, progress=_quietly)


def _rows() -> list[tuple[object, ...]]:
    rows = Comment.objects.order_by("article__slug", "created_at", "pk")
    return list(rows.values_list("article__slug", "body", "author_name", "created_at", "score", "visibility"))


def test_it_writes_what_it_says() -> None:
    done = _seed()
    assert (done.articles, done.comments) == (6, Comment.objects.count())
    shown = sum(Article.objects.values_list("comment_count", flat=True))
    assert shown == sum(round(article.comments * 0.005) for article in load_articles())
    assert done.votes == Vote.objects.count() > done.comments
    assert done.members == User.objects.count() > 110


def test_there_is_nothing_to_recount() -> None:
    _seed(scale=0.03)
    assert recount(repair=False) == []
    assert set(Comment.objects.values_list("visibility", flat=True)) > {"public", "removed", "withdrawn"}
    assert Comment.objects.filter(is_listed=True).exclude(visibility__in=["public", "collapsed"]).exists()


def test_the_short_conversation_is_there_with_all_its_states() -> None:
    article = next(article for article in load_articles() if article.slug == "night-market")
    people = ensure_people(Random(1), NOW)
    plan = list(plan_for(Random(1), article))
    row = make_article(published_at=NOW - timedelta(minutes=article.age))
    desk = Desk(row, people, Random(1), NOW)
    rows = desk.comments(plan, range(1, 16))
    states = Counter(comment.visibility for comment in rows)
    assert states == {"public": 12, "removed": 1, "withdrawn": 1, "held": 1}
    by_state = {comment.visibility: comment for comment in rows}
    assert by_state["removed"].is_listed
    assert by_state["removed"].visibility_by == people.moderator
    assert by_state["withdrawn"].is_listed, "it holds a reply"
    assert not by_state["held"].is_listed
    assert by_state["held"].published_at is None


def test_the_same_seed_writes_the_same_comments() -> None:
    _seed()
    before = _rows()
    remove_demo()
    _seed()
    assert _rows() == before


def test_another_seed_writes_others() -> None:
    _seed()
    before = _rows()
    remove_demo()
    _seed(seed=2)
    assert _rows() != before


def test_ages_count_from_now_and_nothing_is_in_the_future() -> None:
    _seed()
    ages = {article.slug: article.age for article in load_articles()}
    for article in Article.objects.all():
        assert article.published_at == NOW - timedelta(minutes=ages[article.slug])
    for row in Comment.objects.select_related("article"):
        assert row.article.published_at < row.created_at < NOW
        assert row.edited_at is None or row.created_at < row.edited_at <= NOW
        assert row.visibility_at is None or row.created_at <= row.visibility_at <= NOW
    assert Vote.objects.filter(created_at__gt=NOW).count() == 0


def test_paths_follow_the_parents() -> None:
    _seed()
    replies = Comment.objects.exclude(parent=None).select_related("parent", "root")
    assert replies
    for row in replies:
        assert row.parent is not None
        assert row.path[:-5] == row.parent.path
        assert row.depth == row.parent.depth + 1
        assert row.root_id == (row.parent.root_id or row.parent_id)


def test_votes_are_rows_of_members_and_the_rest_is_a_sum() -> None:
    _seed()
    rows = Counter(Vote.objects.filter(value=1).values_list("comment", flat=True))
    for comment in Comment.objects.all():
        assert comment.up_count == rows[comment.pk] + comment.imported_up
    most = Comment.objects.order_by("-up_count")[0]
    assert most.up_count == 1_840
    assert 0 < most.votes.count() <= 24


def test_nobody_votes_on_a_comment_of_their_own() -> None:
    _seed()
    pairs = Vote.objects.values_list("member", "comment__author")
    assert pairs
    assert all(member != author for member, author in pairs)


def test_an_edited_comment_keeps_its_first_text() -> None:
    _seed(scale=0.05)
    edited = Comment.objects.filter(revision=2)
    assert edited
    for comment in edited:
        first = Revision.objects.get(comment=comment)
        assert first.number == 1
        assert first.body != comment.body
        assert first.created_at == comment.created_at


def test_guests_and_members_write() -> None:
    _seed(scale=0.03)
    assert Comment.objects.filter(author=None).exclude(guest=None).exists()
    assert all(comment.author_name for comment in Comment.objects.all())
    assert Guest.objects.filter(source="demo").count() == 8


def test_texts_are_rendered_and_mentions_lead_to_profiles() -> None:
    _seed(scale=0.03)
    mention = Comment.objects.filter(html__contains='href="/people/').first()
    assert mention is not None
    assert "@" in mention.body
    assert not Comment.objects.filter(html="").exists()
    assert Article.objects.filter(body_html__contains="<h2").count() == 6


def test_visitors_can_log_in_and_do_what_their_role_may() -> None:
    _seed(scale=0)
    users = {account.role: authenticate(username=account.email, password=PASSWORD) for account in ACCOUNTS}
    assert all(isinstance(user, User) for user in users.values())
    assert [role for role, user in users.items() if isinstance(user, User) and access.is_moderator(user)] == [
        "moderator",
        "senior",
        "admin",
    ]
    assert [role for role, user in users.items() if isinstance(user, User) and user.is_staff] == ["admin"]
    assert EmailAddress.objects.filter(verified=True, email__in=[a.email for a in ACCOUNTS]).count() == 4


def test_nobody_else_can_log_in() -> None:
    _seed(scale=0)
    usable = [user.email for user in User.objects.all() if user.has_usable_password()]
    assert sorted(usable) == sorted(account.email for account in ACCOUNTS)


def test_removing_leaves_what_is_not_of_the_demo() -> None:
    article = make_article()
    comment = make_comment(article)
    _seed()
    demo = Article.objects.get(slug="one-way-streets")
    make_comment(parent=make_comment(demo))
    assert remove_demo() == 6
    assert list(Article.objects.all()) == [article]
    assert list(Comment.objects.all()) == [comment]
    assert User.objects.filter(username="juniper_vale").exists()


def test_a_strangers_handle_stops_everything() -> None:
    make_user("juniper_vale", email="someone@example.com")
    with pytest.raises(HandleTakenError, match="@juniper_vale"):
        _seed()
    assert not Article.objects.exists()
    assert User.objects.count() == 1


def test_a_second_run_finds_the_people_of_the_first() -> None:
    _seed(scale=0)
    people = set(User.objects.values_list("pk", flat=True))
    remove_demo()
    call_command("seed_demo", "--force", "--comments-scale=0")
    assert set(User.objects.values_list("pk", flat=True)) == people
