"""Branches that get hot: shown to moderators, slowed where a policy says so, told to who writes, and over by itself."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.errors import NotAllowed, Refused
from discussions.actions.edit import edit_comment
from discussions.actions.post import post_comment
from discussions.models import Article, Comment
from moderation.actions.heat import cool_branch, look_for_heat
from moderation.actions.policy import set_policy
from moderation.actions.report import report_comment
from moderation.heat import COMMENTS, REPORTS, RETURNS, Heat, heat_of
from moderation.models import AuditEntry, Guideline, HotBranch, SectionModerator
from moderation.tasks import look_for_heat as task
from tests.factories import make_admin, make_article, make_comment, make_guest, make_moderator, make_section, make_user
from tests.moderation.test_people_pages import browser

pytestmark = pytest.mark.django_db
HOT = "/moderation/hot/"
WORDS = "A fine day for a walk by the river."


@pytest.fixture(autouse=True)
def house(settings: Settings) -> None:
    settings.COMMENT_SCREENS = ["moderation.screening.HouseScreen"]
    settings.HEAT_MINUTES = 30


@pytest.fixture
def root(article: Article) -> Comment:
    return make_comment(article, body="The beginning of it all.")


def stir(root: Comment, n: int = COMMENTS, **fields: Any) -> list[Comment]:
    return [make_comment(parent=root, by=make_user(), **fields) for _ in range(n)]


def write(parent: Comment, by: Any, body: str = WORDS) -> Comment:
    parent = Comment.objects.select_related("article").get(pk=parent.pk)
    return post_comment(article=parent.article, parent=parent, by=by, body=body, key=uuid.uuid4()).comment


# --- the formula -----------------------------------------------------------------------------------


def test_each_part_alone_makes_it_hot() -> None:
    assert heat_of([(n, 0) for n in range(COMMENTS)], 0).is_hot
    assert not heat_of([(n, 0) for n in range(COMMENTS - 1)], 0).is_hot
    assert heat_of([], REPORTS).is_hot
    back_and_forth = [(1, 2), (2, 1)] * RETURNS
    assert heat_of(back_and_forth, 0).returns == RETURNS
    assert heat_of(back_and_forth, 0).is_hot


def test_who_answers_without_being_answered_goes_nowhere() -> None:
    assert heat_of([(1, 2)] * 10 + [(3, 1)] * 5 + [(1, 1)] * 9, 0).returns == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=60), st.integers(0, 9))
def test_heat_only_grows_and_does_not_know_the_order(answers: list[tuple[int, int]], reports: int) -> None:
    heat = heat_of(answers, reports)
    assert heat == heat_of(answers[::-1], reports)
    assert heat_of([*answers, (1, 2)], reports).value >= heat.value
    assert heat_of(answers, reports + 1).value > heat.value


# --- seeing it -------------------------------------------------------------------------------------


def test_a_busy_branch_is_noted_once(root: Comment) -> None:
    stir(root)
    quiet = make_comment(root.article)
    stir(quiet, 5)
    assert task() == 1
    assert look_for_heat() == 1
    row = HotBranch.objects.get()
    assert (row.root, row.article, row.minutes, row.comments, row.people) == (root, root.article, None, 20, 20)
    assert not AuditEntry.objects.filter(name="branch.slowed").exists()


def test_reports_and_two_who_go_back_and_forth_count(root: Comment, defaults: list[Guideline]) -> None:
    for comment in stir(root, 2):
        report_comment(comment, by=make_user(), guideline=defaults[1])
    one, other, last = make_user(), make_guest(), root
    for n in range(6):
        last = make_comment(parent=last, by=(one, other)[n % 2])
    look_for_heat()
    row = HotBranch.objects.get()
    assert (row.comments, row.reports, row.returns) == (8, 2, 2)
    assert row.heat == pytest.approx(Heat(8, 4, 2, 2).value, abs=0.01)


def test_what_is_old_or_gone_does_not_count(root: Comment) -> None:
    stir(root, 15, created_at=timezone.now() - timedelta(minutes=61))
    stir(root, 10, visibility="removed")
    stir(root, 10)
    assert look_for_heat() == 0


def test_looking_costs_the_same_however_many_there_are(article: Article) -> None:
    costs = []
    stir(make_comment(article), 20)
    look_for_heat()
    for n in (1, 4):
        for _ in range(n):
            stir(make_comment(article), 20)
        with CaptureQueriesContext(connection) as asked:
            look_for_heat()
        costs.append(len(asked))
    assert costs[0] == costs[1]


# --- slowing ---------------------------------------------------------------------------------------


def slow(root: Comment, minutes: int = 10) -> HotBranch:
    set_policy(root.article, mode="publish", slow_minutes=minutes, by=make_admin())
    stir(root)
    look_for_heat()
    return HotBranch.objects.get()


@pytest.mark.parametrize("make", [make_user, make_guest])
def test_everybody_writes_once_in_so_many_minutes(root: Comment, make: Any) -> None:
    slow(root)
    person = make()
    first = write(root, person)
    with pytest.raises(Refused, match=r"once in 10 minutes\. You can post this at"):
        write(first, person, "And another thing.")
    assert write(make_comment(root.article), person).is_readable, "only this branch is slow"
    assert write(first, make_user()).is_readable, "others have their own turn"
    edited = edit_comment(first, by=person, body="Better words.", revision=1)
    assert edited is not None
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert write(root, person, "Now I may.").is_readable
    assert AuditEntry.objects.filter(name="branch.slowed").count() == 1


def test_staff_are_not_slowed(root: Comment) -> None:
    slow(root)
    keeper = make_moderator()
    write(root, keeper)
    assert write(root, keeper, "Please be kind to each other.").is_readable


def test_it_ends_by_itself_and_goes_on_while_it_is_hot(root: Comment) -> None:
    row = slow(root)
    person = make_user()
    with time_machine.travel(row.until + timedelta(seconds=1), tick=False):
        write(root, person)
        write(root, person, "And another thing.")
        assert look_for_heat() == 1, "the hour is not over"
        assert HotBranch.objects.active().count() == 1
    with time_machine.travel(row.until + timedelta(hours=3), tick=False):
        assert look_for_heat() == 0
        assert not HotBranch.objects.filter(ended_at=None).exists()


def test_without_a_policy_nobody_is_slowed(root: Comment) -> None:
    stir(root)
    look_for_heat()
    person = make_user()
    write(root, person)
    assert write(root, person, "And another thing.").is_readable


def test_the_closest_policy_says_how_slow(article: Article) -> None:
    chief, section = make_admin(), make_section("Sport")
    set_policy(None, mode="publish", slow_minutes=3, by=chief)
    set_policy(section, mode="publish", slow_minutes=7, by=chief)
    set_policy(article, mode="publish", by=chief)
    for place in (article, make_article(section=section), make_article()):
        stir(make_comment(place))
    look_for_heat()
    assert sorted(HotBranch.objects.values_list("minutes", flat=True), key=str) == [3, 7, None]
    with pytest.raises(Refused, match="Between 1 and 60"):
        set_policy(None, mode="publish", slow_minutes=61, by=chief)


# --- pages -----------------------------------------------------------------------------------------


def test_it_is_told_in_the_composer_and_nothing_typed_is_lost(root: Comment) -> None:
    slow(root)
    person = make_user()
    client = browser(person)
    reply = f"/comments/{root.pk}/reply/"
    assert "each of us writes here once in 10 minutes" in client.get(reply).content.decode()
    assert "goes slowly" in client.get(f"/comments/{root.pk}/").content.decode()
    write(root, person)
    typed = {"body": "What I have typed.", "parent": root.pk, "key": str(uuid.uuid4())}
    answer = client.post(f"{root.article.get_absolute_url()}comment/", typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "What I have typed.</textarea>" in html
    assert "your text is kept" in html
    other = make_comment(root.article)
    assert "goes slowly" not in client.get(f"/comments/{other.pk}/reply/").content.decode()


def test_moderators_see_where_it_is_hot_and_let_go(root: Comment) -> None:
    row = slow(root)
    client = browser(make_moderator())
    html = client.get(HOT).content.decode()
    for words in ("The beginning of it all.", "20 comments in an hour", "by 20 people", "one comment in 10 minutes"):
        assert words in html
    assert client.post(f"{HOT}{row.pk}/cool/").status_code == 303
    assert client.post(f"{HOT}{row.pk}/cool/").status_code == 404
    person = make_user()
    write(root, person)
    assert write(root, person, "And another thing.").is_readable
    assert AuditEntry.objects.filter(name="branch.cooled").count() == 1
    look_for_heat()
    assert not HotBranch.objects.active().exists(), "who let go of it knew what they saw"
    assert "It is quiet." in client.get(HOT).content.decode()


def test_who_may_let_go(root: Comment, client: Client) -> None:
    row = slow(root)
    assert client.get(HOT).status_code in (302, 403)
    with pytest.raises(NotAllowed):
        cool_branch(row, by=make_user())
    elsewhere = make_user()
    SectionModerator.objects.create(user=elsewhere, section=make_section("Sport"))
    keeper = browser(elsewhere)
    assert "It is quiet." in keeper.get(HOT).content.decode()
    assert keeper.post(f"{HOT}{row.pk}/cool/").status_code == 404
    assert cool_branch(row, by=make_moderator())
    assert not cool_branch(row, by=make_moderator())


def test_a_reply_costs_one_query_more_and_two_where_it_is_slow(
    root: Comment, reader: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from moderation.queries.slow import next_turn, slow_branch

    with django_assert_num_queries(1):
        assert slow_branch(root) is None
    row = slow(root)
    with django_assert_num_queries(2):
        found = slow_branch(root)
        assert found is not None
        assert (found.root_id, found.minutes, found.until) == (root.pk, 10, row.until)
        assert next_turn(found, reader) is None


def test_the_list_costs_the_same_however_long_it_is(article: Article) -> None:
    client, costs = browser(make_moderator()), []
    client.get(HOT)
    for n in (1, 5):
        for _ in range(n):
            stir(make_comment(article), 20)
        look_for_heat()
        with CaptureQueriesContext(connection) as asked:
            client.get(HOT)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_it_is_told_above_the_discussion_for_a_query_in_a_while(
    root: Comment, client: Client, settings: Settings
) -> None:  # fmt: skip
    settings.PAGE_SECONDS = 0
    row = slow(root)
    page = root.article.get_absolute_url()
    html = client.get(page).content.decode()
    assert "began goes slowly for a while: each of us writes there once in 10 minutes" in html
    assert f'href="/comments/{root.pk}/"' in html
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    assert not [query for query in asked if "hotbranch" in query["sql"]]
    assert "goes slowly" not in client.get(make_article().get_absolute_url()).content.decode()
    cool_branch(row, by=make_moderator())
    assert "goes slowly" not in client.get(page).content.decode()
