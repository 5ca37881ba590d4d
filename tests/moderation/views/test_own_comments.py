"""The author's side: why a comment is not public, and the way back."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from discussions.access import allows
from discussions.actions.edit import edit_comment
from discussions.models import Article, Comment
from moderation.actions.appeal import check_can_appeal
from moderation.actions.decide import Verdict, decide
from moderation.actions.report import report_comment
from moderation.models import Appeal, Case, Decision, GuidelineVersion, Outcome, Sanction
from moderation.queries.reasons import may_appeal
from tests.factories import make_comment, make_guest, make_user
from tests.moderation.conftest import Decide
from tests.moderation.readers import SECRET, browser_of, later

pytestmark = pytest.mark.django_db

URL = "/people/reader/"


@pytest.fixture
def returned(case: Case, moderator: User, guideline: GuidelineVersion) -> Decision:
    """Return the decision that gave the reader's comment back, with the words in question."""
    verdict = Verdict(Outcome.RETURN, guideline, note="Without the name, please.", span="a fool")
    return decide(case, verdict, by=moderator, key=uuid.uuid4(), lock_version=0, revision=1)


def test_a_returned_comment_says_which_words_and_why(returned: Decision, held: Comment, reader: User) -> None:
    html = browser_of(reader).get(URL).content.decode()
    for words in (
        "Returned to you for a change",
        "A moderator asks you to change it.",
        '<blockquote dir="auto">a fool</blockquote>', "Without the name, please.",
        "/guidelines/ideas-not-people/#v1", "guideline 2, version 1", "Please leave the person out",
        f"/comments/{held.pk}/edit/",
    ):  # fmt: skip
        assert words in html
    assert f"/decisions/{returned.pk}/" not in html
    with later():
        html = browser_of(reader).get(URL).content.decode()
    assert f"/decisions/{returned.pk}/appeal/" in html
    assert f'/decisions/{returned.pk}/"' in html


def test_the_edit_page_says_what_to_change(returned: Decision, held: Comment, reader: User) -> None:
    with later(days=40):
        html = browser_of(reader).get(f"/comments/{held.pk}/edit/").content.decode()
    assert "A moderator asks you to change your comment" in html
    assert '<blockquote dir="auto">a fool</blockquote>' in html
    assert "guideline 2, version 1" in html


def test_edited_and_sent_again(returned: Decision, held: Comment, reader: User, decide_: Decide) -> None:
    client = browser_of(reader)
    answer = client.post(f"/comments/{held.pk}/edit/", {"body": "That is foolish.", "revision": "1"})
    assert answer.status_code == 303
    html = client.get(URL).content.decode()
    assert "Somebody reads it again." in html
    assert f"/decisions/{returned.pk}/appeal/" not in html
    assert "A moderator asks you" not in client.get(f"/comments/{held.pk}/edit/").content.decode()
    case = Case.objects.waiting().get(comment=held)
    assert case.is_resubmitted
    decide_(case, Outcome.PUBLISH)
    html = client.get(URL).content.decode()
    assert "Somebody reads it again." not in html
    assert "Without the name, please." not in html


def test_an_edit_page_without_a_reason_has_no_box(reader: User, article: Article) -> None:
    comment = make_comment(article, by=reader)
    assert "A moderator asks" not in browser_of(reader).get(f"/comments/{comment.pk}/edit/").content.decode()


@pytest.mark.parametrize("outcome", [Outcome.REMOVE, Outcome.COLLAPSE])
def test_removed_and_collapsed_ones_can_be_appealed(case: Case, decide_: Decide, reader: User, outcome: str) -> None:
    decision = decide_(case, outcome)
    with later():
        html = browser_of(reader).get(URL).content.decode()
    assert "guideline 2, version 1" in html
    assert f"/decisions/{decision.pk}/appeal/" in html
    assert "Change and send again" not in html


def test_the_state_of_an_appeal(case: Case, decide_: Decide, reader: User) -> None:
    decision = decide_(case)
    appeal = Appeal.objects.create(decision=decision, user=reader, text="Why?", first_decider=decision.by)
    with later():
        html = browser_of(reader).get(URL).content.decode()
    assert f"/appeals/{appeal.pk}/" in html
    assert f"/decisions/{decision.pk}/appeal/" not in html


def test_nobody_else_reads_any_of_it(returned: Decision, held: Comment, reader: User) -> None:
    make_comment(parent=held)
    for client in (Client(), browser_of(make_user())):
        for url in (URL, f"/comments/{held.pk}/", held.article.get_absolute_url()):
            html = client.get(url).content.decode()
            for hidden in (SECRET, "a fool", "Without the name", "asks you to change"):
                assert hidden not in html
        assert client.get(f"/comments/{held.pk}/edit/").status_code == 403


def test_guests_have_the_same(article: Article, decide_: Decide, guideline: GuidelineVersion) -> None:
    guest = make_guest()
    comment = make_comment(article, by=guest)
    decision = decide_(report_comment(comment, by=make_user(), guideline=guideline.guideline).case, Outcome.RETURN)
    with later():
        html = browser_of(guest).get("/my-comments/").content.decode()
    assert f"/comments/{comment.pk}/edit/" in html
    assert f"/decisions/{decision.pk}/appeal/" in html


def test_measures_stand_above(reader: User, moderator: User, guideline: GuidelineVersion) -> None:
    fields = {"user": reader, "guideline_version": guideline, "by": moderator}
    warning = Sanction.objects.create(kind="warning", reason="Calm, please.", key=uuid.uuid4(), **fields)
    until = timezone.now() + timedelta(days=2)
    mute = Sanction.objects.create(kind="mute", reason="Two days.", until=until, key=uuid.uuid4(), **fields)
    html = browser_of(reader).get(URL).content.decode()
    for words in ("Calm, please.", "Two days.", f'action="/sanctions/{warning.pk}/acknowledge/"', "guideline 2"):
        assert words in html
    assert f"/sanctions/{mute.pk}/appeal/" in html
    assert "Calm, please." not in browser_of(make_user()).get(URL).content.decode()
    with later(days=3):
        assert "Two days." not in browser_of(reader).get(URL).content.decode()


def test_the_link_to_appeal_is_shown_to_who_may(
    case: Case, article: Article, decide_: Decide, guideline: GuidelineVersion, reader: User
) -> None:
    reporter, other = make_user(), make_user()
    report = report_comment(make_comment(article, by=reader), by=reporter, guideline=guideline.guideline)
    removed, kept = decide_(case), decide_(report.case, Outcome.PUBLISH)
    edited = decide_(
        report_comment(make_comment(article, by=reader), by=other, guideline=guideline.guideline).case, Outcome.RETURN
    )
    edit_comment(edited.comment, by=reader, body="Better now.", revision=1)
    for wait in ({"seconds": 1}, {"seconds": 61}, {"days": 182}, {"days": 184}):
        with later(**wait):
            for decision in Decision.objects.select_related("case", "appeal", "comment__article"):
                for person in (reader, reporter, other):
                    shown, allowed = may_appeal(decision, person), allows(check_can_appeal, decision, person)
                    assert (wait, decision.pk, person.pk, shown) == (wait, decision.pk, person.pk, allowed)
    with later():
        assert may_appeal(removed, reader)
        assert may_appeal(kept, reporter)


def test_the_queries_are_the_same_for_many(
    article: Article, decide_: Decide, guideline: GuidelineVersion, reader: User, moderator: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    Sanction.objects.create(
        kind="warning", reason="Calm.", key=uuid.uuid4(), user=reader, guideline_version=guideline, by=moderator
    )
    for count in (1, 8):
        for _ in range(count):
            comment = make_comment(article, by=reader)
            decide_(report_comment(comment, by=make_user(), guideline=guideline.guideline).case)
        with later():
            client = browser_of(reader)
            client.get(URL)
            # Session and member; the person, their rights, comments and articles; measures and reasons with their
            # guidelines; what is new.
            with django_assert_num_queries(11):
                client.get(URL)
