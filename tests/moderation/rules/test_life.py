"""From draft to live and out again: who may, what has to be there first, and taking everything back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.errors import Conflict, NotAllowed, Refused
from core.outbox import drain
from discussions.models import Comment
from moderation.actions.rule_life import archive_rule, go_live, pause_rule, sign_version, watch_rule, whats_missing
from moderation.actions.rule_revert import revert_rule, revertible
from moderation.actions.rules import change_rule, create_rule, import_rules, latest_version
from moderation.models import AuditEntry, Case, Guideline, Rule, RuleVersion
from moderation.rules.parse import parse
from tests.factories import make_admin, make_senior, make_user
from tests.moderation.conftest import Decide
from tests.moderation.rules.conftest import WORD, MakeRule, Post, definition, try_out

pytestmark = pytest.mark.django_db


def test_the_whole_way(make_rule: MakeRule, admin: User, second: User) -> None:
    rule = make_rule(state="draft")
    try_out(rule)
    sign_version(latest_version(rule), by=second)
    with pytest.raises(Conflict):  # it is watched first
        go_live(rule, by=admin)
    assert watch_rule(rule, by=admin).state == "shadow"
    assert go_live(rule, by=admin).state == "live"
    assert pause_rule(rule, by=second, because="Too many.").paused_because == "Too many."
    assert archive_rule(rule, by=admin).state == "archived"
    names = list(AuditEntry.objects.order_by("id").values_list("name", flat=True))
    assert names == ["rule.created", "rule.signed", "rule.watched", "rule.went_live", "rule.paused", "rule.archived"]
    with pytest.raises(Refused, match="archive"):
        change_rule(rule, parse(definition(title="Other")), by=admin)


def test_a_change_needs_everything_anew_and_the_old_version_goes_on(
    make_rule: MakeRule, admin: User, second: User
) -> None:
    rule = make_rule(state="shadow")
    try_out(rule)
    sign_version(latest_version(rule), by=second)
    old = go_live(rule, by=admin).in_force
    assert change_rule(rule, parse(definition()), by=admin) is None
    new = change_rule(rule, parse(definition({**WORD, "value": "knave"})), by=admin)
    assert new is not None
    assert new.n == 2
    rule.refresh_from_db()
    assert (rule.state, rule.in_force) == ("live", old)
    assert len(whats_missing(new, rule)) == 2
    try_out(rule)
    sign_version(new, by=second)
    assert go_live(rule, by=second).in_force == new


@pytest.mark.parametrize(
    ("then", "precision", "is_enough"),
    [
        (["hold"], 0.9, True), (["hold"], 0.89, False), (["hold"], None, False), (["reject_spam"], 0.97, False),
        (["reject_spam"], 0.98, True), ([{"nudge": "Please."}], 0.1, True), ([{"tag": "t"}], None, True),
    ],
)  # fmt: skip
def test_the_bar_that_a_rule_has_to_reach(
    make_rule: MakeRule, second: User, then: Any, precision: float | None, is_enough: bool
) -> None:
    rule = make_rule(then=then, state="shadow")
    try_out(rule, precision)
    sign_version(latest_version(rule), by=second)
    if is_enough:
        assert go_live(rule, by=second).state == "live"
    else:
        with pytest.raises(Refused, match="right often enough"):
            go_live(rule, by=second)


def test_what_is_missing_is_said_at_once(make_rule: MakeRule, admin: User, second: User) -> None:
    rule = make_rule(state="shadow", budget={})
    with pytest.raises(Refused) as refused:
        go_live(rule, by=admin)
    for words in ("second administrator", "in an hour", "tried on the history"):
        assert words in str(refused.value.message)


def test_nobody_signs_what_they_wrote(make_rule: MakeRule, admin: User, second: User) -> None:
    version = latest_version(make_rule())
    with pytest.raises(NotAllowed, match="somebody else"):
        sign_version(version, by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleVersion.objects.filter(pk=version.pk).update(signed_by=admin)
    first = sign_version(version, by=second)
    assert sign_version(version, by=second).signed_at == first.signed_at
    assert AuditEntry.objects.filter(name="rule.signed").count() == 1


def test_a_site_with_one_administrator_watches_for_a_day_instead(
    make_rule: MakeRule, admin: User, settings: Settings
) -> None:
    rule = make_rule(state="draft")
    try_out(rule)
    watch_rule(rule, by=admin)
    with pytest.raises(Refused, match="only administrator"):
        go_live(rule, by=admin)
    Rule.objects.update(in_force_at=timezone.now() - timedelta(hours=25))
    newcomer = make_admin("deputy")
    with pytest.raises(Refused, match="second administrator"):  # there is one now
        go_live(rule, by=admin)
    newcomer.is_active = False
    newcomer.save()
    assert go_live(rule, by=admin).state == "live"
    assert AuditEntry.objects.get(name="rule.went_live").data["signed"] is False
    # The day was for that version alone.
    new = change_rule(rule, parse(definition({**WORD, "value": "knave"})), by=admin)
    assert new is not None
    try_out(rule)
    Rule.objects.update(in_force_at=timezone.now() - timedelta(hours=25))
    rule.refresh_from_db()
    assert "only administrator" in " ".join(whats_missing(new, rule))
    settings.RULE_SECOND_SIGNER = False
    assert whats_missing(new, rule) == []


@pytest.mark.parametrize("then", [[{"slow": 5}], [{"close_thread": 5}], [{"premoderate_author": 5}]])
def test_what_lasts_has_to_be_right_as_often_as_what_holds(
    make_rule: MakeRule, second: User, defaults: list[Guideline], then: Any
) -> None:
    rule = make_rule(then=then, state="shadow", guideline=defaults[1].slug, budget={})
    sign_version(latest_version(rule), by=second)
    try_out(rule, 0.89)
    assert len(whats_missing(latest_version(rule), rule)) == 2
    try_out(rule, 0.9)
    assert whats_missing(latest_version(rule), rule) == ["Please say how many hits in an hour are the most."]


def test_only_administrators_keep_rules(make_rule: MakeRule, admin: User) -> None:
    rule, senior = make_rule(), make_senior()
    acts: list[Any] = [
        lambda: create_rule(parse(definition()), by=senior), lambda: change_rule(rule, parse(definition()), by=senior),
        lambda: import_rules([parse(definition())], by=senior), lambda: watch_rule(rule, by=senior),
        lambda: sign_version(latest_version(rule), by=senior), lambda: go_live(rule, by=senior),
        lambda: pause_rule(rule, by=senior, because="x"), lambda: archive_rule(rule, by=senior),
        lambda: revert_rule(rule, by=senior, reason="x"),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_a_pause_says_why_and_is_made_once(make_rule: MakeRule, admin: User) -> None:
    rule = make_rule()
    with pytest.raises(Refused, match="why"):
        pause_rule(rule, by=admin, because="  ")
    pause_rule(rule, by=admin, because="First.")
    assert pause_rule(rule, by=admin, because="Second.").paused_because == "First."


def test_a_rule_that_stops_itself_tells_who_keeps_it(make_rule: MakeRule, admin: User) -> None:
    rule = make_rule()
    pause_rule(rule, by=None, because="It hit too much.")
    drain()
    assert [message.to for message in mail.outbox] == [[admin.email]]
    assert "It hit too much." in str(mail.outbox[0].body)
    assert rule.get_absolute_url() in str(mail.outbox[0].body)


def test_a_guideline_has_to_be_there(admin: User, defaults: list[Guideline]) -> None:
    with pytest.raises(Refused, match="no-such"):
        create_rule(parse(definition(guideline="no-such")), by=admin)
    with pytest.raises(Refused, match="no-such"):
        import_rules([parse(definition()), parse(definition(then=[{"report": "no-such"}]))], by=admin)
    assert not Rule.objects.exists()


def test_reverting_publishes_what_nobody_has_read(
    make_rule: MakeRule, post: Post, admin: User, second: User, decide_: Decide
) -> None:
    rule = make_rule()
    comments = [post(f"You fool, {i}!", by=make_user()) for i in range(5)]
    alone, decided, also_other, changed, claimed = comments
    decide_(Case.objects.get(comment=decided), "remove")
    other = make_rule({**WORD, "value": "knave"})
    two = post("fool and knave", by=make_user())
    Comment.objects.filter(pk=changed.pk).update(revision=2)
    claims = Case.objects.filter(comment__in=[claimed, alone])
    claims.update(state="claimed", claimed_until="2030-01-01T00:00Z", claimed_by=second)
    Case.objects.filter(comment=alone).update(claimed_by=admin)  # who reverts has just looked at it
    assert {hit.comment_id for hit in revertible(rule, admin)} == {alone.pk, also_other.pk}
    done = revert_rule(rule, by=admin, reason="The rule was wrong.")
    assert (done.published, done.left) == (2, 0)
    assert revert_rule(rule, by=admin, reason="Again.").published == 0
    looks = {row.pk: row.visibility for row in Comment.objects.all()}
    assert looks == {
        alone.pk: "public", also_other.pk: "public", decided.pk: "removed", changed.pk: "held", claimed.pk: "held",
        two.pk: "held",
    }  # fmt: skip
    alone.refresh_from_db()
    assert alone.is_reviewed is False  # nobody has read it
    assert Case.objects.get(comment=alone).state == "void"
    assert AuditEntry.objects.filter(name="rule.reverted").count() == 2
    assert other.hits.get().has_held
