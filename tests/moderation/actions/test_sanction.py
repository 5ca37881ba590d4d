"""Imposing, acknowledging and lifting sanctions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.guests import claim
from accounts.models import Guest, User
from core.errors import Conflict, NotAllowed, Refused
from discussions.models import Comment
from moderation import audit
from moderation.actions.sanction import acknowledge, impose, lift, suggest
from moderation.ladder import Suggestion, next_step
from moderation.models import AuditEntry, Case, Decision, GuidelineVersion, Notification, Sanction, SectionModerator
from tests.factories import make_admin, make_article, make_comment, make_guest, make_moderator, make_section, make_user
from tests.moderation.conftest import Decide
from tests.threads import at_once

pytestmark = pytest.mark.django_db

Impose = Callable[..., Sanction]


@pytest.fixture
def impose_(senior: User, guideline: GuidelineVersion) -> Impose:
    """Return a function that imposes with everything filled in that a test does not care for."""

    def call(person: User | Guest, kind: str = "warning", *, days: int | None = None, **fields: Any) -> Sanction:
        given: dict[str, Any] = {
            "guideline_version": guideline, "reason": "This was an attack on a person.", "by": senior,
            "key": uuid.uuid4(), "until": timezone.now() + timedelta(days=days) if days else None,
        }  # fmt: skip
        return impose(person, kind=kind, **{**given, **fields})

    return call


@pytest.mark.parametrize(("kind", "days"), [("warning", None), ("premoderation", 14), ("mute", 7), ("ban", None)])
def test_every_step_is_written_told_and_logged(
    impose_: Impose, reader: User, senior: User, kind: str, days: int | None
) -> None:
    sanction = impose_(reader, kind, days=days)
    assert Sanction.objects.against(reader).active().get() == sanction
    assert (sanction.kind, sanction.until is None, sanction.reason) == (
        kind, days is None, "This was an attack on a person.",
    )  # fmt: skip
    told = Notification.objects.to(reader).get()
    assert (told.kind, told.sanction) == ("sanction", sanction)
    entry = AuditEntry.objects.get()
    assert (entry.name, entry.actor_id, entry.subject_id) == ("sanction.imposed", senior.pk, reader.pk)
    assert entry.data["kind"] == kind
    assert "attack" not in str(entry.data), "the log holds no words of people"
    assert audit.find_break() is None


def test_a_guest_is_sanctioned_and_told(impose_: Impose) -> None:
    guest = make_guest()
    sanction = impose_(guest, "mute", days=7)
    assert (sanction.guest, sanction.user) == (guest, None)
    assert Notification.objects.to(guest).get().sanction == sanction
    assert AuditEntry.objects.get().data["guest"] == guest.pk


def test_a_guest_who_became_a_member_is_sanctioned_as_that_member(impose_: Impose, reader: User) -> None:
    guest = make_guest()
    impose_(guest)
    claim(guest, by=reader)
    sanction = impose_(guest, "mute", days=7)
    assert (sanction.guest, sanction.user) == (None, reader)
    assert Sanction.objects.against(reader).active().count() == 2, "what was imposed before came along"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "exile"}, "what should follow"),
        ({"reason": " \n"}, "reason in words"),
        ({"reason": "x" * 1001}, "at most 1000"),
        ({"kind": "mute"}, "how many days"),
        ({"kind": "premoderation"}, "how many days"),
        ({"kind": "mute", "until": timezone.now() - timedelta(days=1)}, "in the future"),
        ({"kind": "mute", "days": 400}, "a year at most"),
    ],
)
def test_what_is_not_complete_is_refused(impose_: Impose, reader: User, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        impose_(reader, **fields)
    assert not Sanction.objects.exists()
    assert not Notification.objects.exists()


def test_a_warning_has_no_end_whatever_is_given(impose_: Impose, reader: User) -> None:
    assert impose_(reader, days=3).until is None


def test_a_ban_may_be_longer_than_a_year(impose_: Impose, reader: User) -> None:
    assert impose_(reader, "ban", days=900).until is not None


@pytest.mark.parametrize("kind", ["warning", "premoderation", "mute"])
def test_a_moderator_takes_every_step_but_the_last(impose_: Impose, reader: User, moderator: User, kind: str) -> None:
    assert impose_(reader, kind, days=7, by=moderator).by == moderator


def test_a_moderator_does_not_ban_and_does_not_lift(impose_: Impose, reader: User, moderator: User) -> None:
    with pytest.raises(NotAllowed):
        impose_(reader, "ban", by=moderator)
    sanction = impose_(reader)
    with pytest.raises(NotAllowed):
        lift(sanction, by=moderator, reason="Enough.")


def test_readers_sanction_nobody(impose_: Impose, reader: User) -> None:
    with pytest.raises(NotAllowed):
        impose_(make_user(), by=reader)


def test_nobody_sanctions_themselves(impose_: Impose, senior: User, guideline: GuidelineVersion) -> None:
    with pytest.raises(NotAllowed, match="about themselves"):
        impose_(senior)
    row = Sanction(user=senior, kind="ban", guideline_version=guideline, reason="x", by=senior, key=uuid.uuid4())
    with pytest.raises(IntegrityError, match="nobody_sanctions_themselves"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("acting", "target", "allowed"),
    [
        ("moderator", "moderator", False), ("moderator", "senior", False), ("moderator", "admin", False),
        ("moderator", "section", False), ("section", "moderator", False),
        ("senior", "moderator", True), ("senior", "section", True), ("senior", "senior", False),
        ("senior", "admin", False), ("admin", "senior", True), ("admin", "admin", False),
        ("admin", "superuser", False),
    ],
)  # fmt: skip
def test_staff_are_sanctioned_only_from_above(impose_: Impose, acting: str, target: str, allowed: bool) -> None:
    by, person = _staff(acting), _staff(target)
    make_comment(make_article(section=make_section()), by=person)
    if allowed:
        assert impose_(person, by=by).user == person
        return
    with pytest.raises(NotAllowed, match="higher role"):
        impose_(person, by=by)


def _staff(role: str) -> User:
    if role == "superuser":
        return make_user(is_superuser=True)
    codenames = {"moderator": ["moderate"], "senior": ["moderate", "review"], "admin": ["moderate", "administer"]}
    user = make_user()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames.get(role, [])))
    if role == "section":
        SectionModerator.objects.create(user=user, section=make_section())
    return user


def test_staff_without_the_second_factor_are_staff_all_the_same(
    impose_: Impose, senior: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, target = make_moderator(), make_moderator()
    settings.STAFF_NEED_SECOND_FACTOR = True
    monkeypatch.setitem(by.__dict__, "is_ready_for_duty", True)
    with pytest.raises(NotAllowed, match="higher role"):
        impose_(target, by=by)


def test_a_moderator_of_a_section_acts_on_who_wrote_there(impose_: Impose, reader: User) -> None:
    keeper, section = make_user(), make_section("Culture")
    SectionModerator.objects.create(user=keeper, section=section)
    make_comment(make_article(section=make_section("News")), by=reader)
    with pytest.raises(NotAllowed, match="nothing in your sections"):
        impose_(reader, by=keeper)
    make_comment(make_article(section=section), by=reader)
    assert impose_(reader, by=keeper)


def test_the_same_form_twice_is_one_sanction(impose_: Impose, reader: User) -> None:
    key = uuid.uuid4()
    assert impose_(reader, key=key) == impose_(reader, key=key)
    assert Sanction.objects.count() == Notification.objects.count() == AuditEntry.objects.count() == 1
    with pytest.raises(Conflict, match="used already"):
        impose_(make_user(), key=key)
    with pytest.raises(Conflict, match="used already"):
        impose_(reader, key=key, by=make_admin())


def test_what_changes_nothing_is_refused_and_longer_is_not(impose_: Impose, reader: User) -> None:
    impose_(reader, "mute", days=7)
    with pytest.raises(Conflict, match="in force already"):
        impose_(reader, "mute", days=3)
    impose_(reader, "mute", days=30)
    impose_(reader, "ban")
    with pytest.raises(Conflict, match="in force already"):
        impose_(reader, "ban", days=30)


def test_the_decision_is_about_this_person(impose_: Impose, reader: User, case: Case, decide_: Decide) -> None:
    decision = decide_(case)
    assert impose_(reader, decision=decision).decision == decision
    with pytest.raises(Refused, match="somebody else"):
        impose_(make_user(), decision=decision)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_are_one_warning(impose_: Impose, reader: User) -> None:
    moderators = [make_moderator() for _n in range(4)]
    told = at_once([partial(impose_, reader, by=by) for by in moderators])
    assert Sanction.objects.count() == 1
    assert sum(isinstance(answer, Conflict) for answer in told) == 3
    assert audit.find_break() is None


def test_a_warning_is_over_when_it_is_read(impose_: Impose, reader: User) -> None:
    sanction = impose_(reader)
    with pytest.raises(NotAllowed):
        acknowledge(sanction, by=make_user())
    first = acknowledge(sanction, by=reader).acknowledged_at
    assert acknowledge(sanction, by=reader).acknowledged_at == first
    assert not Sanction.objects.against(reader).active().exists()
    assert [entry.name for entry in AuditEntry.objects.all()] == ["sanction.acknowledged", "sanction.imposed"]


def test_a_guest_acknowledges_with_the_same_number_as_a_member_only_their_own(impose_: Impose) -> None:
    guest = make_guest()
    sanction = impose_(guest)
    with pytest.raises(NotAllowed):
        acknowledge(sanction, by=User.objects.filter(pk=guest.pk).first() or make_user(id=guest.pk))
    assert acknowledge(sanction, by=guest).acknowledged_at


def test_sanctions_end_by_time_without_a_job(impose_: Impose, reader: User) -> None:
    impose_(reader, "mute", days=7)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert not Sanction.objects.against(reader).active().exists()


def test_lifting_ends_it_says_why_and_tells(impose_: Impose, reader: User, senior: User) -> None:
    sanction = impose_(reader, "ban")
    with pytest.raises(Refused, match="why it ends"):
        lift(sanction, by=senior, reason="")
    lifted = lift(sanction, by=senior, reason="It was somebody else.")
    assert (lifted.lifted_by, lifted.lift_reason) == (senior, "It was somebody else.")
    assert lift(sanction, by=make_admin(), reason="Again.").lifted_by == senior
    assert not Sanction.objects.against(reader).active().exists()
    assert [told.kind for told in Notification.objects.to(reader)] == ["lifted", "sanction"]
    assert AuditEntry.objects.filter(name="sanction.lifted").count() == 1


def test_nobody_lifts_their_own(impose_: Impose, senior: User) -> None:
    sanction = impose_(senior, "mute", days=7, by=make_admin())
    with pytest.raises(NotAllowed, match="somebody else decides"):
        lift(sanction, by=senior, reason="I am sorry.")


def test_what_is_over_is_not_lifted(impose_: Impose, reader: User, senior: User) -> None:
    sanction = impose_(reader, "mute", days=1)
    with time_machine.travel(timezone.now() + timedelta(days=2)), pytest.raises(Conflict, match="ended by itself"):
        lift(sanction, by=senior, reason="Enough.")


@pytest.mark.parametrize(
    ("before", "restrictions", "expected"),
    [
        ([], 0, None),
        ([], 1, ("warning", None)),
        (["warning"], 0, None),
        (["warning"], 1, ("premoderation", 14)),
        (["premoderation"], 2, ("mute", 7)),
        (["mute", "warning"], 1, ("ban", 90)),
        (["ban"], 1, ("ban", None)),
        (["warning", "ban"], 0, None),
    ],
)
def test_the_ladder(before: list[str], restrictions: int, expected: tuple[str, int | None] | None) -> None:
    step = next_step(before, restrictions)
    assert step == (Suggestion(*expected) if expected else None)  # type: ignore[arg-type]


def test_what_the_record_suggests(
    impose_: Impose, reader: User, case: Case, held: Comment, decide_: Decide, senior: User
) -> None:
    assert suggest(reader) is None
    decide_(case)
    assert suggest(reader) == Suggestion("warning", None)  # type: ignore[arg-type]
    sanction = impose_(reader)
    assert suggest(reader) is None, "nothing has happened since"
    later = Decision.objects.get()
    Decision.objects.filter(pk=later.pk).update(created_at=timezone.now() + timedelta(seconds=1))
    assert suggest(reader) == Suggestion("premoderation", 14)  # type: ignore[arg-type]
    lift(sanction, by=senior, reason="A mistake.")
    assert suggest(reader) == Suggestion("warning", None)  # type: ignore[arg-type]
    assert Sanction.objects.count() == 1, "a suggestion does nothing"


def test_a_year_later_it_is_forgotten(impose_: Impose, reader: User) -> None:
    impose_(reader, "mute", days=7)
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert suggest(reader) is None
