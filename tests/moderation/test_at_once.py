"""Many moderators and readers at the same moment, on the same cases."""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from pytest_django import Settings

from accounts.models import User
from core.errors import Conflict
from discussions.actions.edit import edit_comment
from discussions.actions.post import post_comment
from discussions.actions.recount import recount
from discussions.models import Comment, Visibility
from moderation import access, audit
from moderation.actions.cases import open_case
from moderation.actions.claim import claim_next
from moderation.actions.decide import Overtaken, Verdict, decide
from moderation.actions.report import report_comment
from moderation.actions.undo import undo
from moderation.models import VISIBILITY, AuditEntry, Case, Decision, GuidelineVersion, Notification, Outcome, Report
from tests.factories import make_article, make_comment, make_moderator, make_user
from tests.moderation.conftest import Decide
from tests.threads import all_well, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THREADS, CASES, ARTICLES = 16, 500, 10
#: How many of the threads try each case. All sixteen take a minute: PARKBENCH_TRIES=16.
TRIES = int(os.environ.get("PARKBENCH_TRIES", "5"))
OUTCOMES = list(Outcome)


def _cases(n: int, *, articles: int = 1) -> list[Case]:
    """Return `n` cases of held comments by one author, spread over `articles`; some answer others."""
    places, author = [make_article() for _n in range(articles)], make_user()
    found = []
    for i in range(n):
        comment = make_comment(places[i % articles], by=author, visibility="held", is_listed=False)
        found.append(open_case(comment, queue="held", severity=Case.Severity.HELD))
    return found


def test_sixteen_moderators_decide_five_hundred_cases(guideline: GuidelineVersion) -> None:
    """Each case is tried by several, with what they read before; who is too late is told, and keeps what they typed."""
    cases = _cases(CASES, articles=ARTICLES)
    moderators = [make_moderator() for _n in range(THREADS)]

    def work(n: int) -> Counter[str]:
        told: Counter[str] = Counter()
        for i, case in enumerate(cases):
            if (n - i) % THREADS >= TRIES:
                continue
            verdict = Verdict(OUTCOMES[n % 4], guideline=guideline, note=f"Typed by {n}.")
            try:
                decide(case, verdict, by=moderators[n], key=uuid.uuid4(), lock_version=0, revision=1)
                told["decided"] += 1
            except Overtaken as refused:
                told[f"{refused.status} {refused.code}"] += verdict.note == f"Typed by {n}."
        return told

    told = sum(all_well(at_once([partial(work, n) for n in range(THREADS)])), Counter[str]())

    assert told == {"decided": CASES, "409 decided": CASES * (TRIES - 1)}
    decisions = list(Decision.objects.select_related("comment", "case"))
    assert {decision.case_id for decision in decisions} == {case.pk for case in cases}
    assert len(decisions) == CASES
    numbers = {by.pk: n for n, by in enumerate(moderators)}
    assert len({decision.by_id for decision in decisions}) > THREADS // 2
    for decision in decisions:
        assert decision.case.state == "decided"
        assert (decision.case.lock_version, decision.case.claimed_by_id) == (1, None)
        assert decision.comment.visibility == VISIBILITY[decision.outcome]
        said = f"Typed by {numbers[decision.by_id]}."
        assert decision.note in ([said, ""] if decision.outcome == "publish" else [said])
    assert Notification.objects.filter(kind="decision").count() == CASES
    assert recount(repair=False) == []
    assert audit.find_break() is None
    written = AuditEntry.objects.filter(data__has_key="decision").values_list("data__decision", flat=True)
    assert sorted(written) == sorted(decision.pk for decision in decisions)
    assert AuditEntry.objects.count() == audit.head().count == 2 * CASES


def test_one_form_sent_sixteen_times_is_one_decision(guideline: GuidelineVersion) -> None:
    (case,), by, key = _cases(1), make_moderator(), uuid.uuid4()
    verdict = Verdict(Outcome.REMOVE, guideline=guideline, note="Why.")
    job = partial(decide, case, verdict, by=by, key=key, lock_version=0, revision=1)

    answers = all_well(at_once([job] * 16))

    assert {answer.pk for answer in answers} == {Decision.objects.get().pk}
    assert AuditEntry.objects.filter(name="comment.removed").count() == 1


def test_eight_moderators_who_ask_for_the_next_case_get_eight() -> None:
    _cases(30)
    moderators = [make_moderator() for _n in range(8)]

    def ask(by: User) -> list[int]:
        got = []
        for _n in range(5):
            cases = access.in_reach(Case.objects.waiting(), by, access.standing_of(by)).order_by("-order_key", "id")
            case = claim_next(cases.select_related("comment"), by=by)
            assert case is not None
            got.append(case.pk)
        return got

    answers = all_well(at_once([partial(ask, by) for by in moderators]))

    # Who asks again is shown the case that they have, or another when somebody is just looking at the row.
    theirs = [set(got) for got in answers]
    assert len(set.union(*theirs)) == sum(map(len, theirs)) >= 8
    for by, got in zip(moderators, theirs, strict=True):
        assert set(Case.objects.filter(claimed_by=by, state="claimed").values_list("pk", flat=True)) == got


def test_undo_and_edit_at_once_leave_a_legal_pair(
    settings: Settings, guideline: GuidelineVersion, decide_: Decide, moderator: User
) -> None:
    settings.COMMENT_SCREENS = ["tests.moderation.conftest.HoldEverything"]
    seen: Counter[tuple[str, bool]] = Counter()
    for _n in range(12):
        author = make_user()
        comment = post_comment(article=make_article(), by=author, body="One.", key=uuid.uuid4()).comment
        decision = decide_(Case.objects.get(comment=comment), Outcome.RETURN)
        edit = partial(edit_comment, Comment.objects.get(pk=comment.pk), by=author, body="Two.", revision=1)
        jobs: list[Callable[[], object]] = [partial(undo, decision, by=moderator), edit]
        answers = at_once(jobs)

        undone, edited = (not isinstance(answer, Exception) for answer in answers)
        assert edited or isinstance(answers[1], Conflict), answers
        assert undone or isinstance(answers[0], Conflict), answers
        comment.refresh_from_db()
        assert comment.visibility == Visibility.HELD
        # Whoever came first: exactly one case waits for the text as it is now.
        assert Case.objects.waiting().filter(comment=comment).count() == 1
        assert (comment.returned_at, comment.revision) == (None, 1 + edited)
        seen[("undone" if undone else "kept"), edited] += 1
    assert sum(seen.values()) == 12
    assert recount(repair=False) == []
    assert audit.find_break() is None


def test_a_decision_and_an_edit_at_once(guideline: GuidelineVersion, decide_: Decide) -> None:
    for _n in range(12):
        author = make_user()
        comment = make_comment(by=author)
        case = open_case(comment, queue="reported", severity=1)
        jobs: list[Callable[[], object]] = [
            partial(decide_, case, Outcome.REMOVE, revision=1),
            partial(edit_comment, Comment.objects.get(pk=comment.pk), by=author, body="Two.", revision=1),
        ]
        decision, edited = at_once(jobs)
        comment.refresh_from_db()
        if isinstance(decision, Decision):
            # Edited after the removal or not at all: there is no third way.
            assert (comment.visibility, comment.revision) == ("removed", 1)
            assert isinstance(edited, Exception)
        else:
            assert isinstance(decision, Overtaken)
            assert (comment.visibility, comment.revision) == ("public", 2)
    assert recount(repair=False) == []
    assert audit.find_break() is None


def _storm(jobs: list[Callable[[], Report]]) -> list[Report]:
    return all_well(at_once(jobs))


def test_one_reader_reports_sixteen_times_at_once(guideline: GuidelineVersion) -> None:
    comment, reader = make_comment(), make_user()
    job = partial(report_comment, comment, by=reader, guideline=guideline.guideline)

    answers = _storm([job] * 16)

    assert {answer.pk for answer in answers} == {Report.objects.get().pk}
    assert Case.objects.count() == 1
    assert audit.find_break() is None


def test_sixteen_readers_report_at_once(guideline: GuidelineVersion) -> None:
    comment = make_comment()
    _storm([partial(report_comment, comment, by=make_user(), guideline=guideline.guideline) for _n in range(16)])

    case = Case.objects.get()
    assert Report.objects.filter(case=case).count() == 16
    # All signed up today: linked, so once and a fifth; the last to report counted everybody.
    assert case.reports == pytest.approx(0.5 * 1.2)
    assert Counter(AuditEntry.objects.values_list("name", flat=True)) == {"case.opened": 1, "report.made": 16}
    assert audit.find_break() is None
