"""Appealing, and deciding appeals."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Guest, User
from core.errors import Conflict, NotAllowed, Refused, TooMany
from discussions.actions.edit import edit_comment
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Article, Comment, Visibility
from moderation import audit
from moderation.actions.appeal import answer, appeal, check_second_person, write
from moderation.actions.appeal_decision import is_overtaken, lean, may_see_reasons, overturn, uphold
from moderation.actions.decide import Overtaken, Verdict
from moderation.actions.report import report_comment
from moderation.actions.sanction import impose, lift
from moderation.actions.undo import undo
from moderation.models import (
    Appeal,
    AuditEntry,
    Case,
    Decision,
    Guideline,
    GuidelineVersion,
    Notification,
    Outcome,
    Report,
    Sanction,
)
from tests.factories import make_admin, make_comment, make_guest, make_moderator, make_senior, make_user
from tests.moderation.conftest import Decide
from tests.threads import at_once

pytestmark = pytest.mark.django_db

Settle = Callable[..., Decision]


@pytest.fixture
def settled(decide_: Decide) -> Settle:
    """Return a function that decides a case, and lets the minute pass in which it can be undone."""

    def call(case: Case, outcome: str = Outcome.REMOVE, **fields: Any) -> Decision:
        decision = decide_(case, outcome, **fields)
        decision.final_at = timezone.now() - timedelta(seconds=1)
        decision.save(update_fields=["final_at"])
        Notification.objects.filter(decision=decision).update(due_at=decision.final_at)
        return decision

    return call


@pytest.fixture
def removed(case: Case, settled: Settle) -> Decision:
    """Return the removal of the reader's comment."""
    return settled(case)


@pytest.fixture
def reporter(db: None) -> User:
    return make_user("reporter")


@pytest.fixture
def kept(article: Article, reporter: User, settled: Settle, guideline: GuidelineVersion) -> Decision:
    """Return the decision that kept a public comment which was reported."""
    comment = make_comment(article, body="All of them are liars.")
    return settled(report_comment(comment, by=reporter, guideline=guideline.guideline).case, Outcome.PUBLISH)


@pytest.fixture
def muted(reader: User, moderator: User, guideline: GuidelineVersion) -> Sanction:
    until = timezone.now() + timedelta(days=7)
    return impose(
        reader, kind="mute", guideline_version=guideline, reason="Attacks.", by=moderator, key=uuid.uuid4(), until=until
    )


def _overturned(made: Appeal, by: User, **fields: Any) -> Appeal:
    lean(made, by=by, leaning="overturned")
    return overturn(made, by=by, **{"reason": "It is about the idea.", "cause": "mistake", **fields})


def test_the_author_appeals(removed: Decision, reader: User, moderator: User) -> None:
    made = appeal(removed, by=reader, text=" It was a joke.\r\n")
    removed.case.refresh_from_db()
    assert (made.text, made.user, made.first_decider, made.state) == ("It was a joke.", reader, moderator, "open")
    assert removed.case.state == "appealed"
    entry = AuditEntry.objects.get(name="appeal.made")
    assert (entry.actor_id, entry.data) == (None, {"appeal": made.pk, "decision": removed.pk})
    assert audit.find_break() is None


def test_there_is_one_appeal_each(removed: Decision, reader: User) -> None:
    made = appeal(removed, by=reader, text="Once.")
    assert appeal(removed, by=reader, text="Twice.") == made
    assert made.text == "Once."


@pytest.mark.parametrize(("text", "words"), [("  \n", "write something"), ("x" * 2001, "at most 2000")])
def test_an_appeal_says_something_and_not_too_much(removed: Decision, reader: User, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        appeal(removed, by=reader, text=text)


def test_the_last_moment_to_appeal(removed: Decision, reader: User) -> None:
    late = removed.final_at + timedelta(days=183, minutes=1)
    with time_machine.travel(late), pytest.raises(Conflict, match="too long ago"):
        appeal(removed, by=reader, text="Late.")
    with time_machine.travel(removed.final_at + timedelta(days=183, minutes=-1)):
        assert appeal(removed, by=reader, text="Just in time.")


def test_not_before_it_is_final_and_not_what_was_undone(
    case: Case, reader: User, moderator: User, decide_: Decide
) -> None:
    decision = decide_(case)
    with pytest.raises(Conflict, match="in a minute"):
        appeal(decision, by=reader, text="Quick.")
    undo(decision, by=moderator)
    decision.refresh_from_db()
    with pytest.raises(Conflict, match="no longer stands"):
        appeal(decision, by=reader, text="Which one?")


def test_others_do_not_appeal(removed: Decision, kept: Decision, reader: User, reporter: User) -> None:
    for decision, by in ((removed, reporter), (removed, make_guest()), (kept, reader), (kept, make_guest())):
        with pytest.raises(NotAllowed):
            appeal(decision, by=by, text="Me too.")
    assert kept.comment.author is not None
    with pytest.raises(NotAllowed, match="who reported"):
        appeal(kept, by=kept.comment.author, text="My own was kept.")


def test_a_reporter_appeals_against_keeping_only(
    article: Article, reporter: User, settled: Settle, guideline: GuidelineVersion
) -> None:
    comment = make_comment(article)
    removed = settled(report_comment(comment, by=reporter, guideline=guideline.guideline).case)
    with pytest.raises(NotAllowed, match="Only the author"):
        appeal(removed, by=reporter, text="Not hard enough.")


def test_what_was_changed_or_taken_back_since_is_not_appealed(
    case: Case, held: Comment, reader: User, settled: Settle
) -> None:
    decision = settled(case, Outcome.RETURN)
    held.refresh_from_db()
    edit_comment(held, by=reader, body="I disagree.", revision=1)
    decision = Decision.objects.get(pk=decision.pk)
    with pytest.raises(Conflict, match="changed since"):
        appeal(decision, by=reader, text="The old one was fine.")
    held.refresh_from_db()
    withdraw_comment(held, by=reader)
    with pytest.raises(Conflict, match="withdrawn"):
        appeal(Decision.objects.get(pk=decision.pk), by=reader, text="It was fine.")


def test_the_limit(removed: Decision, reader: User, limits_on: None, muted: Sanction) -> None:
    for _n in range(5):
        Appeal.objects.all().delete()
        appeal(muted, by=reader, text="Please.")
    with pytest.raises(TooMany):
        appeal(removed, by=reader, text="Please.")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_are_one_appeal(removed: Decision, reader: User) -> None:
    made = at_once([lambda: appeal(Decision.objects.get(pk=removed.pk), by=reader, text="Now.")] * 4)
    assert len({answer.pk for answer in made if isinstance(answer, Appeal)}) == 1
    assert Appeal.objects.count() == AuditEntry.objects.filter(name="appeal.made").count() == 1


def test_somebody_else_decides(removed: Decision, reader: User, moderator: User, senior: User) -> None:
    made = appeal(removed, by=reader, text="Why?")
    for by in (moderator, reader):
        with pytest.raises(NotAllowed):
            lean(made, by=by, leaning="upheld")
    Appeal.objects.filter(pk=made.pk).update(first_decider=senior)
    made.refresh_from_db()
    with pytest.raises(NotAllowed, match="decided this first"):
        lean(made, by=senior, leaning="upheld")
    with pytest.raises(IntegrityError, match="appeal_has_a_second_person"), transaction.atomic():
        Appeal.objects.filter(pk=made.pk).update(
            decided_by=senior, decided_at=timezone.now(), state="upheld", reason="Because I say so."
        )


def test_who_has_a_part_does_not_decide(kept: Decision, reporter: User, guideline: GuidelineVersion) -> None:
    made = appeal(kept, by=reporter, text="Look again.")
    also = make_senior()
    Report.objects.create(
        case=kept.case, comment=kept.comment, revision=1, user=also, guideline=guideline.guideline, weight=1
    )
    with pytest.raises(NotAllowed, match="part in this"):
        check_second_person(made, also)
    check_second_person(made, make_senior())


def test_nobody_decides_before_a_thought_of_their_own(removed: Decision, reader: User, senior: User) -> None:
    made = appeal(removed, by=reader, text="Why?")
    assert not may_see_reasons(made, senior)
    with pytest.raises(NotAllowed, match="what you think"):
        uphold(made, by=senior, reason="It stays.")
    with pytest.raises(Refused):
        lean(made, by=senior, leaning="open")
    made = lean(made, by=senior, leaning="overturned")
    assert may_see_reasons(made, senior)
    assert lean(made, by=senior, leaning="upheld").leaning == "overturned", "the first thought stays"
    other = make_admin()
    with pytest.raises(NotAllowed, match="what you think"):
        uphold(made, by=other, reason="It stays.")
    made = lean(made, by=other, leaning="upheld")
    assert (made.leaning, made.leaning_by) == ("upheld", other)


def test_upholding_leaves_it_and_tells_why(removed: Decision, held: Comment, reader: User, senior: User) -> None:
    made = appeal(removed, by=reader, text="Why?")
    lean(made, by=senior, leaning="overturned")
    with pytest.raises(Refused, match="reason in words"):
        uphold(made, by=senior, reason=" ")
    decided = uphold(made, by=senior, reason="It calls somebody a fool.")
    held.refresh_from_db()
    removed.case.refresh_from_db()
    assert (decided.state, decided.decided_by, held.visibility, removed.case.state) == (
        "upheld", senior, "removed", "upheld",
    )  # fmt: skip
    assert Notification.objects.to(reader).filter(kind="appeal").get().appeal == made
    entry = AuditEntry.objects.get(name="appeal.upheld")
    assert (entry.actor_id, entry.data["leaning"], "fool" in str(entry.data)) == (senior.pk, "overturned", False)
    with pytest.raises(Conflict, match="has been decided"):
        uphold(made, by=senior, reason="Again.")
    with pytest.raises(Conflict, match="has been decided"):
        _overturned(made, senior)


@pytest.mark.parametrize("outcome", [Outcome.REMOVE, Outcome.RETURN, Outcome.COLLAPSE])
def test_overturning_a_restriction_publishes_again(
    case: Case, held: Comment, reader: User, senior: User, settled: Settle, outcome: str
) -> None:
    first = settled(case, outcome)
    _overturned(appeal(first, by=reader, text="Why?"), senior, revision=1)
    held.refresh_from_db()
    case.refresh_from_db()
    second = Decision.objects.get(supersedes=first)
    assert (held.visibility, held.returned_at, held.visibility_reason) == ("public", None, "")
    assert (case.state, second.outcome, second.by) == ("overturned", "publish", senior)
    assert not second.is_undoable
    assert {told.kind for told in Notification.objects.to(reader)} == {"decision", "appeal"}
    assert Notification.objects.to(reader).filter(decision=second).exists(), "told at once, and again"
    assert audit.find_break() is None


def test_overturning_asks_for_cause_and_reason(removed: Decision, reader: User, senior: User) -> None:
    made = appeal(removed, by=reader, text="Why?")
    for fields in ({"cause": "whim"}, {"cause": ""}, {"reason": ""}):
        with pytest.raises(Refused):
            _overturned(made, senior, **fields)


def test_everybody_who_was_told_is_told_again(
    article: Article, reporter: User, senior: User, settled: Settle, guideline: GuidelineVersion
) -> None:
    comment = make_comment(article)
    others: list[User | Guest] = [make_user(), make_guest()]
    for by in (reporter, *others):
        report_comment(comment, by=by, guideline=guideline.guideline)
    first = settled(Case.objects.get())
    assert comment.author is not None
    _overturned(appeal(Decision.objects.get(pk=first.pk), by=comment.author, text="Why?"), senior)
    second = Decision.objects.get(supersedes=first)
    for person in (comment.author, reporter, *others):
        assert Notification.objects.to(person).filter(decision=first).exists()
        assert Notification.objects.to(person).filter(decision=second).exists()
    assert {report.agreed for report in Report.objects.all()} == {False}


def test_overturning_what_was_kept_needs_a_verdict(
    kept: Decision, reporter: User, senior: User, guideline: GuidelineVersion
) -> None:
    made = appeal(kept, by=reporter, text="Look again.")
    for verdict in (None, Verdict(Outcome.PUBLISH), Verdict(Outcome.REMOVE, note="Lies."), Verdict(Outcome.REMOVE)):
        with pytest.raises(Refused):
            _overturned(made, senior, verdict=verdict)
    _overturned(made, senior, verdict=Verdict(Outcome.COLLAPSE, guideline=guideline, note="Talk about the idea."))
    comment = Comment.objects.get(pk=kept.comment_id)
    assert (comment.visibility, comment.visibility_reason) == ("collapsed", "Talk about the idea.")
    assert Notification.objects.to(reporter).filter(kind="report").count() == 2
    assert comment.author is not None
    assert Notification.objects.to(comment.author).get().decision == Decision.objects.get(supersedes=kept)


def test_what_an_appeal_took_away_its_author_may_appeal_too(
    kept: Decision, reporter: User, senior: User, guideline: GuidelineVersion
) -> None:
    made = appeal(kept, by=reporter, text="Look again.")
    _overturned(made, senior, verdict=Verdict(Outcome.REMOVE, guideline=guideline, note="Attack."))
    second = Decision.objects.get(supersedes=kept)
    assert second.comment.author is not None
    again = appeal(second, by=second.comment.author, text="Nobody asked me.")
    assert again.first_decider == senior
    with pytest.raises(NotAllowed, match="decided this first"):
        lean(again, by=senior, leaning="overturned")
    _overturned(again, make_senior())
    third = Decision.objects.get(supersedes=second)
    kept.case.refresh_from_db()
    assert (Comment.objects.get(pk=kept.comment_id).visibility, kept.case.state) == ("public", "overturned")
    with pytest.raises(Conflict, match="decided on appeal"):
        appeal(third, by=reporter, text="And again.")


def test_a_withdrawn_comment_stays_withdrawn(
    case: Case, held: Comment, reader: User, senior: User, settled: Settle
) -> None:
    first = settled(case, Outcome.COLLAPSE)
    made = appeal(first, by=reader, text="Why?")
    withdraw_comment(Comment.objects.get(pk=held.pk), by=reader)
    assert is_overtaken(first)
    decided = _overturned(made, senior)
    held.refresh_from_db()
    case.refresh_from_db()
    assert (decided.state, case.state, held.visibility) == ("overturned", "overturned", Visibility.WITHDRAWN)
    assert not Decision.objects.filter(supersedes=first).exists()
    assert Notification.objects.to(reader).filter(kind="appeal").exists()


def test_an_edit_meanwhile_leaves_it_to_the_queue(
    case: Case, held: Comment, reader: User, senior: User, settled: Settle
) -> None:
    first = settled(case, Outcome.RETURN)
    made = appeal(first, by=reader, text="Why?")
    held.refresh_from_db()
    edit_comment(held, by=reader, body="I disagree.", revision=1)
    with pytest.raises(Overtaken, match="changed the comment"):
        _overturned(made, senior, revision=1)
    assert _overturned(made, senior, revision=2).state == "overturned"
    held.refresh_from_db()
    assert (held.visibility, Case.objects.waiting().get().comment) == ("held", held)


def test_a_sanction_is_appealed_and_lifted(muted: Sanction, reader: User, senior: User, moderator: User) -> None:
    with pytest.raises(NotAllowed):
        appeal(muted, by=make_user(), text="Let them write.")
    made = appeal(muted, by=reader, text="I was provoked.")
    assert made.first_decider == moderator
    _overturned(made, senior, cause="context")
    muted.refresh_from_db()
    assert (muted.lifted_by, muted.lift_reason) == (senior, "It is about the idea.")
    assert not Sanction.objects.against(reader).active().exists()
    assert {told.kind for told in Notification.objects.to(reader)} == {"sanction", "lifted", "appeal"}
    assert audit.find_break() is None


def test_an_upheld_sanction_stays(muted: Sanction, reader: User, senior: User) -> None:
    made = appeal(muted, by=reader, text="I was provoked.")
    lean(made, by=senior, leaning="upheld")
    uphold(made, by=senior, reason="It was the third time.")
    assert Sanction.objects.against(reader).active().get() == muted


def test_a_lifted_sanction_is_not_appealed(muted: Sanction, reader: User, senior: User) -> None:
    lift(muted, by=senior, reason="Enough.")
    muted.refresh_from_db()
    with pytest.raises(Conflict, match="lifted already"):
        appeal(muted, by=reader, text="Why?")


def test_the_conversation(muted: Sanction, reader: User, senior: User, moderator: User) -> None:
    made = appeal(muted, by=reader, text="I was provoked.")
    for by in (moderator, make_moderator()):
        with pytest.raises(NotAllowed):
            write(made, by=by, text="By whom?")
    write(made, by=senior, text="By whom?")
    assert Notification.objects.to(reader).filter(kind="message").get().appeal == made
    with pytest.raises(NotAllowed, match="somebody else"):
        answer(made, by=make_user(), text="By me.")
    answer(made, by=reader, text="By the other one.")
    assert [(line.staff, line.text) for line in made.messages.all()] == [
        (senior, "By whom?"), (None, "By the other one."),
    ]  # fmt: skip
    lean(made, by=senior, leaning="upheld")
    uphold(made, by=senior, reason="No.")
    with pytest.raises(Conflict, match="has been decided"):
        answer(made, by=reader, text="But …")
    with pytest.raises(Conflict, match="has been decided"):
        write(made, by=senior, text="And …")


def test_a_conversation_has_an_end(muted: Sanction, reader: User) -> None:
    made = appeal(muted, by=reader, text="Please.")
    for _n in range(20):
        answer(made, by=reader, text="Please.")
    with pytest.raises(Conflict, match="a lot already"):
        answer(made, by=reader, text="Please.")


def test_a_guest_appeals(article: Article, settled: Settle, senior: User) -> None:
    guest = make_guest()
    comment = make_comment(article, by=guest)
    report = report_comment(comment, by=make_user(), guideline=Guideline.objects.get(number=2))
    made = appeal(settled(report.case), by=guest, text="Why?")
    assert (made.guest, made.user) == (guest, None)
    _overturned(made, senior)
    comment.refresh_from_db()
    assert comment.visibility == "public"
    assert {told.kind for told in Notification.objects.to(guest)} == {"decision", "appeal"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_appeal_is_decided_once(removed: Decision, reader: User) -> None:
    made = appeal(Decision.objects.get(pk=removed.pk), by=reader, text="Why?")
    seniors = [make_senior() for _n in range(4)]

    def work(by: User) -> Appeal:
        lean(made, by=by, leaning="overturned")
        return overturn(made, by=by, reason="A mistake.", cause="mistake")

    told = at_once([partial(work, by) for by in seniors])
    assert sum(isinstance(answer, Appeal) for answer in told) == 1
    assert all(isinstance(answer, (Appeal, Conflict, NotAllowed)) for answer in told), told
    assert Decision.objects.filter(supersedes=removed).count() == 1
    assert audit.find_break() is None
