"""Rules that are asked when a reader has reported a comment."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from core.outbox import drain
from discussions.models import Comment
from moderation.actions.report import report_comment
from moderation.actions.rule_reports import ask_rules_of_reported
from moderation.actions.rule_revert import revert_rule, revertible
from moderation.models import Case, Guideline, RuleHit
from moderation.queries import ruleset
from tests.factories import make_comment, make_moderator, make_user
from tests.moderation.conftest import Decide
from tests.moderation.rules.conftest import WORD, MakeRule, Post

pytestmark = pytest.mark.django_db

THREE = {"field": "reports", "op": ">=", "value": 3}


def report(comment: Comment, guideline: Guideline, times: int = 1) -> Comment:
    """Have so many readers report it, and the rules asked; return the comment as it is then."""
    for _i in range(times):
        report_comment(comment, by=make_user(), guideline=guideline)
    drain()
    comment.refresh_from_db()
    return comment


def test_a_rule_holds_what_many_have_reported(
    make_rule: MakeRule, post: Post, guidelines: list[Guideline], admin: User
) -> None:
    rule = make_rule(THREE, applies_to=["report"], guideline=guidelines[1].slug)
    comment = post("A fine day.")
    assert report(comment, guidelines[0], 2).visibility == "public"
    assert not RuleHit.objects.exists()
    held = report(comment, guidelines[1])
    assert (held.visibility, "guideline 2" in held.visibility_reason) == ("held", True)
    hit = RuleHit.objects.get()
    assert (hit.event, hit.has_held, hit.rule) == ("report", True, rule)
    case = Case.objects.get()
    assert (case.queue, case.severity, case.hold_reason) == ("held", Case.Severity.HELD, held.visibility_reason)
    # Taken back, it is among the reported as if the rule had never been.
    assert list(revertible(rule, admin)) == [hit]
    assert revert_rule(rule, by=admin, reason="The rule was wrong.").published == 1
    held.refresh_from_db()
    case.refresh_from_db()
    assert (held.visibility, case.state, case.queue) == ("public", "open", "reported")
    assert case.severity == Case.Severity.REPORTED


def test_reports_are_counted_by_guideline(make_rule: MakeRule, post: Post, guidelines: list[Guideline]) -> None:
    make_rule(
        {"field": "reports", "op": ">=", "value": 2, "of": {"guideline": guidelines[1].slug}}, applies_to=["report"]
    )
    comment = post("A fine day.")
    assert report(comment, guidelines[0], 3).visibility == "public"
    assert report(comment, guidelines[1], 1).visibility == "public"
    assert report(comment, guidelines[1], 1).visibility == "held"


def test_reports_weigh_as_in_the_queue(make_rule: MakeRule, post: Post, guidelines: list[Guideline]) -> None:
    make_rule({"field": "report_score", "op": ">", "value": 0}, [{"tag": "weighs"}], applies_to=["report"])
    report(post("A fine day."), guidelines[0])
    assert RuleHit.objects.get().actions == [["tag", "weighs"]]


@pytest.mark.parametrize("way", ["decided", "staff", "removed"])
def test_where_a_person_has_spoken_no_rule_speaks(
    make_rule: MakeRule, guidelines: list[Guideline], moderator: User, decide_: Decide, way: str, post: Post
) -> None:
    make_rule({"field": "reports", "op": ">=", "value": 1}, applies_to=["report"])
    comment = post("Mine.", by=make_moderator()) if way == "staff" else post("A fine day.")
    with_rules = ruleset.InUse.are_asked
    ruleset.InUse.are_asked = lambda self, event: False  # type: ignore[method-assign]
    report(comment, guidelines[0])
    ruleset.InUse.are_asked = with_rules  # type: ignore[method-assign]
    if way == "decided":
        decide_(Case.objects.get(), "publish")
    elif way == "removed":
        Comment.objects.update(visibility="removed")
    before = Comment.objects.values_list("visibility", flat=True).get(pk=comment.pk)
    assert ask_rules_of_reported(comment) is None
    assert Comment.objects.values_list("visibility", flat=True).get(pk=comment.pk) == before
    assert not RuleHit.objects.exists()


def test_a_rule_speaks_once_of_a_text(make_rule: MakeRule, post: Post, guidelines: list[Guideline]) -> None:
    make_rule(then=[{"raise": 5}], applies_to=["post", "report"])
    comment = post("You fool!")
    report(comment, guidelines[0], 2)
    hit = RuleHit.objects.get()
    assert (hit.event, Case.objects.get().raised) == ("post", 5)


def test_a_rule_that_was_in_doubt_may_be_certain_now(
    make_rule: MakeRule, post: Post, guidelines: list[Guideline]
) -> None:
    """Of a comment that is posted, a network is not known; once there are reports, it does not matter."""
    unknown = {"field": "count", "op": ">", "value": 99, "of": {"by": "network"}}
    make_rule({"any": [unknown, {"field": "reports", "op": ">", "value": 0}]}, ["hold", {"raise": 5}],
              applies_to=["post", "report"])  # fmt: skip
    comment = post("A fine day.")
    assert RuleHit.objects.get().is_certain is False
    assert report(comment, guidelines[0]).visibility == "held"
    assert RuleHit.objects.get().is_certain is True


def test_a_watched_rule_only_watches_reports(make_rule: MakeRule, post: Post, guidelines: list[Guideline]) -> None:
    make_rule(THREE, applies_to=["report"], state="shadow")
    assert report(post("A fine day."), guidelines[0], 4).visibility == "public"
    hit = RuleHit.objects.get()
    assert (hit.event, hit.is_live, hit.has_held) == ("report", False, False)


def test_rules_for_posting_are_not_asked(make_rule: MakeRule, guidelines: list[Guideline], article: Any) -> None:
    make_rule()
    comment = make_comment(article, body="You fool!")
    assert report(comment, guidelines[0]).visibility == "public"
    make_rule({**WORD, "value": "knave"}, applies_to=["report"])
    assert report(comment, guidelines[0]).visibility == "public"
    assert not RuleHit.objects.exists()


@pytest.fixture
def guidelines(defaults: list[Guideline]) -> list[Guideline]:
    return defaults
