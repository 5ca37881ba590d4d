"""The order of the queue: what it promises, whatever the numbers are."""

from __future__ import annotations

import ast
import inspect
import math
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from discussions.actions.vote import cast_vote
from discussions.models import Article
from moderation import priority
from moderation.actions import cases
from moderation.actions.cases import LOOKED_BACK, open_case, put_in_order, target_of
from moderation.actions.report import report_comment
from moderation.models import Case, Guideline, GuidelineVersion, Report
from moderation.priority import Voice, effective_reports, order_key, parts, reporter_weight, reporting_together
from tests.factories import make_comment, make_guest, make_user

NOW = datetime(2031, 5, 4, 9, 30, tzinfo=UTC)

weights = st.floats(0.01, 0.99)
days = st.dates(date(2020, 1, 1), date(2020, 1, 9))
voices = st.lists(
    st.builds(Voice, weights, st.sampled_from(["", "a", "b", "c"]), st.none() | days), max_size=12
)  # fmt: skip
facts: dict[str, st.SearchStrategy[Any]] = {
    "severity": st.integers(0, 3),
    "reports": st.floats(0, 500),
    "activity": st.floats(0, 10_000),
    "opened_at": st.timedeltas(timedelta(0), timedelta(days=480)).map(lambda age: NOW - age),
}


# --- independent reports ----------------------------------------------------------------------------
@given(voices, weights)
def test_another_independent_report_never_lowers(given_voices: list[Voice], weight: float) -> None:
    more = [*given_voices, Voice(weight, "elsewhere", date(2031, 1, 1))]
    assert effective_reports(more) == pytest.approx(effective_reports(given_voices) + weight)


@given(voices, st.data())
def test_another_linked_report_never_lowers_and_hardly_raises(given_voices: list[Voice], data: st.DataObject) -> None:
    if not given_voices:
        return
    friend = data.draw(st.sampled_from(given_voices))
    more = [*given_voices, Voice(data.draw(weights), friend.network or "n", friend.joined)]
    before, after = effective_reports(given_voices), effective_reports(more)
    assert before - 1e-9 <= after <= before + 1 + priority.COMPANY


@given(voices)
def test_order_of_reports_does_not_matter(given_voices: list[Voice]) -> None:
    assert effective_reports(given_voices) == pytest.approx(effective_reports(given_voices[::-1]))


@pytest.mark.parametrize("n", [2, 20, 200])
@pytest.mark.parametrize("link", ["network", "day", "chain", "together"])
def test_linked_accounts_are_two_at_most(n: int, link: str) -> None:
    best = reporter_weight(10_000, 0)
    group = {
        "network": [Voice(best, "one", date(2020, 1, 1) + timedelta(i)) for i in range(n)],
        "day": [Voice(best, f"n{i}", date(2020, 1, 1)) for i in range(n)],
        # Each shares something with the next one only.
        "chain": [Voice(best, f"n{i // 2}", date(2020, 1, 1) + timedelta((i + 1) // 2)) for i in range(n)],
        "together": [Voice(best, f"n{i}") for i in range(n)],
    }[link]
    pairs = [(i, i + 1) for i in range(n - 1)] if link == "together" else []
    assert effective_reports(group, pairs) <= 1.2 < 2
    assert effective_reports([Voice(best, f"n{i}") for i in range(n)]) > n * 0.99


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_weight_of_a_reporter(agreed: int, disagreed: int) -> None:
    weight = reporter_weight(agreed, disagreed)
    assert 0 < weight < 1
    assert reporter_weight(agreed + 1, disagreed) > weight > reporter_weight(agreed, disagreed + 1)
    assert reporter_weight(0, 0) == 0.5


@pytest.mark.parametrize(
    ("reported", "pairs"),
    [
        ([{1, 2, 3}, {1, 2, 3}], [(0, 1)]),
        ([{1, 2}, {1, 2}], []),
        ([{1, 2, 3, 4, 5, 6}, {1, 2, 3}], [(0, 1)]),
        # The second came along each time, but the first reports much else.
        ([{1, 2, 3, 4, 5, 6, 7}, {1, 2, 3}], []),
        ([{1, 2, 3}, {4, 5, 6}, {1, 2, 3}, ()], [(0, 2)]),
        ([], []),
    ],
)
def test_who_reports_together(reported: list[set[int]], pairs: list[tuple[int, int]]) -> None:
    assert reporting_together(reported) == pairs


# --- the order --------------------------------------------------------------------------------------
@given(facts["severity"], facts["reports"], facts["reports"], facts["activity"], facts["opened_at"])
def test_priority_grows_with_reports_severity_and_age(
    severity: int, reports: float, more: float, activity: float, opened_at: datetime
) -> None:
    def total(**changed: Any) -> float:
        given = {"severity": severity, "reports": reports, "activity": activity, "opened_at": opened_at, **changed}
        return parts(target=timedelta(hours=2), **{"now": NOW, **given}).total

    assert total(reports=reports + more) >= total()
    assert total(severity=severity + 1) == pytest.approx(total() + 100)
    assert total(now=NOW + timedelta(minutes=30)) == pytest.approx(total() + 10)


@given(
    st.fixed_dictionaries(facts), st.fixed_dictionaries(facts), st.sampled_from([120, 360, 2880]),
    st.timedeltas(timedelta(0), timedelta(days=400)),
)  # fmt: skip
def test_order_key_orders_like_the_priority_at_any_moment(
    one: dict[str, Any], other: dict[str, Any], minutes: int, later: timedelta
) -> None:
    target, now = timedelta(minutes=minutes), NOW + later
    by_key = order_key(target=target, **one) - order_key(target=target, **other)
    by_total = parts(target=target, now=now, **one).total - parts(target=target, now=now, **other).total
    assert by_key == pytest.approx(by_total, abs=1e-3)


def test_the_parts_are_the_formula() -> None:
    opened_at = NOW - timedelta(hours=1)
    found = parts(severity=2, reports=3, activity=7, opened_at=opened_at, target=timedelta(hours=2), now=NOW)
    assert (found.severity, found.reports, found.activity, found.age) == (200, 20, 3, 20)
    assert found.total == 243


# --- blind to opinion -------------------------------------------------------------------------------
def test_no_text_vote_or_stance_goes_in() -> None:
    taken = {
        name
        for function in (order_key, parts, effective_reports, reporter_weight, reporting_together)
        for name in inspect.signature(function).parameters
    } | set(Voice.__dataclass_fields__)
    assert taken == {
        "severity", "reports", "activity", "opened_at", "target", "now",
        "voices", "together", "agreed", "disagreed", "reported",
        "weight", "network", "joined",
        # Points that the site's own rules give, which administrators can see on the card.
        "raised",
    }  # fmt: skip
    # What stores the order reads no more of a comment than this.
    read = {
        node.attr
        for node in ast.walk(ast.parse(inspect.getsource(cases)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "comment"
    }
    assert read == {"article", "article_id", "language", "published_at", "up_count", "down_count", "reply_count"}


def test_up_and_down_votes_count_the_same(article: Article) -> None:
    keys = []
    for value in (1, -1):
        comment = make_comment(article)
        case = open_case(comment, queue="reported", severity=1)
        for _n in range(5):
            cast_vote(comment, by=make_user(), value=value)
        comment.refresh_from_db()
        put_in_order(case, comment)
        keys.append(case.activity)
    assert keys == [5, 5]


def test_what_was_said_does_not_count(article: Article, guideline: GuidelineVersion) -> None:
    keys = []
    for body in ("The mayor is right.", "The mayor is wrong.", "¡El alcalde! " * 50):
        case = open_case(make_comment(article, body=body), queue="held", severity=2)
        keys.append(round(case.order_key + priority.PER_QUARTER * case.opened_at.timestamp() / 1800, 3))
    assert len(set(keys)) == 1


# --- rows -------------------------------------------------------------------------------------------
def test_accounts_that_report_together_count_once_and_a_fifth(
    article: Article, guideline: GuidelineVersion, django_assert_max_num_queries: Any
) -> None:
    band = [make_user(date_joined=NOW - timedelta(days=n)) for n in range(4)]
    band.append(make_guest())  # type: ignore[arg-type]
    for _n in range(3):
        comment = make_comment(article)
        for by in band:
            report_comment(comment, by=by, guideline=guideline.guideline)
    comment = make_comment(article)
    for by in band:
        report = report_comment(comment, by=by, guideline=guideline.guideline)
    case = report.case
    case.refresh_from_db()
    assert case.reports == pytest.approx(0.5 * 1.2)
    stranger = make_user(date_joined=NOW - timedelta(days=99))
    report_comment(comment, by=stranger, guideline=guideline.guideline)
    case.refresh_from_db()
    assert case.reports == pytest.approx(0.5 * 1.2 + 0.5)
    with django_assert_max_num_queries(3):
        put_in_order(case, comment)


def test_reports_of_members_who_are_gone_are_no_pair(article: Article, guideline: GuidelineVersion) -> None:
    case = open_case(make_comment(article), queue="reported", severity=1)
    for n in range(2):
        Report.objects.create(case=case, comment=case.comment, revision=1, guideline=guideline.guideline, weight=0.5)
        for _other in range(3):
            other = open_case(make_comment(article), queue="reported", severity=1)
            Report.objects.create(
                case=other, comment=other.comment, revision=n + 1, guideline=guideline.guideline, weight=0.5
            )
    put_in_order(case, case.comment)
    assert case.reports == 1
    assert LOOKED_BACK >= 1000


def test_a_case_never_sinks(article: Article, defaults: list[Guideline]) -> None:
    case = open_case(make_comment(article), queue="sampled", severity=0)
    for queue, severity, expected in [
        ("reported", 1, ("reported", 1)), ("sampled", 0, ("reported", 1)),
        ("held", 2, ("held", 2)), ("reported", 1, ("held", 2)), ("reported", 3, ("held", 3)),
    ]:  # fmt: skip
        case = open_case(case.comment, queue=queue, severity=severity)
        assert (case.queue, case.severity) == expected
    assert Case.objects.count() == 1


# --- nothing starves --------------------------------------------------------------------------------
class Desk:
    """A queue that gets `load` times what is read while the burst lasts, and 0.8 times afterwards."""

    def __init__(self, dice: Any, target: timedelta, *, per_target: int) -> None:
        self.dice, self.target = dice, target
        self.step = target / per_target
        self.waiting: list[tuple[float, datetime]] = []
        self.waits: list[float] = []

    def run(self, steps: int, load: float, now: datetime) -> datetime:
        arriving = 0.0
        for _n in range(steps):
            now += self.step
            arriving += load
            while arriving >= 1:
                arriving -= 1
                self.arrive(now)
            self.read(now)
        return now

    def arrive(self, now: datetime) -> None:
        # Heavy-tailed: a few get hundreds of reports.
        reports = min(self.dice.paretovariate(0.7) - 1, 400)
        activity = min(self.dice.paretovariate(0.7) - 1, 4000)
        key = order_key(severity=2, reports=reports, activity=activity, opened_at=now, target=self.target)
        self.waiting.append((key, now))

    def read(self, now: datetime) -> None:
        if self.waiting:
            first = max(self.waiting)
            self.waiting.remove(first)
            self.waits.append((now - first[1]) / self.target)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("minutes", [120, 2880])
def test_twice_too_much_for_a_while_keeps_nobody_waiting_for_ever(seed: int, minutes: int) -> None:
    desk = Desk(random.Random(seed), timedelta(minutes=minutes), per_target=120)
    now = desk.run(240, 0.8, NOW)
    now = desk.run(120, 2.0, now)
    now = desk.run(1200, 0.8, now)
    assert max(desk.waits) <= 3
    assert len(desk.waiting) <= 3
    # It is an order, not a line: what many report is read first.
    assert sorted(desk.waits)[len(desk.waits) // 2] < 0.5


def test_the_oldest_case_is_overtaken_only_by_the_young_for_a_bounded_time() -> None:
    """No flood of reports on new comments can keep one that nobody reported for more than its bound."""
    target = timedelta(hours=2)
    lonely = order_key(severity=2, reports=0, activity=0, opened_at=NOW, target=target)
    flood: dict[str, Any] = {"severity": 2, "reports": 1000, "activity": 100_000, "target": target}
    bound = (10 * math.log2(1001) + math.log2(100_001)) / priority.PER_QUARTER * target / 4
    assert order_key(opened_at=NOW + bound - timedelta(seconds=9), **flood) > lonely
    assert order_key(opened_at=NOW + bound + timedelta(seconds=9), **flood) < lonely
    assert bound < 3 * target


def test_targets_come_from_the_settings() -> None:
    assert target_of("held") < target_of("reported") < target_of("sampled")
