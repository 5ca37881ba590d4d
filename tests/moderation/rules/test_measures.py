"""What rules do that lasts: it is told, it ends, it can be taken back, and a rule can do nothing worse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from core.errors import NotAllowed, Refused
from core.models import Outbox
from core.outbox import drain
from discussions.actions.lock import lock_branch
from discussions.models import Article, Comment
from moderation.actions.rule_life import pause_rule, sign_version
from moderation.actions.rule_measures import end_measure, follow_hit
from moderation.actions.rule_revert import measures_of, revert_rule
from moderation.actions.rules import latest_version
from moderation.models import AuditEntry, Case, Guideline, Notification, Rule, RuleHit, RuleMeasure, Sanction
from moderation.rules.parse import NotARule, parse
from moderation.rules.vocabulary import ACTIONS
from tests.factories import make_comment, make_moderator, make_user
from tests.moderation.rules.conftest import MakeRule, Post, definition

pytestmark = pytest.mark.django_db


def in_a_branch(article: Article) -> Comment:
    """Return a reply in a branch of two."""
    return make_comment(parent=make_comment(article))


def root_of(comment: Comment) -> Comment:
    """Return the first comment of its branch as it is now."""
    return Comment.objects.get(pk=comment.root_id or comment.pk)


def rest(minutes: float) -> None:
    """Let time pass for everything that was written."""
    for model, column in ((Comment, "created_at"), (RuleMeasure, "until"), (Sanction, "until")):
        for row in model.objects.exclude(**{column: None}):
            setattr(row, column, getattr(row, column) - timedelta(minutes=minutes))
            row.save(update_fields=[column])


def test_a_branch_is_slowed_down_for_everybody_and_it_passes(
    make_rule: MakeRule, post: Post, article: Article, reader: User
) -> None:
    make_rule(then=[{"slow": 10}])
    parent = in_a_branch(article)
    post("You fool!", parent=parent)
    drain()
    measure = RuleMeasure.objects.get()
    assert (measure.kind, measure.branch, measure.minutes) == ("slow", parent.root, 10)
    with pytest.raises(Refused, match="slowly"):
        post("And again.", parent=parent)
    assert post("Elsewhere.").visibility == "public"
    other = make_user()
    post("My first word here.", parent=parent, by=other)
    with pytest.raises(Refused, match="your text is kept"):
        post("My second.", parent=parent.root, by=other)
    for _i in range(2):
        post("Staff write on.", parent=parent, by=make_moderator())
    rest(11)
    assert post("And again, later.", parent=parent).visibility == "public"
    with pytest.raises(Refused):
        post("And again at once.", parent=parent)
    rest(24 * 60)
    post("The next day.", parent=parent)
    assert post("As fast as ever.", parent=parent).visibility == "public"
    assert Case.objects.filter(comment__body="You fool!").exists()  # a person looks at it


def test_a_branch_is_closed_and_opens_by_itself(make_rule: MakeRule, post: Post, article: Article) -> None:
    make_rule(then=[{"close_thread": 2}])
    parent = in_a_branch(article)
    comment = post("You fool!", parent=parent)
    drain()
    with pytest.raises(NotAllowed, match="locked"):
        post("An answer.", parent=comment)
    assert [row.data["kind"] for row in AuditEntry.objects.filter(name="rule.measure")] == ["close_thread"]
    assert AuditEntry.objects.filter(name="branch.locked", actor_id=None).exists()
    Outbox.objects.filter(topic="moderation.rule_measure_over").update(next_at=timezone.now())
    drain()
    assert RuleMeasure.objects.get().ended_at is not None
    assert post("An answer.", parent=comment).visibility == "public"


def test_what_a_moderator_has_locked_stays_so(make_rule: MakeRule, post: Post, article: Article) -> None:
    rule = make_rule(then=[{"close_thread": 2}])
    parent = in_a_branch(article)
    hit = RuleHit.objects.get(comment=post("You fool!", parent=parent))
    RuleMeasure.objects.all().delete()
    Comment.objects.update(is_locked=False)
    lock_branch(root_of(parent), by=make_moderator())
    assert follow_hit(hit) == []
    revert_rule(rule, by=rule.owner, reason="Wrong.")  # type: ignore[arg-type]
    assert root_of(parent).is_locked


def test_two_rules_close_a_branch_and_the_longer_lasts(make_rule: MakeRule, post: Post, article: Article) -> None:
    make_rule(then=[{"close_thread": 2}])
    make_rule(then=[{"close_thread": 5}], title="Longer")
    parent = in_a_branch(article)
    post("You fool!", parent=parent)
    drain()
    short, long = RuleMeasure.objects.order_by("until")
    assert end_measure(short, by=None)
    assert root_of(parent).is_locked
    assert end_measure(long, by=None)
    assert not end_measure(long, by=None)
    assert not root_of(parent).is_locked


def test_an_author_is_read_first_is_told_why_and_it_is_taken_back(
    make_rule: MakeRule, post: Post, reader: User, admin: User, second: User, defaults: list[Guideline]
) -> None:
    rule = make_rule(then=[{"premoderate_author": 7}], guideline=defaults[1].slug)
    sign_version(latest_version(rule), by=second)
    comment = post("You fool!")
    assert comment.visibility == "public"  # the next ones are read first
    drain()
    sanction = Sanction.objects.get()
    assert (sanction.user, sanction.kind, sanction.by) == (reader, "premoderation", second)
    assert sanction.until is not None
    assert timedelta(days=6) < sanction.until - timezone.now() <= timedelta(days=7)
    assert "guideline 2" in sanction.reason
    assert "applied by software" in sanction.reason
    assert Notification.objects.get().sanction == sanction
    assert [message.to for message in mail.outbox] == [[reader.email]]
    assert post("A fine day.").visibility == "held"
    post("You fool, I said!")
    drain()
    assert Sanction.objects.count() == 1  # it lasts long enough
    assert list(measures_of(rule)) == list(RuleMeasure.objects.all())
    done = revert_rule(rule, by=admin, reason="The rule was wrong.")
    assert done.ended == 1
    sanction.refresh_from_db()
    assert (sanction.lifted_by, sanction.lift_reason) == (admin, "The rule was wrong.")
    assert post("Another fine day.").visibility == "public"
    assert revert_rule(rule, by=admin, reason="Again.").ended == 0


def test_a_rule_that_was_stopped_meanwhile_does_nothing_more(
    make_rule: MakeRule, post: Post, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = make_rule(then=[{"slow": 5}])
    monkeypatch.setattr("core.background.poke", lambda urgency=None: None)
    monkeypatch.setattr("core.outbox.poke", lambda urgency=None: None)
    post("You fool!")
    pause_rule(rule, by=admin, because="Too many.")
    drain()
    assert not RuleMeasure.objects.exists()


def test_a_watched_rule_does_none_of_it(make_rule: MakeRule, post: Post, defaults: list[Guideline]) -> None:
    then = [{"slow": 5}, {"close_thread": 5}, {"premoderate_author": 5}, "notify_staff"]
    make_rule(then=then, guideline=defaults[1].slug, state="shadow")
    post("You fool!")
    drain()
    assert RuleHit.objects.exists()
    done = [RuleMeasure.objects.count(), Sanction.objects.count(), Case.objects.count(), len(mail.outbox)]
    assert done == [0, 0, 0, 0]


def test_the_same_hit_is_followed_once(make_rule: MakeRule, post: Post, defaults: list[Guideline]) -> None:
    make_rule(then=[{"slow": 5}, {"close_thread": 5}, {"premoderate_author": 5}], guideline=defaults[1].slug)
    post("You fool!")
    drain()
    hit = RuleHit.objects.get()
    assert follow_hit(hit) == []
    assert RuleMeasure.objects.count() == 3
    assert Sanction.objects.count() == 1


def test_administrators_are_mailed_once_an_hour(make_rule: MakeRule, post: Post, admin: User, second: User) -> None:
    rule = make_rule(then=["notify_staff"])
    make_moderator()
    for i in range(3):
        post(f"You fool, {i}!")
    drain()
    assert sorted(message.to[0] for message in mail.outbox) == sorted([admin.email, second.email])
    assert "Names" in mail.outbox[0].subject
    Rule.objects.filter(pk=rule.pk).update(told_at=timezone.now() - timedelta(minutes=61))
    post("You fool, again!")
    drain()
    assert len(mail.outbox) == 4


@pytest.mark.parametrize(
    ("then", "more", "place"),
    [
        ([{"premoderate_author": 5}], {}, "guideline"), ([{"premoderate_author": 31}], {"guideline": "g"}, "then.0"),
        ([{"slow": 0}], {}, "then.0"), ([{"close_thread": 169}], {}, "then.0"),
        ([{"nudge": "Please."}], {"applies_to": ["post", "report"]}, "applies_to"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(then: Any, more: dict[str, Any], place: str) -> None:
    with pytest.raises(NotARule) as wrong:
        parse(definition(then=then, **more))
    assert [problem.path for problem in wrong.value.problems] == [place]


def test_nothing_that_a_rule_can_do_is_for_good_or_unseen() -> None:
    """The list of `rules.md`: no removal, no ban, no change of somebody's words."""
    assert set(ACTIONS) == {
        "note", "tag", "raise", "report", "nudge", "ask_edit", "hold", "reject_spam", "notify_staff", "slow",
        "close_thread", "premoderate_author",
    }  # fmt: skip
