"""Random days of a house: whatever readers, authors and moderators do, in whatever order, its promises hold.

Actions may refuse (that is theirs to decide, and tested elsewhere); what they may not do is to break, or to leave a
pair of visibility and case that is not in `LEGAL`.
"""

from __future__ import annotations

import importlib
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import hypothesis.strategies as st
import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.test import Client
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pytest_django import Settings

from accounts.participants import Participant
from core.errors import Refused
from discussions import access as discussions_access
from discussions.actions.edit import edit_comment
from discussions.actions.post import post_comment
from discussions.actions.recount import recount
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Comment, Visibility
from discussions.screening import Allow, Draft, Hold, Verdict
from moderation import audit
from moderation.actions.appeal import appeal, check_can_appeal
from moderation.actions.appeal_decision import lean, overturn, uphold
from moderation.actions.cases import open_case
from moderation.actions.claim import claim, release, skip
from moderation.actions.decide import Verdict as Choice
from moderation.actions.decide import decide
from moderation.actions.escalate import escalate
from moderation.actions.report import report_comment
from moderation.actions.undo import undo
from moderation.models import VISIBILITY, Appeal, Case, Decision, GuidelineVersion, Notification, Outcome, Report
from moderation.transitions import WAITING
from tests.factories import make_article, make_guest, make_moderator, make_senior, make_user

HELD, PUBLIC, COLLAPSED, REMOVED, WITHDRAWN = Visibility
PUBLISH, RETURN, REMOVE, COLLAPSE = Outcome
DECIDED = ("decided", "appealed", "upheld", "overturned")

#: (visibility, state of the latest case, outcome that stands in it): every other pair is a fault.
LEGAL: set[tuple[str, str, str]] = {
    # Nothing was ever asked of the house.
    (PUBLIC, "none", ""),
    (WITHDRAWN, "none", ""),
    # Somebody has still to look: nothing is removed before, and what was taken back has no case that waits.
    *((visibility, state, "") for visibility in (HELD, PUBLIC, COLLAPSED) for state in WAITING),
    (WITHDRAWN, "void", ""),
    # Decided: readers see just that, unless the author has taken it back. What was removed cannot be taken back.
    *((VISIBILITY[outcome], state, outcome) for outcome in Outcome for state in DECIDED),
    *((WITHDRAWN, state, outcome) for outcome in (PUBLISH, RETURN, COLLAPSE) for state in DECIDED),
}

which = st.integers(0, 40)
reader = st.sampled_from(["member0", "member1", "member2", "guest0"])
keeper = st.sampled_from(["keeper0", "keeper1", "elder0", "elder1"])
T = TypeVar("T")
#: What was done without being refused, in all examples.
done: Counter[str] = Counter()
USUAL = {"post", "edit", "withdraw", "report", "decide remove", "decide return", "undo", "appeal", "lean"}


class Screen:
    """Holds what the machine wants to be held."""

    holds = False

    def screen(self, draft: Draft) -> Verdict:
        return Hold("On request.") if self.holds else Allow()


class House(RuleBasedStateMachine):
    """One article, four who write, four who keep the house."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(datetime(2031, 5, 4, 9, 30, tzinfo=UTC), tick=False)
        self.now = self.clock.start()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.article = make_article()
        self.people: dict[str, Participant] = {f"member{n}": make_user() for n in range(3)}
        self.people["guest0"] = make_guest(email="g@example.org")
        self.keepers: dict[str, Any] = {f"keeper{n}": make_moderator() for n in range(2)}
        self.keepers |= {f"elder{n}": make_senior() for n in range(2)}
        self.guidelines = list(GuidelineVersion.objects.in_force().select_related("guideline"))
        self.said = 0

    def teardown(self) -> None:
        try:
            drifts, broken = recount(repair=False), audit.find_break()
            self.readers_read_what_is_public()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)
            self.clock.stop()
        assert (drifts, broken) == ([], None)

    def one(self, rows: Sequence[T], n: int) -> T | None:
        return rows[n % len(rows)] if rows else None

    def comment(self, n: int, *visibilities: str) -> Comment | None:
        rows = Comment.objects.filter(article=self.article, visibility__in=visibilities or Visibility.values)
        return self.one(list(rows.select_related("article", "author", "guest", "parent").order_by("pk")), n)

    def case(self, n: int) -> Case | None:
        return self.one(list(Case.objects.waiting().select_related("comment").order_by("pk")), n)

    def attempt(self, name: str, act: Callable[[], object]) -> None:
        """Do it if it is allowed; anything but a refusal in words is a fault."""
        try:
            act()
        except Refused:
            return
        done[name] += 1

    def answer(self, act: Callable[[], object]) -> str:
        """Return why it is refused, empty when it is not."""
        try:
            act()
        except Refused as refusal:
            return refusal.code
        return ""

    def words(self) -> str:
        self.said += 1
        return f"Wet{self.said}wet."

    # --- readers and authors
    @initialize(holds=st.lists(st.booleans(), min_size=4, max_size=6))
    def begin(self, holds: list[bool]) -> None:
        for n, held in enumerate(holds):
            self.post(n if n > 2 else None, f"member{n % 3}", held)

    @rule(n=st.none() | which, name=reader, holds=st.booleans())
    def post(self, n: int | None, name: str, holds: bool) -> None:
        Screen.holds = holds
        parent = None if n is None else self.comment(n, PUBLIC, COLLAPSED)
        new: dict[str, Any] = {
            "article": self.article,
            "by": self.people[name],
            "body": self.words(),
            "key": uuid.uuid4(),
        }
        self.attempt("post", lambda: post_comment(**new, parent=parent))

    @rule(n=which, holds=st.booleans())
    def edit(self, n: int, holds: bool) -> None:
        Screen.holds = holds
        comment = self.comment(n, HELD, PUBLIC, COLLAPSED)
        if comment:
            by, body = comment.author or comment.guest, self.words()
            assert by is not None
            self.attempt("edit", lambda: edit_comment(comment, by=by, body=body, revision=comment.revision))

    @rule(n=which, really=st.sampled_from([True, False]))
    def withdraw(self, n: int, really: bool) -> None:
        comment = self.comment(n)
        if comment and really:
            by = comment.author or comment.guest
            assert by is not None
            self.attempt("withdraw", lambda: withdraw_comment(comment, by=by))

    @rule(n=which, name=reader)
    def report(self, n: int, name: str) -> None:
        comment, guideline = self.comment(n, PUBLIC, COLLAPSED), self.guidelines[0].guideline
        if comment:
            self.attempt("report", lambda: report_comment(comment, by=self.people[name], guideline=guideline))

    @rule(n=which)
    def sample(self, n: int) -> None:
        comment = self.comment(n, PUBLIC, COLLAPSED)
        if comment:
            self.attempt("sample", lambda: open_case(comment, queue="sampled", severity=0))

    @rule(n=which, is_patient=st.sampled_from([True, True, True, False]))
    def complain(self, n: int, is_patient: bool) -> None:
        """Appeal as the author, or as somebody whose report was not followed; most wait until it is final."""
        free = Decision.objects.filter(undone_at=None, appeal=None).select_related("comment", "case").order_by("pk")
        decision = self.one(list(free), n)
        if decision is None:
            return
        if is_patient:
            self.now.shift(timedelta(seconds=61))
        by: Participant | None = decision.comment.author or decision.comment.guest
        if not decision.is_restrictive:
            report = Report.objects.filter(case=decision.case).select_related("user", "guest").first()
            by = (report.user or report.guest) if report else by
        assert by is not None
        self.attempt("appeal", partial(appeal, decision, by=by, text="Please look again."))

    # --- the house
    @rule(n=which, name=keeper, outcome=st.sampled_from(Outcome), is_stale=st.sampled_from([False] * 7 + [True]))
    def judge(self, n: int, name: str, outcome: Outcome, is_stale: bool) -> None:
        case = self.case(n)
        if case:
            choice = Choice(outcome, guideline=self.guidelines[n % len(self.guidelines)], note="A reason.")
            seen = {"lock_version": case.lock_version, "revision": case.comment.revision - is_stale}
            key, by = uuid.uuid4(), self.keepers[name]
            self.attempt(f"decide {outcome}", lambda: decide(case, choice, by=by, key=key, **seen))

    @rule(n=which, is_sampled=st.booleans())
    def take_back(self, n: int, is_sampled: bool) -> None:
        """Undo one of the last decisions; at times a colleague has opened the comment's case anew meanwhile."""
        rows = Decision.objects.filter(undone_at=None).select_related("comment__article", "by").order_by("-pk")
        decision = self.one(list(rows), n % 3)
        if decision and is_sampled and decision.comment.is_readable:
            self.attempt("sample", lambda: open_case(decision.comment, queue="sampled", severity=0))
        if decision:
            self.attempt("undo", lambda: undo(decision, by=decision.by))

    @rule(n=which, name=keeper, outcome=st.sampled_from(Outcome), is_sampled=st.booleans())
    def think_again(self, n: int, name: str, outcome: Outcome, is_sampled: bool) -> None:
        before = Decision.objects.count()
        self.judge(n, name, outcome, is_stale=False)
        if Decision.objects.count() > before and n % 2:
            self.take_back(0, is_sampled)

    @rule(n=which, name=keeper, act=st.sampled_from(["claim", "claim", "release", "skip", "escalate"]))
    def handle(self, n: int, name: str, act: str) -> None:
        case, by = self.case(n), self.keepers[name]
        if case:
            acts: dict[str, Callable[[], object]] = {
                "claim": lambda: claim(case, by=by),
                "release": lambda: release(case, by=by),
                "skip": lambda: skip(case, by=by),
                "escalate": lambda: escalate(case, by=by, note="Please look."),
            }
            self.attempt(act, acts[act])

    @rule(n=which, name=st.sampled_from(["elder0", "elder1"]), holds=st.booleans())
    def look_again(self, n: int, name: str, holds: bool) -> None:
        rows = Appeal.objects.filter(state="open").select_related("decision__comment", "decision__case")
        found, by = self.one(list(rows.order_by("pk")), n), self.keepers[name]
        if found is None:
            return
        self.attempt("lean", lambda: lean(found, by=by, leaning="upheld" if holds else "overturned"))
        if holds:
            self.attempt("uphold", lambda: uphold(found, by=by, reason="It holds."))
        else:
            verdict = Choice(REMOVE, guideline=self.guidelines[0], note="A reason.")
            self.attempt(
                "overturn", lambda: overturn(found, by=by, reason="It does not.", cause="mistake", verdict=verdict)
            )

    @rule(
        n=which, name=keeper, outcome=st.sampled_from(Outcome), by_whom=reader, ends=st.sampled_from(["", "up", "over"])
    )
    def dispute(self, n: int, name: str, outcome: Outcome, by_whom: str, ends: str) -> None:
        """Somebody reports, somebody decides, somebody appeals, somebody else looks again: the whole way at once."""
        self.report(n, by_whom)
        self.judge(n, name, outcome, is_stale=False)
        last = Decision.objects.filter(undone_at=None, appeal=None).count()
        if last:
            self.complain(last - 1, is_patient=True)
        if ends:
            for elder in ("elder0", "elder1"):
                self.look_again(Appeal.objects.filter(state="open").count() - 1, elder, holds=ends == "up")

    @rule(seconds=st.sampled_from([1, 61, 61, 700, 1000]))
    def wait(self, seconds: int) -> None:
        self.now.shift(timedelta(seconds=seconds))

    # --- what always holds
    @invariant()
    def every_pair_is_legal(self) -> None:
        for comment in Comment.objects.filter(article=self.article):
            case = Case.objects.filter(comment=comment).order_by("-opened_at", "-pk").first()
            standing = self.standing(case)
            pair = (comment.visibility, case.state if case else "none", standing.outcome if standing else "")
            assert pair in LEGAL, f"comment {comment.pk}: {pair}"
            if comment.visibility == HELD and case and case.state in DECIDED:
                assert comment.returned_at is not None, "held, decided, and nobody's turn"

    def standing(self, case: Case | None) -> Decision | None:
        return Decision.objects.filter(case=case, undone_at=None, superseded_by=None).first() if case else None

    @invariant()
    def no_decision_is_lost(self) -> None:
        for case in Case.objects.all():
            live = Decision.objects.filter(case=case, undone_at=None, supersedes=None)
            assert live.count() == (case.state in DECIDED)
        for comment in Comment.objects.filter(article=self.article).exclude(visibility=WITHDRAWN):
            last = Decision.objects.filter(comment=comment, undone_at=None).order_by("-created_at", "-pk").first()
            if last is not None and last.revision == comment.revision:
                assert comment.visibility == VISIBILITY[last.outcome]

    @invariant()
    def whoever_is_removed_knows_why_and_can_appeal(self) -> None:
        for comment in Comment.objects.filter(article=self.article, visibility=REMOVED):
            last = Decision.objects.select_related("comment").filter(comment=comment, undone_at=None).latest("pk")
            assert (last.outcome, last.guideline_version_id is None, last.note) == (REMOVE, False, "A reason.")
            told = Notification.objects.get(decision=last, kind="decision")
            assert (told.user_id, told.guest_id) == (comment.author_id, comment.guest_id)
            assert told.cancelled_at is None
            by = comment.author or comment.guest
            assert by is not None
            # In a minute, or somebody has done so: there is no other "no".
            assert self.answer(partial(check_can_appeal, last, by)) in {"", "not_final", "appealed"}

    @invariant()
    def who_was_not_told_will_not_be(self) -> None:
        assert not Notification.objects.filter(decision__undone_at__isnull=False, cancelled_at=None).exists()
        assert not Notification.objects.filter(decision__undone_at=None, cancelled_at__isnull=False).exists()

    @invariant()
    def what_is_held_is_read_by_its_author_and_the_house(self) -> None:
        rows = Comment.objects.filter(article=self.article).exclude(visibility__in=(PUBLIC, COLLAPSED))
        for comment in rows:
            may = {name for name, by in self.people.items() if discussions_access.can_read(by, comment)}
            assert may == {name for name, by in self.people.items() if comment.is_by(by)}
            assert not discussions_access.can_read(None, comment)
            assert all(discussions_access.can_read(by, comment) for by in self.keepers.values())

    def readers_read_what_is_public(self) -> None:
        page = Client().get(self.article.get_absolute_url()).content.decode()
        # What is public may be further down, behind a link.
        hidden = [row for row in Comment.objects.filter(article=self.article) if not row.is_readable]
        assert [row for row in hidden if row.body in page] == []


@pytest.mark.django_db
def test_random_days(settings: Settings) -> None:
    # A test that flushed the database took the migration's guidelines away.
    importlib.import_module("moderation.migrations.0002_default_guidelines").install(apps, None)
    settings.COMMENT_SCREENS = [f"{__name__}.Screen"]
    done.clear()
    # A few days may by chance go without, say, an edit; that many in a row do only when it is always refused.
    for _ in range(5):
        run_state_machine_as_test(House, settings=hypothesis_settings(max_examples=10, stateful_step_count=30))
        if set(done) >= USUAL:
            break
    assert set(done) >= USUAL, "The days were empty ones."
