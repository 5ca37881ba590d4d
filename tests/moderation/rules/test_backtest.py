"""What a rule would have done: the figures are those that somebody counts by hand on a history made for it."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Guest, User
from core.errors import Refused
from core.models import Outbox
from core.outbox import drain, put
from discussions.models import Comment
from moderation.actions.backtest import run_backtest, start_backtest
from moderation.actions.cases import open_case
from moderation.actions.report import report_comment
from moderation.actions.rules import latest_version
from moderation.fingerprints import pack, print_of
from moderation.models import AuditEntry, Backtest, Decision, Fingerprint, Guideline, GuidelineVersion, RecordedSignal
from moderation.queries.rules import samples
from tests.factories import make_article, make_comment, make_guest, make_section, make_user
from tests.moderation.rules.conftest import WORD, MakeRule

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def history(moderator: User, guideline: GuidelineVersion) -> list[dict[str, Any]]:
    """Write 60 comments with known labels, oldest last, and return what is known of them."""
    rng, now = random.Random(7), timezone.now()
    articles = {name: make_article(section=make_section(name)) for name in ("News", "Sport")}
    old, new, guest = make_user(date_joined=now - 400 * DAY), make_user(date_joined=now - 3 * DAY), make_guest("Gus")
    people: list[User | Guest] = [old, new, guest]
    rows = []
    for i in range(60):
        by = rng.choice(people)
        section, rude, removed = rng.choice(["News", "Sport"]), rng.random() < 0.4, rng.random() < 0.3
        at = now - timedelta(hours=i % 70, minutes=i)
        comment = make_comment(
            articles[section], by=by, body="You fool!" if rude else "A fine day.", created_at=at,
            visibility="removed" if removed else "public",
        )  # fmt: skip
        if rng.random() < 0.5 or removed:
            _decide(comment, "remove" if removed else "publish", moderator, guideline, at)
        rows.append({"comment": comment, "section": section.lower(), "rude": rude, "removed": removed, "by": by})
    return rows


def _decide(comment: Comment, outcome: str, by: User, guideline: GuidelineVersion, at: Any) -> None:
    import uuid

    case = open_case(comment, queue="held", severity=2)
    case.state, case.decided_at = "decided", at
    case.save()
    Decision.objects.create(
        case=case, comment=comment, revision=1, outcome=outcome, guideline_version=guideline, note="Why.", by=by,
        key=uuid.uuid4(), visibility_before="held", final_at=at, created_at=at,
    )  # fmt: skip


def tried(make_rule: MakeRule, admin: User, days: int = 30, at_most: int = 1000, **rule: Any) -> Backtest:
    version = latest_version(make_rule(state="draft", **rule))
    row = start_backtest(version, days=days, at_most=at_most, by=admin)
    assert start_backtest(version, days=days, at_most=at_most, by=admin) == row
    drain()
    row.refresh_from_db()
    assert row.state == "done"
    return row


def test_the_figures_are_those_of_a_count_by_hand(
    make_rule: MakeRule, admin: User, moderator: User, guideline: GuidelineVersion
) -> None:
    known = history(moderator, guideline)
    row = tried(make_rule, admin)
    fits = [it for it in known if it["rude"]]
    right = [it for it in fits if it["removed"]]
    down = [it for it in known if it["removed"]]
    assert (row.scanned, row.total, row.matched) == (60, 60, len(fits))
    assert row.precision == pytest.approx(len(right) / len(fits))
    assert row.result["recall"] == pytest.approx(len(right) / len(down))
    assert row.result["share"] == pytest.approx(len(fits) / 60)
    sections = {name: counts for name, *counts in row.result["sections"]}
    assert sections == {
        name: [sum(it["section"] == name for it in rows) for rows in (known, fits, right)] for name in ("news", "sport")
    }
    times = [it["comment"].created_at for it in known]
    hours = (max(times) - min(times)).total_seconds() / 3600
    assert row.result["per_hour"] == pytest.approx(len(fits) / hours)
    ages = {name: scanned for name, scanned, *_rest in row.result["ages"]}
    assert ages["guest"] == sum(it["by"].display_name == "Gus" for it in known)
    assert sum(ages.values()) == 60
    read = [comment.pk for comment, _excerpt in samples(row)["matches"]]
    newest = sorted(fits, key=lambda it: (it["comment"].created_at, it["comment"].pk), reverse=True)
    assert read == [it["comment"].pk for it in newest][:50]
    assert AuditEntry.objects.get(name="rule.tested").data["version"] == 1


def test_the_latest_comments_of_the_window(
    make_rule: MakeRule, admin: User, moderator: User, guideline: GuidelineVersion
) -> None:
    known = history(moderator, guideline)
    within = [it for it in known if it["comment"].created_at > timezone.now() - 2 * DAY]
    assert tried(make_rule, admin, days=2).scanned == len(within)
    assert tried(make_rule, admin, at_most=17).scanned == 17


def test_what_was_known_then(make_rule: MakeRule, admin: User) -> None:
    """The second comment of an author is the second, whatever they have written since."""
    author, now = make_user(), timezone.now()
    for i in range(5):
        make_comment(by=author, created_at=now - timedelta(hours=10 - i), body="You fool!")
    when = {"all": [WORD, {"field": "published_count", "op": "<", "value": 2}]}
    assert tried(make_rule, admin, when=when).matched == 2
    unknown = tried(make_rule, admin, when={"field": "email_verified", "op": "is", "value": False}, then=[{"raise": 3}])
    assert (unknown.matched, unknown.result["in_doubt"], unknown.precision) == (0, 5, None)


def test_near_misses_are_disguises_and_rules_that_one_thing_keeps_off(make_rule: MakeRule, admin: User) -> None:
    disguised = make_comment(body="You f.0.o.l!")
    excused = make_comment(body="You fool, sorry!")
    fits = make_comment(body="You fool!")
    make_comment(body="A fine day.")
    shown = samples(tried(make_rule, admin, unless={**WORD, "value": "sorry"}))
    assert [comment.pk for comment, _excerpt in shown["near"]] == [excused.pk, disguised.pk]
    assert [comment.pk for comment, _excerpt in shown["matches"]] == [fits.pk]


def test_nothing_to_try_it_on(make_rule: MakeRule, admin: User) -> None:
    row = tried(make_rule, admin)
    assert (row.scanned, row.matched, row.precision, row.result["recall"]) == (0, 0, None, None)


def test_out_of_range(make_rule: MakeRule, admin: User) -> None:
    version = latest_version(make_rule())
    for days, at_most in ((0, 5), (5, 0), (731, 5), (5, 100_001)):
        with pytest.raises(Refused):
            start_backtest(version, days=days, at_most=at_most, by=admin)


def test_what_fails_is_stored_and_done_once(make_rule: MakeRule, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = start_backtest(latest_version(make_rule()), days=3, at_most=5, by=admin)
    monkeypatch.setattr("moderation.actions.backtest.each", lambda *args, **kwargs: 1 / 0)
    assert run_backtest(row).state == "failed"
    monkeypatch.undo()
    assert run_backtest(row).state == "failed"


def test_others_have_their_turn_where_there_are_no_workers(
    make_rule: MakeRule, admin: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Redis one thread does everything: a backtest of minutes must not keep the mails waiting."""
    monkeypatch.setattr("moderation.actions.backtest.STEP", 2)
    monkeypatch.setattr("core.outbox.poke", lambda urgency=None: None)
    settings.OUTBOX_RUNNER = "thread"
    for _i in range(5):
        make_comment(body="You fool!")
    row = start_backtest(latest_version(make_rule()), days=3, at_most=5, by=admin)
    assert Outbox.objects.get().urgency == Outbox.Urgency.LATER
    with transaction.atomic():
        put("moderation.rule_times", urgency=Outbox.Urgency.SOON, times=[])
    assert run_backtest(row).scanned == 5
    done = dict(Outbox.objects.values_list("topic", "done_at"))
    assert done["moderation.rule_times"] is not None
    assert done["moderation.backtest"] is None


def test_a_rule_for_reports_is_tried_with_the_reports_that_came(
    make_rule: MakeRule, admin: User, defaults: list[Guideline]
) -> None:
    for n, times in enumerate((0, 1, 3, 4)):
        comment = make_comment(body=f"Text {n}")
        for _i in range(times):
            report_comment(comment, by=make_user(), guideline=defaults[_i % 2])
    many = {"field": "reports", "op": ">=", "value": 3}
    assert tried(make_rule, admin, when=many, applies_to=["report"]).matched == 2
    named = {"field": "reports", "op": ">=", "value": 2, "of": {"guideline": defaults[1].slug}}
    assert tried(make_rule, admin, when=named, applies_to=["report"]).matched == 1
    assert tried(make_rule, admin, when=many).matched == 0  # when they were posted, there were none


def test_trying_changes_nothing(make_rule: MakeRule, admin: User) -> None:
    make_comment(body="You fool!")
    before = list(Comment.objects.values_list())
    tried(make_rule, admin)
    assert list(Comment.objects.values_list()) == before


def test_scores_and_copies_are_those_of_then(make_rule: MakeRule) -> None:
    """A rule about them can be tried: with what plug-ins said then, and with who had written the same before."""
    now, article = timezone.now(), make_article()
    found = print_of("nearly the same words in many places by many people every day", b"key")
    other = print_of("something else that nobody has written in any other place so far", b"key")
    assert found is not None
    assert other is not None
    people = [make_user(), make_user(), make_user()]
    for hours, by, printed in [
        (9, 0, found),
        (8, 0, found),
        (7, 1, found),
        (6, 2, other),
        (5, 2, found),
        (1, 0, found),
    ]:
        comment = make_comment(article, by=people[by], created_at=now - timedelta(hours=hours))
        RecordedSignal.objects.create(comment=comment, revision=1, name="spam", value=hours / 10)
        bands = {f"band{i}": band for i, band in enumerate(printed.bands)}
        row = {"exact": printed.exact, "sketch": pack(printed.sketch), **bands}
        Fingerprint.objects.create(comment=comment, revision=1, at=comment.created_at, **row)
    make_comment(article, created_at=now - timedelta(hours=2))  # of before there were any

    def fits(**leaf: Any) -> int:
        version = make_rule({"op": ">=", **leaf}).versions.get()
        row = run_backtest(Backtest.objects.create(version=version, days=2, at_most=100))
        assert row.result["in_doubt"] == 0
        return row.matched

    assert fits(field="score", value=0.65) == 3
    assert fits(field="score", value=0.65, of={"name": "loud"}) == 0
    for field in ("same_text_of_others", "near_duplicate_of_others"):
        assert fits(field=field, value=1, of={"hours": 24}) == 3
        assert fits(field=field, value=2, of={"hours": 24}) == 2
        assert fits(field=field, value=1, of={"hours": 3}) == 2
