"""What people are told, in the page."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import inbox
from accounts.models import Guest, User
from discussions.models import Article, Comment
from moderation.actions.notify import Kind, tell
from moderation.actions.report import report_comment
from moderation.models import Appeal, Case, Decision, GuidelineText, GuidelineVersion, Notification, Outcome, Sanction
from tests.factories import make_comment, make_guest, make_user
from tests.moderation.conftest import Decide
from tests.moderation.readers import SECRET, browser_of, later

pytestmark = pytest.mark.django_db

URL = "/notifications/"


def page_of(person: User | Guest) -> str:
    """Return what this person reads a minute later."""
    with later():
        return browser_of(person).get(URL).content.decode()


def sanction_of(person: User, by: User, guideline: GuidelineVersion, **fields: object) -> Sanction:
    """Return a saved sanction, with its notification."""
    given = {"kind": "mute", "reason": "You went on and on.", "until": timezone.now() + timedelta(days=3), **fields}
    sanction = Sanction.objects.create(user=person, guideline_version=guideline, by=by, key=uuid.uuid4(), **given)
    tell(Kind.SANCTION, user=person, guest=None, at=timezone.now(), sanction=sanction)
    return sanction


@pytest.mark.parametrize(
    ("outcome", "words", "links"),
    [
        (Outcome.PUBLISH, "Your comment is published", ()),
        (Outcome.RETURN, "asks you to change your comment", ("edit", "decision", "appeal")),
        (Outcome.REMOVE, "Your comment was removed", ("decision", "appeal")),
        (Outcome.COLLAPSE, "Your comment is collapsed", ("decision", "appeal")),
    ],
)
def test_the_author_reads_what_happened_and_what_to_do(
    case: Case, held: Comment, decide_: Decide, reader: User, outcome: str, words: str, links: tuple[str, ...]
) -> None:
    decision = decide_(case, outcome)
    assert "You have not been told anything yet." in browser_of(reader).get(URL).content.decode()
    html = page_of(reader)
    assert words in html
    assert "The lights went out" in html
    assert SECRET in html
    there = {
        "edit": f"/comments/{held.pk}/edit/",
        "decision": f'/decisions/{decision.pk}/"',
        "appeal": f"/decisions/{decision.pk}/appeal/",
    }
    assert {name for name, url in there.items() if url in html} == set(links)
    if outcome != Outcome.PUBLISH:
        assert "guideline 2 (version 1): Criticise ideas, not people" in html
        assert "Please talk about the idea." in html
        assert "Please leave the person out" in html


def test_the_moderators_words_are_not_said_twice(case: Case, decide_: Decide, reader: User) -> None:
    default = GuidelineText.objects.get(version__guideline__number=2, language="en").author_note
    decide_(case, note=default)
    assert page_of(reader).count("Please leave the person out") == 1


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.PUBLISH, "and kept it"),
        (Outcome.RETURN, "asked its author to change it"),
        (Outcome.REMOVE, "and removed it"),
        (Outcome.COLLAPSE, "and collapsed it"),
    ],
)
def test_who_reported_reads_the_outcome_and_no_more(
    article: Article, decide_: Decide, guideline: GuidelineVersion, reader: User, outcome: str, words: str
) -> None:
    reporter = make_user()
    comment = make_comment(article, by=reader, body=SECRET)
    decision = decide_(report_comment(comment, by=reporter, guideline=guideline.guideline).case, outcome)
    html = page_of(reporter)
    assert words in html
    assert "Thank you for looking after the discussion." in html
    for hidden in (SECRET, "Rea Der", decision.note or "keeper"):
        assert hidden not in html
    assert (f"/decisions/{decision.pk}/appeal/" in html) == (outcome == Outcome.PUBLISH)


def test_guests_are_told_too(article: Article, decide_: Decide, guideline: GuidelineVersion) -> None:
    guest = make_guest()
    comment = make_comment(article, by=guest)
    decide_(report_comment(comment, by=make_user(), guideline=guideline.guideline).case)
    assert "Your comment was removed" in page_of(guest)
    assert f'href="{URL}"' in browser_of(guest).get("/my-comments/").content.decode()


def test_measures_and_their_end(reader: User, moderator: User, guideline: GuidelineVersion) -> None:
    sanction = sanction_of(reader, moderator, guideline)
    html = page_of(reader)
    assert "You cannot write for a while" in html
    assert "You went on and on." in html
    assert "It ends on" in html
    assert f"/sanctions/{sanction.pk}/appeal/" in html
    sanction.lifted_at, sanction.lifted_by, sanction.lift_reason = timezone.now(), moderator, "We were too hard."
    sanction.save()
    tell(Kind.LIFTED, user=reader, guest=None, at=timezone.now(), sanction=sanction)
    html = page_of(reader)
    assert "this no longer applies" in html
    assert "We were too hard." in html
    assert f"/sanctions/{sanction.pk}/appeal/" not in html


def test_every_kind_of_measure_has_words(reader: User, moderator: User, guideline: GuidelineVersion) -> None:
    for kind in ("warning", "premoderation", "ban"):
        sanction_of(reader, moderator, guideline, kind=kind)
    html = page_of(reader)
    for words in ("has written to you", "are read before they are shown", "cannot take part any more"):
        assert words in html


def appealed(decision: Decision, by: User, second: User, state: str) -> Appeal:
    """Return the decided appeal of `by`."""
    return Appeal.objects.create(
        decision=decision, user=by, text="Please look again.", first_decider=decision.by, state=state,
        decided_by=second, decided_at=timezone.now(), reason="For the second person's reasons.", cause="mistake",
    )  # fmt: skip


@pytest.mark.parametrize(("state", "words"), [("upheld", "It stands."), ("overturned", "It did not hold")])
def test_the_outcome_of_an_appeal(
    case: Case, decide_: Decide, reader: User, senior: User, state: str, words: str
) -> None:
    appeal = appealed(decide_(case), reader, senior, state)
    bystander = make_user()
    for person in (reader, bystander):
        tell(Kind.APPEAL, user=person, guest=None, at=timezone.now(), appeal=appeal)
    tell(Kind.MESSAGE, user=reader, guest=None, at=timezone.now(), appeal=appeal)
    mine, theirs = page_of(reader), page_of(bystander)
    assert words in mine
    assert words in theirs
    assert "A message about your appeal" in mine
    assert f"/appeals/{appeal.pk}/" in mine
    for hidden in (f"/appeals/{appeal.pk}/", "second person&#x27;s reasons", "Please look again", SECRET):
        assert hidden not in theirs


def test_new_ones_are_marked_until_they_are_read(case: Case, decide_: Decide, reader: User) -> None:
    decide_(case)
    client = browser_of(reader)
    home = "/"
    assert "tag hold" not in client.get(home).content.decode()
    with later():
        client = browser_of(reader)
        assert '<span class="tag hold">1</span>' in client.get(home).content.decode()
        assert client.get(URL).content.decode().count(">New</span>") == 1
        answer = client.post("/notifications/read/")
        assert (answer.status_code, answer.headers["Location"]) == (303, URL)
        assert ">New</span>" not in client.get(URL).content.decode()
        assert '<span class="tag hold">' not in client.get(home).content.decode()


def test_nobody_marks_what_is_somebody_elses(case: Case, decide_: Decide, reader: User) -> None:
    decide_(case)
    with later():
        browser_of(make_user()).post("/notifications/read/")
        assert Client().post("/notifications/read/").status_code == 403
    assert Notification.objects.get().read_at is None
    assert "removed" not in page_of(make_user())


def test_what_comes_later_stays_new(case: Case, decide_: Decide, reader: User) -> None:
    decide_(case)
    browser_of(reader).post("/notifications/read/")
    assert Notification.objects.get().read_at is None


def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={URL}")
    assert client.get("/notifications/read/").status_code == 405


def test_pages(reader: User, moderator: User, guideline: GuidelineVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PER_PAGE", 2)
    for n in range(3):
        sanction_of(reader, moderator, guideline, reason=f"Reason {n}.")
    client = browser_of(reader)
    with later():
        client = browser_of(reader)
        page = client.get(URL)
        first = page.content.decode()
        second = client.get(URL, {"after": page.context["page"].after}).content.decode()
    assert [f"Reason {n}." in first for n in range(3)] == [False, True, True]
    assert [f"Reason {n}." in second for n in range(3)] == [True, False, False]


def test_the_queries_are_the_same_for_many(
    article: Article, decide_: Decide, guideline: GuidelineVersion, reader: User, moderator: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for count in (1, 6):
        for _ in range(count):
            comment = make_comment(article, by=reader)
            decide_(report_comment(comment, by=make_user(), guideline=guideline.guideline).case)
            sanction_of(reader, moderator, guideline)
        with later():
            client = browser_of(reader)
            client.get(URL)
            # Session, member; what the house, the discussions and the questions tell, the guidelines; how much
            # is new.
            with django_assert_num_queries(7):
                client.get(URL)
