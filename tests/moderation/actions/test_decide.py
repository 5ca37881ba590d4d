"""Deciding cases."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core.errors import Conflict, NotAllowed, Refused
from discussions.actions.edit import edit_comment
from discussions.actions.post import post_comment
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Article, Comment, Visibility
from moderation import audit
from moderation.actions.cases import open_case
from moderation.actions.claim import claim
from moderation.actions.decide import Overtaken, Verdict, decide
from moderation.actions.report import report_comment
from moderation.actions.undo import undo
from moderation.models import AuditEntry, Case, Decision, Guideline, GuidelineVersion, Notification, Outcome, Report
from tests.factories import make_article, make_comment, make_moderator, make_user
from tests.moderation.conftest import Decide


def test_a_held_comment_waits_as_a_case(case: Case, held: Comment) -> None:
    assert (case.queue, case.severity, case.state) == ("held", Case.Severity.HELD, "open")
    assert case.hold_reason == held.visibility_reason == "A moderator reads it first."
    assert AuditEntry.objects.get().name == "case.opened"


@pytest.mark.parametrize(
    ("outcome", "visibility", "act"),
    [
        (Outcome.PUBLISH, Visibility.PUBLIC, "comment.published"),
        (Outcome.RETURN, Visibility.HELD, "comment.returned"),
        (Outcome.REMOVE, Visibility.REMOVED, "comment.removed"),
        (Outcome.COLLAPSE, Visibility.COLLAPSED, "comment.collapsed"),
    ],
)
def test_outcomes(case: Case, held: Comment, decide_: Decide, outcome: str, visibility: str, act: str) -> None:
    decision = decide_(case, outcome)
    held.refresh_from_db()
    case.refresh_from_db()
    assert held.visibility == visibility
    assert (case.state, case.decided_at is not None) == ("decided", True)
    assert held.is_reviewed == (outcome != Outcome.RETURN)
    assert (held.returned_at is not None) == (outcome == Outcome.RETURN)
    assert (decision.guideline_version is None) == (outcome == Outcome.PUBLISH)
    assert held.visibility_reason == ("" if outcome == Outcome.PUBLISH else "Please talk about the idea.")
    assert AuditEntry.objects.first().name == act  # type: ignore[union-attr]
    assert audit.find_break() is None


def test_the_author_is_told_once_it_cannot_be_undone(case: Case, decide_: Decide, reader: User) -> None:
    decide_(case)
    assert not Notification.objects.to(reader).exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert Notification.objects.to(reader).get().kind == "decision"


@pytest.mark.parametrize(("field", "value"), [("guideline", None), ("note", "  ")])
def test_a_restriction_has_a_guideline_and_a_reason(
    case: Case, moderator: User, guideline: GuidelineVersion, field: str, value: object
) -> None:
    words = {"guideline": guideline, "note": "Why.", field: value}
    with pytest.raises(Refused):
        decide(
            case, Verdict(Outcome.REMOVE, **words), by=moderator, key=uuid.uuid4(), lock_version=0, revision=1  # type: ignore[arg-type]
        )  # fmt: skip
    decision = Decision(case=case, comment=case.comment, revision=1, outcome="remove", by=moderator, key=uuid.uuid4())
    decision.visibility_before, decision.final_at = "held", timezone.now()
    with pytest.raises(IntegrityError, match="restriction_names_guideline_and_reason"), transaction.atomic():
        decision.save()


def test_same_key_is_one_decision(case: Case, decide_: Decide) -> None:
    key = uuid.uuid4()
    assert decide_(case, key=key) == decide_(case, key=key, lock_version=7)
    assert Decision.objects.count() == 1


def test_the_second_of_two_is_told(case: Case, decide_: Decide) -> None:
    decide_(case)
    with pytest.raises(Overtaken, match="decided"):
        decide_(case, Outcome.PUBLISH, by=make_moderator())


def test_a_stale_card_is_told(case: Case, decide_: Decide, moderator: User) -> None:
    claim(case, by=moderator)
    with pytest.raises(Overtaken, match="taken"):
        decide_(case, lock_version=0)


def test_somebody_elses_case_is_left_alone_while_the_lease_lasts(case: Case, decide_: Decide) -> None:
    other = make_moderator()
    claim(case, by=other)
    with pytest.raises(Overtaken, match="taken"):
        decide_(case)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        decide_(case)


def test_an_edit_meanwhile_shows_the_new_text(case: Case, held: Comment, reader: User, decide_: Decide) -> None:
    edit_comment(held, by=reader, body="I disagree with you.", revision=1)
    with pytest.raises(Overtaken, match="changed the comment"):
        decide_(case, revision=1)


def test_returned_comes_back_as_resubmitted(case: Case, held: Comment, reader: User, decide_: Decide) -> None:
    decide_(case, Outcome.RETURN)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        held.refresh_from_db()
        edit_comment(held, by=reader, body="I disagree with you.", revision=1)
    again = Case.objects.waiting().get()
    assert again != case
    assert again.is_resubmitted
    held.refresh_from_db()
    assert (held.visibility, held.returned_at) == ("held", None)
    decide_(again, Outcome.PUBLISH)
    held.refresh_from_db()
    assert held.is_readable


def test_who_is_involved_does_not_decide(article: Article, decide_: Decide, moderator: User) -> None:
    own = make_comment(article, by=moderator)
    answer = make_comment(parent=own)
    reporter = make_user()
    for comment in (own, answer):
        report = report_comment(comment, by=reporter, guideline=Guideline.objects.get(number=2))
        with pytest.raises(NotAllowed, match="part in this"):
            decide_(report.case)


def test_undo_puts_everything_back(case: Case, held: Comment, decide_: Decide, moderator: User, reader: User) -> None:
    decision = decide_(case)
    undo(decision, by=moderator)
    held.refresh_from_db()
    case.refresh_from_db()
    assert (held.visibility, held.visibility_reason, held.is_reviewed) == ("held", "A moderator reads it first.", False)
    assert case.state == "open"
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert not Notification.objects.to(reader).exists()
    decide_(case, Outcome.PUBLISH)
    assert audit.find_break() is None


def test_undo_is_for_a_minute_and_for_oneself(case: Case, decide_: Decide, moderator: User) -> None:
    decision = decide_(case)
    with pytest.raises(NotAllowed):
        undo(decision, by=make_moderator())
    with time_machine.travel(timezone.now() + timedelta(seconds=61)), pytest.raises(Conflict, match="too late"):
        undo(decision, by=moderator)


def test_who_takes_a_comment_back_closes_its_case(case: Case, held: Comment, reader: User) -> None:
    withdraw_comment(held, by=reader)
    case.refresh_from_db()
    assert case.state == "void"


def test_reports_of_one_comment_are_one_case(article: Article, decide_: Decide) -> None:
    comment = make_comment(article)
    guideline = Guideline.objects.get(number=2)
    reporters = [make_user(), make_user()]
    reports = [report_comment(comment, by=by, guideline=guideline) for by in reporters]
    assert report_comment(comment, by=reporters[0], guideline=guideline) == reports[0]
    case = Case.objects.get()
    assert (case.queue, case.severity, Report.objects.filter(case=case).count()) == ("reported", 1, 2)
    decide_(case)
    assert {report.agreed for report in Report.objects.all()} == {True}
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert Notification.objects.to(reporters[1]).get().kind == "report"


def test_courtesies_of_reporting(article: Article, reader: User, decide_: Decide) -> None:
    guideline = Guideline.objects.get(number=2)
    with pytest.raises(NotAllowed, match="own comment"):
        report_comment(make_comment(article, by=reader), by=reader, guideline=guideline)
    answered = make_comment(article)
    post_comment(article=article, by=reader, body="No.", parent=answered, key=uuid.uuid4())
    with pytest.raises(NotAllowed, match="answered"):
        report_comment(answered, by=reader, guideline=guideline)
    decided = make_comment(article)
    decide_(report_comment(decided, by=make_user(), guideline=guideline).case, Outcome.PUBLISH)
    with pytest.raises(NotAllowed, match="already"):
        report_comment(decided, by=reader, guideline=guideline)
    with pytest.raises(NotAllowed, match="no longer"):
        report_comment(make_comment(make_article(), visibility="removed"), by=reader, guideline=guideline)


def test_undo_leaves_a_case_alone_that_was_opened_since(held: Comment, case: Case, decide_: Decide) -> None:
    """A colleague has opened the comment again: two cases of one comment would wait."""
    decision = decide_(case, Outcome.PUBLISH)
    held.refresh_from_db()
    open_case(held, queue="sampled", severity=0)
    with pytest.raises(Conflict, match="looked at anew"):
        undo(decision, by=decision.by)
    decision.refresh_from_db()
    assert decision.undone_at is None
    decide_(Case.objects.waiting().get(), Outcome.REMOVE)
    with pytest.raises(Conflict, match="looked at anew"):
        undo(decision, by=decision.by)
    held.refresh_from_db()
    assert held.visibility == Visibility.REMOVED
