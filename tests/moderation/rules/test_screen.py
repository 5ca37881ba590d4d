"""What a rule does to a comment: before it is posted, while it waits, and nothing at all while it is watched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.participants import Participant
from core.outbox import drain
from discussions.actions.edit import edit_comment
from discussions.actions.judge import Nudged
from discussions.models import Article, Comment
from moderation.actions.forget import forget_traces
from moderation.actions.policy import set_policy
from moderation.models import AuditEntry, Case, Guideline, NetworkTrace, Notification, RuleDay, RuleHit
from moderation.queries import rule_facts
from tests.factories import make_admin, make_comment, make_guest, make_moderator, make_section, make_user
from tests.moderation.rules.conftest import WORD, MakeRule, Post

pytestmark = pytest.mark.django_db


def test_a_live_rule_holds_and_says_where(make_rule: MakeRule, post: Post, defaults: list[Guideline]) -> None:
    rule = make_rule(then=["hold", {"tag": "names"}], guideline=defaults[1].slug)
    comment = post("> You fool!\n\nYou **FOOL**, you!")
    assert comment.visibility == "held"
    assert "guideline 2" in comment.visibility_reason
    hit = RuleHit.objects.get()
    assert (hit.rule, hit.version, hit.revision, hit.effect) == (rule, rule.in_force, 1, "hold")
    assert (hit.is_live, hit.is_certain, hit.has_held) == (True, True, True)
    assert [mark[3] for mark in hit.marks] == ["FOOL"]
    assert hit.actions == [["hold", ""], ["tag", "names"]]
    assert (case := Case.objects.get()).hold_reason == comment.visibility_reason
    assert case.severity == Case.Severity.HELD


def test_what_fits_no_rule_is_published(make_rule: MakeRule, post: Post) -> None:
    make_rule()
    assert post("A fine day, and foolish words.").visibility == "public"
    assert not RuleHit.objects.exists()


@pytest.mark.parametrize("then", [[{"nudge": "Please calm down."}], [{"ask_edit": "Please change it."}]])
def test_a_hint_comes_before_posting_and_insisting_waits(
    make_rule: MakeRule, post: Post, defaults: list[Guideline], then: Any
) -> None:
    make_rule(then=then, guideline=defaults[1].slug)
    with pytest.raises(Nudged) as told:
        post("You fool!")
    assert not Comment.objects.exists()
    assert not RuleHit.objects.exists()
    hint = told.value.hint
    assert (hint.message, hint.words) == (next(iter(then[0].values())), ("fool",))
    assert (hint.link, hint.link_words[:12]) == ("/guidelines/#g2", "Guideline 2:")
    assert post("A fine day!").visibility == "public"
    assert post("You fool!", insists=True).visibility == "held"
    assert RuleHit.objects.get().has_held


def test_a_watched_rule_changes_nothing(make_rule: MakeRule, post: Post) -> None:
    """The same texts with and without rules that are watched: every column of every comment and case is the same."""
    texts = ["You fool!", "A fine day.", "fool fool fool"]
    bare = [_looks(post(text, by=make_user())) for text in texts]
    for then in (["hold"], ["reject_spam", {"raise": 50}], [{"nudge": "Please."}, {"tag": "t"}]):
        make_rule(then=then, state="shadow")
    watched = [_looks(post(text, by=make_user())) for text in texts]
    assert watched == bare
    assert not Case.objects.exists()
    assert RuleHit.objects.filter(is_live=False, has_held=False).count() == RuleHit.objects.count() == 6


def _looks(comment: Comment) -> dict[str, Any]:
    comment.refresh_from_db()
    other = {"id", "path", "author_id", "author_name", "created_at", "published_at", "_state"}
    return {name: value for name, value in vars(comment).items() if name not in other and not name.startswith("_")}


@pytest.mark.parametrize("make", [make_moderator, make_admin])
def test_staff_are_exempt(make_rule: MakeRule, post: Post, make: Any) -> None:
    make_rule()
    assert post("You fool!", by=make()).visibility == "public"
    assert not RuleHit.objects.exists()


def test_spam_waits_at_the_end_of_the_queue(make_rule: MakeRule, post: Post) -> None:
    make_rule({**WORD, "value": "casino"}, ["reject_spam"])
    make_rule()
    spam, rude = post("casino"), post("fool")
    assert spam.visibility == rude.visibility == "held"
    order = Case.objects.order_by("-order_key").values_list("comment", flat=True)
    assert list(order) == [rude.pk, spam.pk]


def test_raising_and_reporting_put_a_public_comment_before_moderators(
    make_rule: MakeRule, post: Post, defaults: list[Guideline]
) -> None:
    make_rule(then=[{"raise": 30}, {"note": "Look at the tone."}])
    make_rule({**WORD, "value": "knave"}, [{"report": defaults[1].slug}])
    comment = post("You fool!")
    assert comment.visibility == "public"
    case = Case.objects.get()
    assert (case.queue, case.raised) == ("sampled", 30)
    post("You knave!")
    assert Case.objects.latest("id").queue == "reported"


def test_points_together_stay_below_a_level_of_severity(make_rule: MakeRule, post: Post) -> None:
    for _i in range(3):
        make_rule(then=[{"raise": 80}])
    post("You fool!")
    case = Case.objects.get()
    assert case.raised == 240
    from moderation.queries.queue_rows import priority_of

    assert priority_of(case, case.opened_at).rules == 90


def test_what_is_not_known_never_holds(make_rule: MakeRule, post: Post) -> None:
    when = {"all": [WORD, {"field": "email_domain", "op": "is", "value": "spam.example"}]}
    make_rule(when, ["hold", {"raise": 5}])
    assert post("You fool!", by=make_guest("Gus")).visibility == "public"
    assert RuleHit.objects.get().is_certain is False
    assert post("You fool!", by=make_user(email="x@spam.example")).visibility == "held"


def test_a_rule_that_fails_loses_nothing_and_holds_nothing(
    make_rule: MakeRule, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rule()
    monkeypatch.setattr("moderation.rule_screen.facts_of", lambda *args: 1 / 0)
    comment = post("You fool!")
    assert comment.visibility == "public"
    # A person looks.
    assert Case.objects.get(comment=comment).queue == "sampled"


def test_a_failing_query_does_not_take_the_comment_along(
    make_rule: MakeRule, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rule({"field": "depth", "op": "is", "value": 0})

    def fail(draft: object, told: object, now: object) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        return 0

    monkeypatch.setitem(rule_facts._ASK, "depth", fail)
    assert post("You fool!").visibility == "public"


def test_a_failing_screen_does_not_publish_past_a_policy(
    make_rule: MakeRule, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_policy(None, mode="hold_all", by=make_admin())
    monkeypatch.setattr("moderation.rule_screen.facts_of", lambda *args: 1 / 0)
    assert post("A fine day.").visibility == "held"
    monkeypatch.setattr("moderation.screening._by_policy", lambda draft: 1 / 0)
    assert post("A finer day.").visibility == "held"


def test_an_edit_is_judged_anew(make_rule: MakeRule, post: Post, reader: User) -> None:
    make_rule({"field": "text_added", "op": "has_word", "value": "fool"})
    comment = post("You fool! I said so.")
    assert comment.visibility == "public"
    edited = edit_comment(comment, by=reader, body="You fool! I said it.", revision=1)
    assert edited is not None
    assert edited.visibility == "public"
    edited = edit_comment(edited, by=reader, body="You fool! Fool, I said.", revision=2)
    assert edited is not None
    assert edited.visibility == "public"  # the word was there before
    edited = edit_comment(post("Nice."), by=reader, body="Nice fool.", revision=1)
    assert edited is not None
    assert edited.visibility == "held"
    assert RuleHit.objects.get().revision == 2


def test_what_a_policy_holds_is_not_laid_at_the_rules_door(make_rule: MakeRule, post: Post) -> None:
    set_policy(None, mode="hold_all", by=make_admin())
    make_rule()
    assert post("You fool!").visibility == "held"
    assert RuleHit.objects.get().has_held is False


FACTS: list[tuple[str, str, Any, Any]] = [
    ("article", "is", "lights", None), ("section", "is", "news", None), ("article_age", "<", 2, None),
    ("is_reply", "is", True, None), ("depth", "is", 1, None), ("parent_author_is_same", "is", False, None),
    ("branch_reports", "is", 0, None), ("branch_rate", "is", 1, None), ("account_age", "<", 2, None),
    ("email_verified", "is", False, None), ("email_domain", "is", "Example.org", None),
    ("published_count", "is", 2, None), ("removed_rate", "between", [0.3, 0.4], None),
    ("sanctions_active", "is", 0, None), ("is_guest", "is", False, None), ("name", "has_word", "der", None),
    ("role", "is", "reader", None), ("reports", "is", 0, None), ("report_score", "is", 0, None),
    ("same_as_own_recent", "is", True, {"n": 3}), ("count", "is", 3, {"by": "account"}),
    ("count", "is", 2, {"by": ["account", "article"], "hours": 5}), ("count", "is", 4, {"by": "article"}),
    ("count", ">=", 3, {"by": "signup_day"}), ("language", "is", "en", None),
    ("same_text_of_others", "is", 0, {"hours": 5}), ("near_duplicate_of_others", "is", 0, None),
    ("score", ">", 0.04, {"name": "loud"}),
]  # fmt: skip


def test_every_fact_that_a_rule_asks_for(
    make_rule: MakeRule, post: Post, article: Article, reader: User, settings: Settings
) -> None:
    assert {name for name, *_rest in FACTS} >= rule_facts.FROM_DATABASE
    article.slug, article.section = "lights", make_section("News")
    article.save()
    settings.COMMENT_SCREENS.insert(1, "moderation.signal_screen.SignalsScreen")
    settings.COMMENT_SIGNALS = ["tests.moderation.scores.plugins.Loud"]
    root = make_comment(article)
    make_comment(parent=root)
    make_comment(article, by=reader, visibility="removed")
    make_comment(article, by=reader, body="I was there when it happened, and saw it all myself.")
    make_comment(by=reader)
    for field, op, value, told in FACTS:
        leaf = {"field": field, "op": op, "value": value, **({"of": told} if told else {})}
        make_rule(leaf, title=f"{field} {told}")
    post("I was there when  it happened, and saw it all MYSELF.", parent=root, article=article)
    hits = set(RuleHit.objects.values_list("rule__title", flat=True))
    assert hits == {f"{field} {told}" for field, _op, _value, told in FACTS}


def test_counting_comments_with_the_same_link(make_rule: MakeRule, post: Post) -> None:
    make_rule({"field": "count", "op": ">=", "value": 2, "of": {"by": "link_domain"}})
    hosts = ["example.net", "www.example.net", "example.network", "example.net.evil.test", "notexample.net"]
    texts = [post(f"Look: https://{host}/{i} now", by=make_user()).visibility for i, host in enumerate(hosts)]
    assert texts == ["public"] * 5
    assert post("Once more: https://www.example.net/again", by=make_user()).visibility == "held"
    assert post("No link at all, example.net.", by=make_user()).visibility == "public"


def test_counting_comments_from_one_network(make_rule: MakeRule, post: Post) -> None:
    """Where a comment comes from is kept only for a rule that asks, as a keyed hash, and not for long."""
    post("Before any rule.", network="192.0.2.0/24")
    assert not NetworkTrace.objects.exists()
    make_rule({"field": "count", "op": ">=", "value": 2, "of": {"by": "network", "hours": 2}}, ["hold", {"raise": 1}])
    said = [post(f"Text {i}", by=make_user(), network="192.0.2.0/24").visibility for i in range(3)]
    assert said == ["public", "public", "held"]
    assert post("From elsewhere", by=make_user(), network="198.51.100.0/24").visibility == "public"
    assert post("From nowhere", by=make_user()).visibility == "public"
    assert RuleHit.objects.latest("id").is_certain is False
    assert "192.0.2" not in str(list(NetworkTrace.objects.values_list("network", flat=True)))
    NetworkTrace.objects.update(at=timezone.now() - timedelta(hours=169))
    assert forget_traces() == NetworkTrace.objects.count() + 4


def test_who_an_author_is(make_rule: MakeRule, post: Post, settings: Settings) -> None:
    settings.TRUSTED_AFTER = 2
    for role in ("guest", "reader", "trusted"):
        make_rule({"field": "role", "op": "is", "value": role}, [{"tag": role}])
    trusted, fallen = make_user(), make_user()
    for author in (trusted, trusted, fallen, fallen):
        make_comment(by=author)
    make_comment(by=fallen, visibility="removed")
    people: list[tuple[Participant, str]] = [
        (make_guest("Gus"), "guest"), (make_user(), "reader"), (trusted, "trusted"), (fallen, "reader"),
    ]  # fmt: skip
    for by, role in people:
        comment = post(f"As {by.display_name}", by=by)
        assert [hit.actions for hit in RuleHit.objects.filter(comment=comment)] == [[["tag", role]]]


def test_a_sample_of_comments_is_timed(make_rule: MakeRule, post: Post, settings: Settings) -> None:
    rules = [make_rule(), make_rule({**WORD, "value": "knave"}, state="shadow")]
    post("Not this one.")
    settings.RULE_TIMES_PERCENT = 100
    for i in range(3):
        post(f"A fine day {i}.")
    drain()
    days = RuleDay.objects.order_by("rule")
    assert [row.rule for row in days] == rules
    assert [sum(row.times.values()) for row in days] == [3, 3]


def test_rules_cost_one_query_until_they_ask(make_rule: MakeRule, post: Post) -> None:
    post("Warm.")
    make_rule()
    post("Warm again.")
    counts = []
    for i in range(3):
        with CaptureQueriesContext(connection) as queries:
            post(f"A fine day {i}.")
        counts.append(len(queries))
        make_rule({**WORD, "value": f"word{i}"})
        post(f"Warm {i}.")
    assert len(set(counts)) == 1


def test_a_rule_that_hits_too_often_stops_itself(
    make_rule: MakeRule, post: Post, settings: Settings, mailoutbox: list[Any]
) -> None:
    rule = make_rule(budget={"max_per_hour": 2})
    assert [post(f"Fool {i}", by=make_user()).visibility for i in range(4)] == ["held", "held", "held", "public"]
    rule.refresh_from_db()
    assert (rule.state, "2 comments in an hour" in rule.paused_because) == ("paused", True)
    assert AuditEntry.objects.get(name="rule.paused").data == {"rule": rule.pk, "itself": True}
    assert not Notification.objects.exists()


def test_a_young_rule_that_hits_much_stops_itself(make_rule: MakeRule, post: Post) -> None:
    from django.utils import timezone

    rule = make_rule()
    rule.in_force_at = timezone.now()
    rule.save()
    assert [post(f"Fool {i}", by=make_user()).visibility for i in range(7)] == ["held"] * 6 + ["public"]
    rule.refresh_from_db()
    assert "one comment in twenty" in rule.paused_because


def test_a_rule_keeps_to_its_share(make_rule: MakeRule, post: Post) -> None:
    rule = make_rule(budget={"max_per_hour": 100, "max_share": 0.5})
    for i in range(7):
        post(f"Fool {i}", by=make_user())
    rule.refresh_from_db()
    assert "50 percent" in rule.paused_because
