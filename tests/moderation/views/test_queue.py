"""The queues: what is in which tab, in which order, for whom, and what it costs."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from discussions.models import Article, Comment, Visibility
from moderation.actions.cases import open_case
from moderation.actions.claim import claim
from moderation.actions.report import report_comment
from moderation.models import Case, Decision, Guideline, GuidelineText, GuidelineVersion, Outcome, SectionModerator
from tests.factories import make_article, make_comment, make_moderator, make_section, make_user
from tests.moderation.conftest import Decide

pytestmark = pytest.mark.django_db

QUEUE = "/moderation/"


@pytest.fixture
def desk(moderator: User) -> Client:
    """Return a browser in which the moderator is logged in."""
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture(autouse=True)
def told(defaults: list[Guideline]) -> None:
    """Give every guideline words for the author."""
    GuidelineText.objects.filter(language="en").update(author_note="Please see the guideline.")


def wait(body: str = "I wait.", **fields: object) -> Case:
    """Return the case of a held comment."""
    queue = fields.pop("queue", "held")
    severity = fields.pop("severity", 2)
    fields.setdefault("visibility", "held" if queue == "held" else "public")
    comment = make_comment(body=body, **fields)  # type: ignore[arg-type]
    with transaction.atomic():
        return open_case(comment, queue=str(queue), severity=int(str(severity)))


def words(client: Client, **query: Any) -> str:
    response = client.get(QUEUE, query)
    assert response.status_code == 200
    return response.content.decode()


def bodies(client: Client, **query: Any) -> list[str]:
    """Return the excerpts of the list, from above."""
    return [row.excerpt for row in client.get(QUEUE, query).context["cases"].rows]


def test_a_visitor_and_a_reader_are_refused(client: Client, reader: User) -> None:
    assert client.get(QUEUE).status_code == 403
    client.force_login(reader)
    assert client.get(QUEUE).status_code == 403
    for path in ("next/", "bulk/"):
        assert client.post(QUEUE + path).status_code == 403
        assert client.get(QUEUE + path).status_code == 405
    assert client.post(QUEUE).status_code == 405


def test_staff_find_the_way_from_every_page(client: Client, desk: Client, reader: User) -> None:
    link = f'<a href="{QUEUE}">'
    assert link in desk.get("/").content.decode()
    client.force_login(reader)
    assert link not in client.get("/").content.decode()


def test_an_empty_queue_is_a_pleasant_sight(desk: Client) -> None:
    page = words(desk)
    assert "Nothing waits here." in page
    assert "Take the next one" not in page


def test_each_tab_shows_its_own(desk: Client) -> None:
    wait("held words")
    wait("reported words", queue="reported", severity=1)
    wait("sampled words", queue="sampled", severity=0)
    up = wait("escalated words")
    Case.objects.filter(pk=up.pk).update(state="escalated")
    for tab in ("held", "reported", "sampled", "escalated"):
        assert bodies(desk, queue=tab) == [f"{tab} words"]
    assert bodies(desk) == ["held words"]
    assert bodies(desk, queue="nonsense") == ["held words"]
    counted = {place.tab: n for place, _label, n in desk.get(QUEUE).context["tabs"]}
    assert counted == {"held": 1, "reported": 1, "sampled": 1, "escalated": 1, "appeals": None, "decided": None}


def test_the_first_to_read_comes_first(desk: Client) -> None:
    now = timezone.now()
    for hours, body in ((1, "young"), (30, "old"), (3, "middle")):
        with time_machine.travel(now - timedelta(hours=hours)):
            wait(body)
    with time_machine.travel(now):
        wait("threat", severity=3)
    assert bodies(desk)[0] in ("threat", "old")
    assert [body for body in bodies(desk) if body != "threat"] == ["old", "middle", "young"]


def test_a_row_says_why_and_who(desk: Client, article: Article, reader: User) -> None:
    comment = make_comment(article, by=make_user(name="Sol"), body="Rude.")
    report_comment(comment, by=reader, guideline=Guideline.objects.get(number=2), note="He said it twice.")
    other = make_moderator(name="Ada Grey")
    case = Case.objects.get()
    claim(case, by=other)
    page = words(desk, queue="reported")
    for said in ("Rude.", "Sol", "The lights went out", "Guideline 2 × 1", "Ada Grey is reading it", "100 +"):
        assert said in page
    assert "Rea Der" not in page


def test_filters(desk: Client) -> None:
    news, sport = make_section("News"), make_section("Sport")
    author = make_user("sol")
    first = wait("one", article=make_article("The lights went out", section=news), by=author, language="en")
    with time_machine.travel(timezone.now() - timedelta(hours=30)):
        wait("two", article=make_article("The goal", section=sport), language="ar")
    assert bodies(desk, section=news.pk) == ["one"]
    assert bodies(desk, article="lights") == bodies(desk, article=first.article.slug) == ["one"]
    assert bodies(desk, author="@SOL") == ["one"]
    assert bodies(desk, language="ar") == bodies(desk, age=24) == ["two"]
    assert bodies(desk, language="ar", section=news.pk) == []
    assert len(bodies(desk, section="x", age="-1", guideline=10**12, language="<b>", author="a\0b")) == 2
    assert "Nothing here that your filter shows." in words(desk, language="es")


def test_a_filter_that_fits_everything_changes_nothing(desk: Client) -> None:
    author, article = make_user("sol"), make_article()
    for n in range(25):
        wait(f"{n}", article=article, by=author, language="en")
    Case.objects.update(language="en")
    for query in ({}, {"after": desk.get(QUEUE).context["cases"].after}):
        assert bodies(desk, **query) == bodies(desk, **query, author="sol") == bodies(desk, **query, language="en")


def test_a_filter_for_what_reports_name(desk: Client, reader: User) -> None:
    for number in (2, 5):
        report_comment(make_comment(body=f"{number}"), by=reader, guideline=Guideline.objects.get(number=number))
    assert bodies(desk, queue="reported", guideline=5) == ["5"]


def test_pages_go_by_key(desk: Client) -> None:
    author = make_user()
    article = make_article()
    for n in range(25):
        wait(f"{n}", article=article, by=author)
    Case.objects.update(order_key=7.25)  # ties are told apart by the id
    first = desk.get(QUEUE)
    after = first.context["cases"].after
    assert f"after={after}" in first.content.decode()
    assert [*bodies(desk), *bodies(desk, after=after)] == [f"{n}" for n in range(25)]
    for wrong in ("x", "nan_1", "1_x", "1", "inf_2"):
        response = desk.get(QUEUE, {"after": wrong})
        assert response.status_code == 400
        assert "start from the first page" in response.content.decode()


def test_who_has_a_part_in_it_does_not_see_it(desk: Client, moderator: User, article: Article) -> None:
    own = make_comment(article, by=moderator)
    wait("mine", by=moderator)
    wait("answer", parent=own, article=article)
    reported = make_comment(article, body="reported by me")
    report_comment(reported, by=moderator, guideline=Guideline.objects.get(number=1))
    wait("by a guest's neighbour")
    assert bodies(desk) == ["by a guest's neighbour"]
    assert bodies(desk, queue="reported") == []
    counted = {place.tab: n for place, _label, n in desk.get(QUEUE).context["tabs"]}
    assert (counted["held"], counted["reported"]) == (1, 0)


def test_a_moderator_of_a_section_sees_that_section(client: Client) -> None:
    news, sport = make_section("News"), make_section("Sport")
    keeper = make_user()
    SectionModerator.objects.create(user=keeper, section=news)
    wait("news", article=make_article(section=news))
    other = wait("sport", article=make_article(section=sport))
    client.force_login(keeper)
    assert bodies(client) == ["news"]
    assert client.get(other.get_absolute_url()).status_code == 404
    assert "Sport" not in words(client)
    assert client.post(f"/moderation/comments/{other.comment_id}/open/").status_code == 404


def test_the_number_of_queries_does_not_grow(desk: Client, reader: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as context:
            assert desk.get(QUEUE, {"queue": "reported"}).status_code == 200
        return len(context)

    for _ in range(2):
        report_comment(make_comment(), by=reader, guideline=Guideline.objects.get(number=1))
    asked()
    few = asked()
    for _ in range(25):
        report_comment(make_comment(), by=make_user(), guideline=Guideline.objects.get(number=2))
    assert asked() == few <= 12


def test_next_takes_the_first_free_one(desk: Client, moderator: User) -> None:
    first, second = wait("one"), wait("two")
    claim(first, by=make_moderator())
    response = desk.post(f"{QUEUE}next/?queue=held")
    assert response.status_code == 303
    assert response["Location"] == f"{second.get_absolute_url()}?queue=held"
    second.refresh_from_db()
    assert (second.claimed_by, second.state) == (moderator, "claimed")


def test_next_with_nothing_to_take_shows_the_queue(desk: Client) -> None:
    for tab in ("held", "decided", "appeals"):
        assert desk.post(f"{QUEUE}next/?queue={tab}")["Location"] == f"{QUEUE}?queue={tab}"


def test_next_and_previous_from_a_card_give_it_back_uncounted(desk: Client) -> None:
    cases = [wait(f"{n}") for n in range(3)]
    order = list(Case.objects.order_by("-order_key", "id"))
    claim(order[1], by=User.objects.get(username="keeper"))
    for name, expected in (("after", order[2]), ("before", order[0])):
        response = desk.post(f"{QUEUE}next/?queue=held", {name: order[1].pk})
        assert response["Location"].startswith(expected.get_absolute_url())
    order[1].refresh_from_db()
    assert (order[1].state, order[1].skip_count, len(cases)) == ("open", 0, 3)
    assert desk.post(f"{QUEUE}next/?queue=held", {"after": order[2].pk})["Location"] == f"{QUEUE}?queue=held"
    assert desk.post(f"{QUEUE}next/?queue=held", {"after": "9" * 30}).status_code == 303


def chosen(*cases: Case, **fields: object) -> dict[str, object]:
    rows = [f"{case.pk}:{case.lock_version}:{case.comment.revision}" for case in cases]
    return {"row": rows, "key": str(uuid.uuid4()), "outcome": "publish", **fields}


def test_several_are_decided_each_by_itself(desk: Client, guideline: GuidelineVersion) -> None:
    cases = [wait(f"{n}") for n in range(3)]
    fields = chosen(*cases, outcome="remove", guideline=guideline.pk)
    for _ in range(2):  # the second click decides nothing twice
        response = desk.post(f"{QUEUE}bulk/?queue=held", fields)
        assert (response.status_code, response["Location"]) == (303, f"{QUEUE}?queue=held")
    assert Decision.objects.count() == 3
    assert {decision.note for decision in Decision.objects.all()} == {"Please see the guideline."}
    assert set(Comment.objects.values_list("visibility", flat=True)) == {Visibility.REMOVED}
    assert "3 comments: Remove." in words(desk)


def test_what_was_overtaken_is_told_one_by_one(desk: Client, decide_: Decide) -> None:
    mine, theirs, taken = wait("one"), wait("two", by=make_user(name="Ben")), wait("three", by=make_user(name="Ada"))
    fields = chosen(mine, theirs, taken)
    decide_(theirs, Outcome.REMOVE, by=make_moderator())
    claim(taken, by=make_moderator())
    desk.post(f"{QUEUE}bulk/?queue=held", fields)
    page = words(desk)
    assert "1 comment: Publish." in page
    assert "Comment by Ben: Somebody else was faster" in page
    assert "Comment by Ada: Somebody else has taken this case" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"row": []}, "choose some comments"),
        ({"row": ["x", "1:2", "1:2:y"]}, "choose some comments"),
        ({"outcome": "remove"}, "choose the guideline"),
        ({"outcome": "remove", "guideline": 10**15}, "choose the guideline"),
        ({"outcome": ""}, "choose a decision"),
    ],
)
def test_a_list_that_cannot_be_decided_keeps_what_was_chosen(
    desk: Client, fields: dict[str, object], said: str
) -> None:
    case = wait()
    response = desk.post(f"{QUEUE}bulk/?queue=held", chosen(case, note="My own words.", **fields))
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "My own words." in page
    assert ("checked" in page) == ("row" not in fields)
    assert not Decision.objects.exists()


def test_what_was_decided_can_be_undone_for_a_minute(desk: Client, decide_: Decide) -> None:
    decision = decide_(wait("Rude words."))
    other = decide_(wait("Others' words."), by=make_moderator(name="Ada Grey"))
    page = words(desk, queue="decided")
    assert "Rude words." in page
    assert "decided by Ada Grey" in page
    assert f"/moderation/decisions/{decision.pk}/undo/" in page
    assert f"/moderation/decisions/{other.pk}/undo/" not in page
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert "/undo/" not in words(desk, queue="decided")


def test_decisions_are_paged(desk: Client, decide_: Decide) -> None:
    author = make_user()
    for n in range(22):
        decide_(wait(f"comment {n}", by=author))
    page = desk.get(QUEUE, {"queue": "decided"}).context["decided"]
    rest = desk.get(QUEUE, {"queue": "decided", "after": page.after}).context["decided"]
    assert [row.excerpt for row in (*page.rows, *rest.rows)] == [f"comment {n}" for n in reversed(range(22))]


def test_the_tab_of_appeals(desk: Client) -> None:
    assert "Nothing waits here." in words(desk, queue="appeals")
