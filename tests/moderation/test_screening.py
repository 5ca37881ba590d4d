"""What the house says before a comment is shown: sanctions, policies, and no piling on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.guests import claim
from accounts.models import Guest, User
from accounts.participants import Participant
from core.errors import NotAllowed, Refused
from discussions.actions.edit import edit_comment
from discussions.actions.post import post_comment
from discussions.actions.vote import cast_vote
from discussions.models import Article, Comment, Section, Visibility
from discussions.screening import Allow, Draft, Hold, Refuse, Verdict
from moderation.actions.policy import Links, set_policy
from moderation.actions.report import report_comment
from moderation.actions.sanction import acknowledge, impose, lift
from moderation.models import Case, GuidelineVersion, Policy, Sanction, SectionModerator
from moderation.screening import HouseScreen, is_past_first_comments
from tests.factories import make_admin, make_article, make_comment, make_guest, make_section, make_senior, make_user
from tests.moderation.conftest import Decide

pytestmark = pytest.mark.django_db

Punish = Callable[..., Sanction]


@pytest.fixture(autouse=True)
def house(settings: Settings) -> None:
    """Let the house look at every comment, as it does on a site."""
    settings.COMMENT_SCREENS = ["moderation.screening.HouseScreen"]


@pytest.fixture
def punish(senior: User, guideline: GuidelineVersion) -> Punish:
    def call(person: User | Guest, kind: str, days: int | None = None, **fields: Any) -> Sanction:
        until = timezone.now() + timedelta(days=days) if days else None
        given = {"guideline_version": guideline, "reason": "Attacks.", "by": senior, "key": uuid.uuid4()}
        return impose(person, kind=kind, until=until, **{**given, **fields})

    return call


@pytest.fixture(params=["member", "guest"])
def person(request: pytest.FixtureRequest) -> User | Guest:
    return make_user() if request.param == "member" else make_guest()


def ask(by: Participant, article: Article | None = None, **fields: Any) -> Verdict:
    draft = Draft(article or make_article(), fields.pop("parent", None), by, "text", "<p>text</p>", **fields)
    return HouseScreen().screen(draft)


def write(by: Participant, article: Article, body: str = "A thought.", **fields: Any) -> Comment:
    return post_comment(article=article, by=by, body=body, key=uuid.uuid4(), **fields).comment


# --- sanctions -------------------------------------------------------------------------------------


def test_a_warning_is_read_first(person: User | Guest, punish: Punish, article: Article) -> None:
    warning = punish(person, "warning")
    with pytest.raises(Refused, match="has written to you"):
        write(person, article)
    acknowledge(warning, by=person)
    assert write(person, article).is_readable


def test_comments_are_read_first_for_a_while(person: User | Guest, punish: Punish, article: Article) -> None:
    punish(person, "premoderation", 14)
    comment = write(person, article)
    assert (comment.visibility, Case.objects.get().comment) == (Visibility.HELD, comment)
    assert "Your comments page says why" in comment.visibility_reason
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert write(person, article, "Later.").is_readable


def test_the_muted_wait_and_are_told_until_when(person: User | Guest, punish: Punish, article: Article) -> None:
    sanction = punish(person, "mute", 7)
    assert sanction.until is not None
    with pytest.raises(Refused, match=rf"until .*{sanction.until:%Y}.* how to appeal"):
        write(person, article)
    assert cast_vote(make_comment(article), by=make_user(), value=1).up == 1
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert write(person, article).is_readable


@pytest.mark.parametrize("days", [None, 30])
def test_the_banned_are_told_why_everywhere(
    punish: Punish, article: Article, reader: User, guideline: GuidelineVersion, days: int | None
) -> None:
    comment, own = make_comment(article), make_comment(article, by=reader)
    punish(reader, "ban", days)
    with pytest.raises(Refused, match="cannot take part"):
        write(reader, article)
    with pytest.raises(Refused, match="cannot take part"):
        edit_comment(own, by=reader, body="Other words.", revision=1)
    with pytest.raises(NotAllowed, match=r"cannot take part.*appeal"):
        cast_vote(comment, by=reader, value=1)
    with pytest.raises(NotAllowed, match="cannot take part"):
        report_comment(comment, by=reader, guideline=guideline.guideline)


def test_the_muted_still_vote(punish: Punish, article: Article, reader: User) -> None:
    punish(reader, "mute", 7)
    assert cast_vote(make_comment(article), by=reader, value=1).up == 1


def test_who_was_banned_keeps_reading_and_sees_why(
    client: Client, punish: Punish, article: Article, reader: User
) -> None:
    comment = make_comment(article)
    client.force_login(reader)
    punish(reader, "ban")
    for url in ("/", article.get_absolute_url(), comment.get_absolute_url(), reader.get_absolute_url()):
        assert client.get(url).status_code == 200
    answer = client.post(
        f"{article.get_absolute_url()}comment/", {"body": "Typed with care.", "key": str(uuid.uuid4())}
    )
    assert answer.status_code == 422
    assert "Typed with care." in answer.content.decode()
    assert "cannot take part" in answer.content.decode()
    vote = client.post(f"{comment.get_absolute_url()}vote/", {"value": "1"}, headers={"accept": "application/json"})
    assert (vote.status_code, vote.json()["code"]) == (403, "no_part")


def test_a_ban_follows_a_guest_into_the_account(punish: Punish, article: Article, reader: User) -> None:
    guest = make_guest()
    punish(guest, "ban")
    claim(guest, by=reader)
    assert isinstance(ask(reader, article), Refuse)


def test_a_guest_and_a_member_of_the_same_number_are_two(punish: Punish, article: Article) -> None:
    guest = make_guest()
    member = User.objects.filter(pk=guest.pk).first() or make_user(id=guest.pk)
    punish(guest, "ban")
    assert ask(member, article) == Allow()


def test_staff_are_sanctioned_like_everybody(punish: Punish, article: Article, moderator: User) -> None:
    punish(moderator, "premoderation", 7)
    assert isinstance(ask(moderator, article), Hold)
    punish(moderator, "mute", 7)
    assert isinstance(ask(moderator, article), Refuse)


# --- policies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "visibility"), [("publish", "public"), ("hold_first", "held"), ("hold_all", "held"), ("closed", None)]
)
def test_every_mode(person: User | Guest, article: Article, mode: str, visibility: str | None) -> None:
    Policy.objects.create(mode=mode)
    if visibility is None:
        with pytest.raises(Refused, match="closed"):
            write(person, article)
        return
    comment = write(person, article)
    assert comment.visibility == visibility
    assert bool(comment.visibility_reason) == (visibility == "held")


def test_without_a_policy_everything_is_shown(person: User | Guest, article: Article) -> None:
    assert write(person, article).is_readable


PLACES = ["site", "section", "article", "author"]


@pytest.mark.parametrize("closest", range(4))
def test_the_closest_policy_applies(reader: User, closest: int) -> None:
    section = make_section("Culture")
    article = make_article(section=section)
    columns: dict[str, dict[str, Any]] = {
        "site": {}, "section": {"section": section}, "article": {"article": article}, "author": {"author": reader},
    }  # fmt: skip
    for n, place in enumerate(PLACES[: closest + 1]):
        Policy.objects.create(mode="publish" if n == closest else "hold_all", **columns[place])
    assert ask(reader, article) == Allow()
    Policy.objects.filter(mode="publish").update(mode="hold_all")
    Policy.objects.exclude(pk=Policy.objects.latest("pk").pk).update(mode="publish")
    assert isinstance(ask(reader, article), Hold)


def test_policies_of_other_places_do_not_apply(reader: User) -> None:
    section = make_section("Culture")
    Policy.objects.create(mode="closed", section=section)
    Policy.objects.create(mode="closed", article=make_article(section=section))
    Policy.objects.create(mode="hold_all", author=make_user())
    assert ask(reader, make_article(section=make_section("News"))) == Allow()
    assert ask(reader, make_article()) == Allow()
    assert ask(make_guest(), make_article()) == Allow()


def test_an_author_who_is_read_first_is_told_that_it_is_about_them(reader: User) -> None:
    Policy.objects.create(mode="hold_all", author=reader)
    assert ask(reader) == Hold("A moderator reads your comments before they are shown.")


def test_what_stands_in_a_closed_place_can_still_be_edited(reader: User, article: Article) -> None:
    own = make_comment(article, by=reader)
    Policy.objects.create(mode="closed", article=article)
    assert ask(reader, article, editing=own) == Allow()
    assert edit_comment(own, by=reader, body="Other words.", revision=1) is not None


# --- trust -----------------------------------------------------------------------------------------


def test_the_first_comments_are_read(person: User | Guest, article: Article) -> None:
    Policy.objects.create(mode="hold_first", first_comments=2)
    make_comment(article, by=person)
    assert write(person, article).visibility == "held"
    make_comment(article, by=person)
    assert write(person, article, "Third.").is_readable


@pytest.mark.parametrize(
    ("published", "removed", "how_many", "is_past"),
    [
        (0, 0, 1, False), (1, 0, 1, True), (1, 0, 2, False), (9, 1, 5, False), (10, 1, 5, True),
        (19, 0, 50, False), (20, 0, 50, True), (20, 1, 50, False), (20, 1, 20, True), (0, 3, 1, False),
    ],
)  # fmt: skip
def test_trust(reader: User, published: int, removed: int, how_many: int, is_past: bool) -> None:
    article = make_article()
    for n in range(published + removed):
        make_comment(article, by=reader, visibility="public" if n < published else "removed")
    assert is_past_first_comments(reader, how_many) == is_past


@pytest.mark.parametrize("visibility", ["held", "withdrawn"])
def test_what_nobody_could_read_earns_no_trust(reader: User, article: Article, visibility: str) -> None:
    make_comment(article, by=reader, visibility=visibility)
    assert not is_past_first_comments(reader, 1)


def test_who_is_trusted_skips_first_holds_and_not_the_rest(settings: Settings, reader: User, article: Article) -> None:
    settings.TRUSTED_AFTER = 2
    for _n in range(2):
        make_comment(article, by=reader)
    policy = Policy.objects.create(mode="hold_first", first_comments=50)
    assert ask(reader, article) == Allow()
    policy.mode = "hold_all"
    policy.save()
    assert isinstance(ask(reader, article), Hold)


# --- no piling on ----------------------------------------------------------------------------------


def test_who_reported_does_not_answer_while_it_is_open(
    person: User | Guest, article: Article, guideline: GuidelineVersion, decide_: Decide
) -> None:
    comment, other = make_comment(article), make_comment(article)
    report = report_comment(comment, by=person, guideline=guideline.guideline)
    with pytest.raises(Refused, match="You have reported this comment"):
        write(person, article, parent=comment)
    assert write(person, article, "Elsewhere.", parent=other).is_readable
    assert write(person, article, "By itself.").is_readable
    decide_(report.case, "publish")
    comment.refresh_from_db()
    assert write(person, article, "Now I may.", parent=comment).is_readable


# --- staff -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["hold_all", "closed"])
@pytest.mark.parametrize("make", [make_senior, make_admin])
def test_staff_pass(make: Callable[[], User], mode: str, article: Article) -> None:
    Policy.objects.create(mode=mode)
    assert ask(make(), article) == Allow()


def test_a_moderator_of_a_section_passes_like_any(article: Article, reader: User) -> None:
    Policy.objects.create(mode="hold_all")
    section: Section = make_section()
    SectionModerator.objects.create(user=reader, section=section)
    assert ask(reader, article) == Allow()


def test_staff_who_lack_the_second_factor_write_as_readers(
    settings: Settings, moderator: User, article: Article
) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    Policy.objects.create(mode="hold_all")
    assert isinstance(ask(moderator, article), Hold)


# --- cost ------------------------------------------------------------------------------------------


def test_it_is_quick(article: Article, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    parent = make_comment(article)
    Policy.objects.create(mode="hold_first")
    reader, trusted = make_user(), make_user()
    make_comment(article, by=trusted)
    with django_assert_num_queries(5):  # sanctions, reports, heat, policy, record
        ask(trusted, article, parent=parent)
    with django_assert_num_queries(7):  # and who they are, in two
        ask(reader, article, parent=parent)
    with django_assert_num_queries(1):
        HouseScreen().may_take_part(reader)


def test_who_has_nothing_is_known_to_have_nothing(
    article: Article, punish: Punish, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trusted, banned, before = make_user(), make_user(), make_user()
    punish(banned, "ban")
    punish(before, "ban")
    lift(Sanction.objects.get(user=before), by=make_senior(), reason="A mistake.")
    for person in (trusted, before):
        # As each request reads its member.
        member = User.objects.get(pk=person.pk)
        with django_assert_num_queries(1):  # policy
            ask(member, article)
        with django_assert_num_queries(0):
            assert HouseScreen().may_take_part(member) is None
    assert HouseScreen().may_take_part(User.objects.get(pk=banned.pk))
    assert isinstance(ask(User.objects.get(pk=banned.pk), article), Refuse)


# --- links -----------------------------------------------------------------------------------------

LINKS = "See https://one.example/a, https://one.example/b and [this](https://two.example)."


def test_many_links_of_who_has_published_little_wait(person: User | Guest, article: Article) -> None:
    set_policy(None, mode="publish", links=Links(most=2, after=2), by=make_admin())
    comment = write(person, article, LINKS)
    assert comment.visibility == "held"
    assert "so many links" in comment.visibility_reason
    assert write(person, article, "See https://one.example.").is_readable
    make_comment(by=person)
    assert write(person, article, f"{LINKS} Again.").is_readable


def test_links_that_are_written_to_be_overlooked_count(article: Article) -> None:
    set_policy(None, mode="publish", links=Links(most=0), by=make_admin())
    assert write(make_user(), article, "Go to shop[.]example and be happy").visibility == "held"
    assert write(make_user(), article, "> https://quoted.example\n\nDo not go there.").is_readable


def test_the_closest_policy_says_how_many_links(person: User | Guest, article: Article) -> None:
    chief = make_admin()
    set_policy(None, mode="publish", links=Links(most=0), by=chief)
    set_policy(article, mode="publish", by=chief)
    assert write(person, article, LINKS).is_readable
    assert write(person, make_article(), LINKS).visibility == "held"
    assert write(chief, make_article(), LINKS).is_readable


def test_links_added_by_an_edit_wait(reader: User, article: Article) -> None:
    set_policy(article, mode="publish", links=Links(most=1), by=make_admin())
    comment = write(reader, article)
    edited = edit_comment(comment, by=reader, body=LINKS, revision=1)
    assert edited is not None
    assert edited.visibility == "held"


def test_first_comments_and_links_are_held_by_one_policy(article: Article) -> None:
    set_policy(None, mode="hold_first", first_comments=1, links=Links(most=1, after=3), by=make_admin())
    author = make_user()
    assert write(author, article).visibility == "held"
    make_comment(by=author)
    assert write(author, article, "Now freely.").is_readable
    assert write(author, article, LINKS).visibility == "held"


def test_links_cost_a_query_only_when_there_are_many(
    article: Article, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    set_policy(article, mode="publish", links=Links(most=1), by=make_admin())
    author = make_user()
    with django_assert_num_queries(2):
        ask(author, article)


@pytest.mark.parametrize("links", [Links(51), Links(-1), Links(1, 0), Links(1, 201)])
def test_links_out_of_range_are_refused(links: Links) -> None:
    with pytest.raises(Refused, match="Between 0 and 50 links"):
        set_policy(None, mode="publish", links=links, by=make_admin())
    assert not Policy.objects.exists()
