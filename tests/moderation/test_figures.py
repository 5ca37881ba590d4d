"""The figures: what the log says, no more, and the pages and files that show it."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from discussions.models import Article
from moderation import charts
from moderation.actions.appeal import appeal
from moderation.actions.appeal_decision import lean, overturn
from moderation.actions.cases import open_case
from moderation.actions.undo import undo
from moderation.models import AuditEntry, Case, Decision, GuidelineVersion, Outcome
from moderation.queries import figures as queries
from moderation.queries.figures import percentile
from moderation.reading import least_seconds, words_in
from moderation.templatetags.figures import part, span
from moderation.views.export import COLUMNS, FORMULA, cell
from tests.factories import make_admin, make_comment, make_moderator, make_user
from tests.moderation.conftest import Decide

NOW = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)
Clock = time_machine.Traveller


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def week(clock: Clock, article: Article, decide_: Decide, moderator: User, senior: User) -> dict[str, Any]:
    """Return what happened in a week: twelve held cases that waited 1 to 12 hours, three reported ones, an appeal."""
    clock.move_to(NOW - timedelta(days=2))
    decisions = []
    for n in range(1, 13):
        case = _case(article, "held")
        clock.shift(timedelta(hours=n))
        outcome = (Outcome.PUBLISH, Outcome.PUBLISH, Outcome.REMOVE, Outcome.RETURN)[n % 4]
        decisions.append(decide_(case, outcome, by=moderator if n > 3 else senior, seconds=n))
        clock.shift(timedelta(hours=-n))
    for _n in range(3):
        case = _case(article, "reported")
        clock.shift(timedelta(minutes=10))
        decisions.append(decide_(case, Outcome.COLLAPSE, seconds=0.1))
        clock.shift(timedelta(minutes=-10))
    clock.move_to(NOW - timedelta(days=1))
    undone = decide_(_case(article, "held"), Outcome.REMOVE)
    undo(undone, by=moderator)
    removed = next(one for one in decisions if one.outcome == Outcome.REMOVE and one.by_id == moderator.pk)
    author = removed.comment.author
    assert author is not None
    made = appeal(removed, by=author, text="Please read it again.")
    lean(made, by=senior, leaning="overturned")
    overturn(made, by=senior, reason="It was a quotation.", cause="context")
    clock.move_to(NOW)
    return {"decisions": decisions, "undone": undone, "overturned": removed}


def _case(article: Article, queue: str) -> Case:
    is_held = queue == "held"
    comment = make_comment(
        article, body="word " * 100, visibility="held" if is_held else "public", is_listed=not is_held
    )  # fmt: skip
    return open_case(comment, queue=queue, severity=2 if is_held else 1)


def _since(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


# --- numbers ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [([5], 50, 5), ([1, 2, 3, 4], 50, 2), (range(1, 101), 90, 90), (range(1, 101), 99, 99), ([1, 2], 99, 2)],
)
def test_percentiles_are_the_nearest_rank(values: Any, percent: float, found: float) -> None:
    assert percentile(list(values), percent) == found


def test_waits_are_those_of_the_log(week: dict[str, Any]) -> None:
    held, reported = queries.waits(queries.read_log(_since(7)).acts)
    assert (held.queue, held.count, reported.queue, reported.count) == ("held", 12, "reported", 3)
    assert (held.p50, held.p90, held.p99) == (6 * 3600, 11 * 3600, 12 * 3600)
    assert round(held.kept) == round(100 * 2 / 12), "two of twelve within two hours"
    assert (reported.p90, reported.kept) == (600, 100)


def test_neither_the_undone_nor_what_an_appeal_brought_counts(week: dict[str, Any]) -> None:
    read = queries.read_log(_since(7))
    assert Counter(act.outcome for act in read.acts) == {"publish": 6, "remove": 3, "return": 3, "collapse": 3}
    assert (read.undone, read.upheld, read.overturned, read.causes) == (1, 0, 1, {"context": 1})
    assert sum(read.opened.values()) == 16


def test_figures_are_recomputable_from_the_rows(week: dict[str, Any]) -> None:
    """The log alone says what the tables say."""
    stood = Decision.objects.filter(undone_at=None, supersedes=None)
    acts = queries.read_log(_since(7)).acts
    rows = stood.annotate(opened=F("case__opened_at")).order_by("pk").values_list("created_at", "opened", "seconds")
    assert sorted((act.waited, act.seconds or 0) for act in acts) == sorted(
        (round((made - opened).total_seconds()), seconds) for made, opened, seconds in rows
    )
    # And what waits now is what was opened and neither decided nor closed.
    names = Counter(AuditEntry.objects.values_list("name", flat=True))
    first = [AuditEntry.objects.filter(name=name, data__supersedes=None).count() for name in queries.OUTCOMES]
    waiting = names["case.opened"] - sum(first) + names["decision.undone"] - names["case.voided"]
    assert sum(row.waiting for row in queries.promises(timezone.now())) == waiting == 1


def test_days_without_anything_are_there_too(week: dict[str, Any]) -> None:
    read = queries.read_log(_since(7))
    days = queries.by_day(read, days=7, today=date(2031, 5, 4))
    assert [day.day.day for day in days] == [28, 29, 30, 1, 2, 3, 4]
    assert sum(day.decided for day in days) == 15
    assert [day.opened for day in days] == [0, 0, 0, 0, 15, 1, 0]


def test_who_decides_faster_than_reading_is_seen(week: dict[str, Any], moderator: User, senior: User) -> None:
    first, second = queries.workers(queries.read_log(_since(7)).acts)
    assert (first.username, second.username) == (moderator.username, senior.username)
    # A hundred words take 24 seconds, and a quarter of that is six: 4 and 5 seconds, and three tenths of a second.
    assert (first.count, first.too_fast) == (12, 5)
    assert (second.count, second.too_fast, second.seconds) == (3, 3, 2)
    assert least_seconds(100) == 6


def test_words_are_counted_in_every_script() -> None:
    assert words_in("one two  three") == 3
    assert words_in("街道" * 40) == 10
    assert words_in("") == 0


def test_what_rested_on_a_guideline(week: dict[str, Any], guideline: GuidelineVersion) -> None:
    (row,) = queries.rested(queries.read_log(_since(7)).acts, "en")
    assert (row.number, row.count) == (guideline.guideline.number, 9)
    assert row.outcomes == {"publish": 0, "return": 3, "remove": 3, "collapse": 3}
    assert row.share == 60
    assert row.title


def test_promises_count_what_is_late(week: dict[str, Any]) -> None:
    held, reported, sampled = queries.promises(timezone.now())
    assert (held.waiting, held.late) == (1, 1)
    assert (reported.waiting, sampled.waiting) == (0, 0)


# --- pages ------------------------------------------------------------------------------------------
def _browser(user: User | None = None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def test_the_page_shows_it_all_with_few_queries(
    week: dict[str, Any], moderator: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client = _browser(moderator)
    client.get("/moderation/figures/")
    with django_assert_max_num_queries(14):
        page = client.get("/moderation/figures/?days=30").content.decode()
    for words in ("Open promises", "11 h", "1 of 1 were overturned (100 %)", "the context was missing", "<svg"):
        assert words in page
    assert 'aria-current="page">Last 30 days' in page
    assert " style=" not in page


@pytest.mark.parametrize("days", ["8", "x", "7000000000", ""])
def test_another_period_is_the_shortest(moderator: User, days: str) -> None:
    page = _browser(moderator).get(f"/moderation/figures/?days={days}")
    assert page.status_code == 200
    assert page.context["days"] == 7
    assert "Nothing was decided" in page.content.decode()


@pytest.mark.django_db
def test_the_promise_is_for_everybody(week: dict[str, Any]) -> None:
    page = _browser().get("/how-we-moderate/").content.decode()
    assert "are read within <strong>11 h</strong> (90 % of the last 7 days)" in page


@pytest.mark.django_db
def test_a_promise_without_a_past_says_what_we_want(django_assert_num_queries: Callable[[int], Any]) -> None:
    client = _browser()
    assert "We want to read what does within 2 h" in client.get("/how-we-moderate/").content.decode()
    with django_assert_num_queries(0):  # the log was read once for everybody
        client.get("/how-we-moderate/")


# --- export -----------------------------------------------------------------------------------------
def _body(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def _period(**changed: str) -> dict[str, str]:
    return {"export-since": "2031-05-01", "export-until": "2031-05-04", **changed}


def test_json_and_csv_hold_the_same_statements(week: dict[str, Any]) -> None:
    client = _browser(make_admin())
    as_json = client.post("/moderation/export/decisions.json", _period())
    as_csv = client.post("/moderation/export/decisions.csv", _period())
    statements = json.loads(_body(as_json))
    rows = list(csv.DictReader(io.StringIO(_body(as_csv))))
    assert len(statements) == len(rows) == 9
    assert [row["puid"] for row in rows] == [statement["puid"] for statement in statements]
    assert {key for statement in statements for key in statement} <= set(COLUMNS)
    assert as_csv["Content-Disposition"] == 'attachment; filename="decisions-2031-05-01-2031-05-04.csv"'
    last = AuditEntry.objects.first()
    assert last is not None
    assert (last.name, last.data) == (
        "log.exported", {"format": "csv", "since": "2031-05-01", "until": "2031-05-04"}
    )  # fmt: skip


def test_a_period_without_decisions_is_an_empty_file(week: dict[str, Any]) -> None:
    client = _browser(make_admin())
    period = _period(**{"export-until": "2031-05-01"})
    assert json.loads(_body(client.post("/moderation/export/decisions.json", period))) == []
    assert _body(client.post("/moderation/export/decisions.csv", period)).count("\n") == 1


def test_what_can_still_be_undone_is_not_exported(clock: Clock, article: Article, decide_: Decide) -> None:
    decide_(_case(article, "held"), Outcome.REMOVE)
    client = _browser(make_admin())
    assert json.loads(_body(client.post("/moderation/export/decisions.json", _period()))) == []
    clock.shift(timedelta(seconds=61))
    assert len(json.loads(_body(client.post("/moderation/export/decisions.json", _period())))) == 1


def test_a_formula_is_a_text_in_a_spreadsheet(week: dict[str, Any], article: Article, decide_: Decide) -> None:
    decide_(_case(article, "held"), Outcome.REMOVE, note='=HYPERLINK("http://evil.example","x")')
    Decision.objects.update(final_at=NOW - timedelta(days=1))
    text = _body(_browser(make_admin()).post("/moderation/export/decisions.csv", _period()))
    cells = [value for row in csv.reader(io.StringIO(text)) for value in row]
    assert '\'=HYPERLINK("http://evil.example","x")' in cells
    assert not [value for value in cells if value.startswith(FORMULA)]
    assert [cell(word) for word in ("+1", "-1", "@x", "\t=1", "a=1", "")] == ["'+1", "'-1", "'@x", "'\t=1", "a=1", ""]


@pytest.mark.parametrize(
    "changed", [{"export-until": "2031-04-01"}, {"export-since": "yesterday"}, {"export-until": ""}]
)
def test_a_period_that_is_none_comes_back_with_the_form(db: None, changed: dict[str, str]) -> None:
    response = _browser(make_admin()).post("/moderation/export/decisions.csv", _period(**changed))
    assert response.status_code == 422
    assert 'class="error"' in response.content.decode()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_the_number_of_queries_of_an_export_does_not_grow(
    week: dict[str, Any], article: Article, decide_: Decide
) -> None:
    client, counts = _browser(make_admin()), []
    for _round in range(2):
        with CaptureQueriesContext(connection) as taken:
            _body(client.post("/moderation/export/decisions.json", _period()))
        counts.append(len(taken))
        for _n in range(5):
            decide_(_case(article, "held"), Outcome.REMOVE, by=make_moderator())
        Decision.objects.update(final_at=NOW - timedelta(days=1))
    assert counts[0] == counts[1]


# --- words and drawings -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (59.4, "59 s"),
        (90, "2 min"),
        (5400, "1 h 30 min"),
        (7200, "2 h"),
        (90_000, "1 d 1 h"),
        (172_800, "2 d"),
    ],
)
def test_lengths_of_time_in_words(seconds: float | None, words: str) -> None:
    assert span(seconds) == words


def test_shares_in_words() -> None:
    assert [part(share) for share in (0, 3.14159, 50, 99.99)] == ["0 %", "3.1 %", "50 %", "100 %"]


def test_a_chart_says_what_it_shows() -> None:
    data = [charts.Column("1 May", [("publish", 3), ("remove", 1)]), charts.Column("<2 May>", [("publish", 0)])]
    drawn = charts.columns("c", "Decisions & more", "By day", data)
    assert 'role="img"' in drawn
    assert 'aria-labelledby="c-title c-desc"' in drawn
    assert '<title id="c-title">Decisions &amp; more</title>' in drawn
    assert drawn.count("<rect") == 2
    assert drawn.count("1 May") == 2
    assert "&lt;2 May&gt;" in drawn
    assert "style=" not in drawn
    assert charts.columns("c", "Nothing", "At all", []).count("<rect") == 0
    assert 'width="100.0"' in charts.bar(250)


def test_who_may_see_them(db: None) -> None:
    for user, status in ((None, 403), (make_user(), 403), (make_moderator(), 200)):
        assert _browser(user).get("/moderation/figures/").status_code == status
