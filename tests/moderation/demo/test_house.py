"""The house of the demo: as the actions would have left it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import authenticate

from accounts.models import User
from discussions.actions.recount import recount
from discussions.demo.accounts import PASSWORD
from discussions.demo.seed import remove_demo, seed_demo
from discussions.models import Comment, Visibility
from moderation import access, audit
from moderation.access import Role
from moderation.models import (
    VISIBILITY,
    Appeal,
    AuditEntry,
    Case,
    Decision,
    Guideline,
    Notification,
    Report,
    StaffNote,
)
from moderation.queries.appeals import open_appeals
from moderation.queries.figures import read_log, waits

NOW = datetime(2031, 5, 4, 9, 30, tzinfo=UTC)


def _seed(scale: float = 0.05) -> None:
    seed_demo(seed=1, scale=scale, now=NOW, progress=lambda *_done: None)


@pytest.fixture
def demo(defaults: list[Guideline]) -> None:
    _seed()


def _account(role: str) -> User:
    user = authenticate(username=f"{role}@example.org", password=PASSWORD)
    assert isinstance(user, User)
    return user


def test_staff_has_its_roles(demo: None) -> None:
    roles = {role: access.standing_of(_account(role)).role for role in ("reader", "moderator", "senior", "admin")}
    assert roles == {
        "reader": Role.READER, "moderator": Role.MODERATOR, "senior": Role.SENIOR, "admin": Role.ADMIN,
    }  # fmt: skip


def test_there_is_something_to_do_in_every_queue(demo: None) -> None:
    waiting = Case.objects.waiting()
    assert set(waiting.values_list("queue", flat=True)) == {"held", "reported", "sampled"}
    assert waiting.filter(state="escalated").exclude(escalation_note="").count() == 1
    assert max(Report.objects.filter(case=case).count() for case in waiting) > 3
    assert waiting.filter(reports__gt=1).exists()
    senior = _account("senior")
    assert len(open_appeals(access.standing_of(senior), senior)) == 2
    assert set(Appeal.objects.values_list("state", flat=True)) == {"open", "upheld", "overturned"}
    assert StaffNote.objects.count() == 1


def test_what_readers_see_is_what_was_decided(demo: None) -> None:
    for comment in Comment.objects.exclude(visibility__in=(Visibility.PUBLIC, Visibility.WITHDRAWN)):
        decision = Decision.objects.filter(comment=comment, superseded_by=None).first()
        if decision is None:
            assert comment.visibility == Visibility.HELD
            assert Case.objects.waiting().filter(comment=comment).exists()
            continue
        assert VISIBILITY[decision.outcome] == comment.visibility
        assert decision.guideline_version is not None
        assert decision.note == comment.visibility_reason
        assert (comment.returned_at is not None) == (decision.outcome == "return")
        assert Notification.objects.filter(decision=decision, kind="decision").exists()
    for decision in Decision.objects.filter(superseded_by=None, outcome="publish"):
        assert decision.comment.visibility == Visibility.PUBLIC
        assert decision.comment.is_reviewed
    assert recount(repair=False) == []


def test_the_log_holds_and_makes_figures(demo: None) -> None:
    assert audit.find_break() is None
    times = list(AuditEntry.objects.order_by("id").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] <= NOW
    read = read_log(NOW.replace(day=1))
    assert len(read.acts) > 20
    assert {row.queue for row in waits(read.acts)} == {"held", "reported"}
    assert (read.upheld, read.overturned) == (1, 1)
    assert Decision.objects.filter(undone_at=None, supersedes=None).count() >= len(read.acts)


def test_nobody_decides_about_themselves_and_no_mail_goes_out(demo: None) -> None:
    for decision in Decision.objects.select_related("comment__parent"):
        assert not access.has_part_in(decision.by, decision.comment)
        assert decision.created_at <= NOW
    for report in Report.objects.select_related("comment", "user"):
        assert not report.comment.is_by(report.user)
    assert not Notification.objects.filter(mailed_at=None).exists()


def _story() -> list[Any]:
    rows = Decision.objects.order_by("created_at", "comment__body")
    return list(rows.values_list("comment__body", "outcome", "note", "by__username", "created_at", "seconds"))


def test_the_same_seed_tells_the_same_story_and_leaves_nothing_behind(demo: None) -> None:
    before, lines = _story(), audit.head().count
    remove_demo()
    assert not any(model.objects.exists() for model in (Case, Decision, Appeal, Report, Notification, StaffNote))
    _seed()
    assert _story() == before
    assert audit.head().count == 2 * lines, "nothing is ever taken out of the log"
    assert audit.find_break() is None


@pytest.mark.parametrize("scale", [0, 0.005])
def test_a_short_demo_has_a_short_past(defaults: list[Guideline], scale: float) -> None:
    _seed(scale)
    assert audit.find_break() is None
    assert Case.objects.count() <= Comment.objects.count()


@pytest.mark.django_db
def test_without_guidelines_nothing_is_decided() -> None:
    Guideline.objects.update(retired_at=NOW.replace(year=2020))
    _seed(0.005)
    assert not Case.objects.exists()
