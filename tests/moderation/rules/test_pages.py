"""The pages on which administrators write rules, try them, and set them live: all without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.outbox import drain
from discussions.models import Article
from moderation.actions.rules import latest_version
from moderation.models import Backtest, Case, Guideline, Rule, RuleDay, RuleHit, RuleMeasure
from moderation.queries.rule_figures import rule_rows
from moderation.rules.yaml_view import from_yaml, to_yaml
from tests.factories import make_comment, make_user
from tests.moderation.conftest import Decide
from tests.moderation.rules.conftest import WORD, MakeRule, Post, try_out
from tests.moderation.test_people_pages import browser

pytestmark = pytest.mark.django_db

RULES = "/moderation/rules/"
FORM: dict[str, Any] = {
    "title": "Names", "when-kind": "all", "when-n": "1", "when-0-kind": "leaf", "when-0-field": "text_without_quotes",
    "when-0-op": "has_any", "when-0-value": "fool\nknave", "when-0-with": ["fold_case", "strip_invisible"],
    "unless-kind": "all", "unless-n": "0", "effect": "hold", "priority": "50", "max_per_hour": "30",
    "applies_to": ["post", "edit"],
}  # fmt: skip


@pytest.fixture
def chief(admin: User) -> Client:
    return browser(admin)


def form(**typed: Any) -> dict[str, Any]:
    return {**FORM, **typed}


def test_a_rule_is_written_from_nothing(chief: Client) -> None:
    assert chief.get(f"{RULES}new/").status_code == 200
    grown = chief.post(f"{RULES}new/", form(do="group:when")).content.decode()
    assert 'name="when-1-0-field"' in grown
    assert "fool\nknave</textarea>" in grown
    typed = form(**{
        "when-n": "2", "when-1-kind": "none", "when-1-n": "1", "when-1-0-kind": "leaf", "when-1-0-field": "is_reply",
        "when-1-0-op": "is", "when-1-0-value": "yes", "unless-n": "1", "unless-0-kind": "leaf",
        "unless-0-field": "count", "unless-0-op": "between", "unless-0-value": "3 5", "unless-0-hours": "2",
        "unless-0-by": ["account", "article"], "points": "20", "tag": "names", "max_percent": "5",
        "expires_on": "2031-01-02",
    })  # fmt: skip
    response = chief.post(f"{RULES}new/", typed)
    assert response.status_code == 303, response.content.decode()
    rule = Rule.objects.get()
    assert latest_version(rule).definition == {
        "title": "Names", "priority": 50, "applies_to": ["post", "edit"],
        "when": {"all": [
            {"field": "text_without_quotes", "op": "has_any", "value": ["fool", "knave"]},
            {"not": {"any": [{"field": "is_reply", "op": "is", "value": True}]}},
        ]},
        "then": ["hold", {"raise": 20}, {"tag": "names"}],
        "unless": {"all": [{
            "field": "count", "op": "between", "value": [3, 5], "of": {"by": ["account", "article"], "hours": 2},
        }]},
        "expires_on": "2031-01-02", "budget": {"max_per_hour": 30, "max_share": 0.05},
    }  # fmt: skip


def test_the_form_gives_back_what_it_was_given(chief: Client, make_rule: MakeRule) -> None:
    """Saved as it comes, a rule stays the version that it was."""
    when = {"any": [WORD, {"not": WORD}, {"not": {"all": [WORD, {"field": "links", "op": ">", "value": 2}]}}]}
    rule = make_rule(
        {"all": [when, {"field": "is_guest", "op": "is", "value": True}]}, [{"nudge": "Please."}], unless=WORD
    )
    html = chief.get(f"{RULES}{rule.pk}/edit/").content.decode()
    assert chief.post(f"{RULES}{rule.pk}/edit/", _fields(html)).status_code == 303
    before, after = rule.versions.order_by("n")[0].parsed, latest_version(rule).parsed
    assert after.then == before.then
    assert [leaf.field for leaf in after.leaves()] == [leaf.field for leaf in before.leaves()]
    saved = _fields(chief.get(f"{RULES}{rule.pk}/edit/").content.decode())
    n = rule.versions.count()
    chief.post(f"{RULES}{rule.pk}/edit/", saved)
    assert rule.versions.count() == n


def _fields(html: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form, without pressing one of its inner buttons."""
    from html.parser import HTMLParser

    found: dict[str, list[str]] = {}

    class Reader(HTMLParser):
        select = area = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            name = given.get("name") or ""
            if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
                found.setdefault(name, []).append(given.get("value", "on" if "checked" in given else "") or "")
            elif tag == "select":
                self.select = name
            elif tag == "option" and ("selected" in given or self.select not in found):
                found[self.select] = [given.get("value") or ""]
            elif tag == "textarea":
                self.area = name
                found[name] = [""]

        def handle_endtag(self, tag: str) -> None:
            self.area = "" if tag == "textarea" else self.area

        def handle_data(self, data: str) -> None:
            if self.area:
                found[self.area][0] += data.lstrip("\n")

    Reader().feed(html[html.index('<form class="form rule"') :])
    return found


@pytest.mark.parametrize(
    "leaf",
    [
        {"field": "role", "op": "in", "value": ["guest", "trusted"]}, {"field": "role", "op": "is", "value": "reader"},
        {"field": "caps_ratio", "op": "between", "value": [0.125, 0.7]},
        {"field": "quotes_share", "op": ">", "value": 0.333}, {"field": "depth", "op": "between", "value": [1, 3]},
        {"field": "is_guest", "op": "is", "value": False}, {"field": "links", "op": "<=", "value": 2},
        {"field": "reports", "op": ">=", "value": 3, "of": {"guideline": "ideas-not-people"}},
        {"field": "reports", "op": ">=", "value": 3, "of": {"guideline": ""}},
        {"field": "count", "op": ">", "value": 3, "of": {"by": ["network", "link_domain"], "hours": 5}},
        {"field": "text", "op": "matches", "value": "a+b", "with": []},
        {"field": "section", "op": "not_in", "value": ["a", "b c"]},
    ],
)  # fmt: skip
def test_every_kind_of_value_comes_back_as_it_was(
    chief: Client, make_rule: MakeRule, defaults: list[Guideline], leaf: dict[str, Any]
) -> None:
    then = ["notify_staff", {"slow": 5}, {"close_thread": 6}, {"premoderate_author": 7}, {"raise": 8}]
    rule = make_rule({"all": [leaf]}, then, guideline=defaults[1].slug, applies_to=["post", "report"])
    typed = _fields(chief.get(f"{RULES}{rule.pk}/edit/").content.decode())
    assert chief.post(f"{RULES}{rule.pk}/edit/", typed).status_code == 303
    before, after = rule.versions.order_by("n")[0].parsed, latest_version(rule).parsed
    assert after.when == before.when
    assert sorted(map(str, after.then)) == sorted(map(str, before.then))
    assert after.applies_to == ("post", "report")


def test_what_an_action_lacks_is_said_at_its_field(chief: Client) -> None:
    response = chief.post(f"{RULES}new/", form(slow="500", premoderate_author="5", points="0"))
    html = response.content.decode()
    assert response.status_code == 422
    for field in ("slow", "points", "guideline"):
        assert f'id="rule-{field}_error"' in html
    assert "from 1 to 120" in html


def test_the_list_says_how_rules_do(
    chief: Client, make_rule: MakeRule, post: Post, decide_: Decide, settings: Settings
) -> None:
    rule = make_rule(title="Names")
    make_rule({**WORD, "value": "knave"}, title="Quiet")
    comments = [post(f"You fool, {i}!", by=make_user()) for i in range(5)]
    for comment, outcome in zip(comments, ("remove", "collapse", "return", "publish"), strict=False):
        decide_(Case.objects.get(comment=comment), outcome)
    RuleDay.objects.create(rule=rule, day=timezone.localdate(), times={"0": 9, "40": 1})
    RuleDay.objects.create(rule=rule, day=timezone.localdate() - timedelta(days=20), times={"60": 90})
    row, other = rule_rows(7)
    assert (row.hits, row.upheld, row.overturned, row.precision) == (5, 3, 1, 75)
    assert (other.hits, other.precision, other.p50_ms) == (0, None, None)
    assert row.p50_ms == pytest.approx(0.001)
    assert row.p95_ms == pytest.approx(1.024)
    assert rule_rows(30)[0].p50_ms == pytest.approx(32.768)
    html = chief.get(f"{RULES}?days=7").content.decode()
    for words in ("75 %", "0.00 / 1.02 ms", "Last 7 days"):
        assert words in html
    RuleHit.objects.update(at=timezone.now() - timedelta(days=8))
    assert rule_rows(7)[0].hits == 0
    assert rule_rows(30)[0].hits == 5


def test_one_measure_is_ended_by_its_button(chief: Client, make_rule: MakeRule, post: Post) -> None:
    rule, other = make_rule(then=[{"slow": 5}, {"close_thread": 5}]), make_rule(title="Other")
    post("You fool!")
    drain()
    slow, close = RuleMeasure.objects.order_by("kind")[::-1]
    url = rule.get_absolute_url()
    assert "branch slowed down" in chief.get(url).content.decode()
    assert "branch slowed down" in chief.get(f"{url}revert/").content.decode()
    assert chief.post(f"{other.get_absolute_url()}act/", {"act": "end", "measure": slow.pk}).status_code == 404
    assert chief.post(f"{url}act/", {"act": "end", "measure": "x"}).status_code == 404
    assert chief.post(f"{url}act/", {"act": "end", "measure": slow.pk}).status_code == 303
    assert list(RuleMeasure.objects.active()) == [close]
    assert chief.post(f"{url}revert/", {"body": "Wrong."}).status_code == 303
    assert not RuleMeasure.objects.active().exists()


def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(chief: Client) -> None:
    response = chief.post(
        f"{RULES}new/", form(**{"title": "", "when-0-op": "matches", "when-0-value": "(a", "tag": "kept"})
    )
    html = response.content.decode()
    assert response.status_code == 422
    for words in ("Please give it a title.", "This pattern cannot be read", 'value="(a"', 'value="kept"'):
        assert words in html
    assert chief.post(f"{RULES}new/", form(**{"when-n": "0"})).status_code == 422
    assert chief.post(f"{RULES}new/", {"do": "save"}).status_code == 422
    assert not Rule.objects.exists()


def test_parts_are_taken_away(chief: Client) -> None:
    html = chief.post(f"{RULES}new/", form(do="remove:when-0")).content.decode()
    assert 'name="when-0-field"' not in html
    assert "No such" not in chief.post(f"{RULES}new/", form(do="remove:when-77")).content.decode()


def test_a_text_is_tried_before_saving(chief: Client) -> None:
    html = chief.post(f"{RULES}new/", form(**{"do": "try", "try": "You Fool!"})).content.decode()
    assert "would hold it" in html
    assert ">Fool</mark>" in html
    assert "has one of these words or phrases “fool”, “knave”" in html
    assert "No rule fits" in chief.post(f"{RULES}new/", form(**{"do": "try", "try": "Fine."})).content.decode()


def test_where_the_text_alone_does_not_tell_that_is_said(chief: Client) -> None:
    more = {"when-n": "2", "when-1-kind": "leaf", "when-1-field": "is_reply", "when-1-op": "is", "when-1-value": "yes"}
    html = chief.post(f"{RULES}new/", form(do="try", **{**more, "try": "You fool!"})).content.decode()
    assert "in doubt" in html
    assert "The text alone does not tell:</p>" not in html
    assert "does not tell: it is a reply" in html
    assert ">fool</mark>" in html
    assert "No rule fits" in chief.post(f"{RULES}new/", form(do="try", **{**more, "try": "Fine."})).content.decode()


def test_a_text_against_all_rules(chief: Client, make_rule: MakeRule) -> None:
    make_rule()
    make_rule(title="Watched", state="shadow", then=[{"nudge": "Please."}])
    html = chief.post(f"{RULES}try/", {"body": "You fool!"}).content.decode()
    assert "would hold it" in html
    assert "would give a hint" in html
    assert chief.post(f"{RULES}try/", {"body": ""}).status_code == 422


def test_the_way_to_live_by_buttons(chief: Client, admin: User, second: User, make_rule: MakeRule) -> None:
    rule = make_rule(state="draft")
    url = rule.get_absolute_url()
    other = browser(second)
    assert chief.post(f"{url}act/", {"act": "watch"}).status_code == 303
    assert chief.post(f"{url}act/", {"act": "sign"}).status_code == 403
    assert chief.post(f"{url}act/", {"act": "live"}).status_code == 422
    assert chief.post(f"{url}act/", {"act": "fly"}).status_code == 400
    try_out(rule)
    assert "Sign this version" in other.get(url).content.decode()
    assert other.post(f"{url}act/", {"act": "sign"}).status_code == 303
    assert "Set live" in chief.get(url).content.decode()
    assert chief.post(f"{url}act/", {"act": "live"}).status_code == 303
    assert chief.post(f"{url}act/", {"act": "archive"}).status_code == 409
    assert chief.post(f"{url}act/", {"act": "pause", "body": ""}).status_code == 422
    assert chief.post(f"{url}act/", {"act": "pause", "body": "Too many."}).status_code == 303
    assert "Too many." in chief.get(url).content.decode()


def test_a_backtest_from_button_to_figures(chief: Client, make_rule: MakeRule, article: Article) -> None:
    make_comment(article, body="You fool!", visibility="held", is_listed=False)
    make_comment(article, body="You f.o.o.l!")
    rule = make_rule(state="draft")
    url = rule.get_absolute_url()
    assert chief.post(f"{url}backtest/", {"days": "0", "at_most": "5"}).status_code == 422
    assert chief.post(f"{url}backtest/", {"days": "30", "at_most": "500"}).status_code == 303
    assert (
        chief.post(f"{url}backtest/", {"days": "30", "at_most": "500"}).status_code == 303
    )  # the second of two clicks
    row = Backtest.objects.get()
    assert "0 of 0 comments so far" in chief.get(f"/moderation/backtests/{row.pk}/").content.decode()
    drain()
    html = chief.get(f"/moderation/backtests/{row.pk}/").content.decode()
    assert re.search(r"These fit</h2>.*You <mark>fool</mark>!.*These nearly fit</h2>.*You f\.o\.o\.l!", html, re.DOTALL)


def test_reverting_shows_first(chief: Client, make_rule: MakeRule, post: Post) -> None:
    rule = make_rule()
    comment = post("You fool!")
    url = f"{rule.get_absolute_url()}revert/"
    assert "You fool!" in chief.get(url).content.decode()
    assert chief.post(url, {"body": ""}).status_code == 422
    assert chief.post(url, {"body": "The rule was wrong."}).status_code == 303
    comment.refresh_from_db()
    assert comment.visibility == "public"


def test_the_card_says_which_rule_and_marks_the_words(chief: Client, make_rule: MakeRule, post: Post) -> None:
    make_rule(then=["hold", {"tag": "names"}, {"note": "Look at the tone."}], title="No names")
    case_url = f"/moderation/cases/{_case_of(post('You FOOL!'))}/"
    html = chief.get(case_url).content.decode()
    for words in ("No names", "<mark>FOOL</mark>", "names</span>", "Look at the tone.", "it holds the comment"):
        assert words in html


def _case_of(comment: Any) -> int:
    from moderation.models import Case

    return Case.objects.get(comment=comment).pk


def test_yaml_goes_out_and_comes_back(chief: Client, make_rule: MakeRule, defaults: list[Guideline]) -> None:
    make_rule({**WORD, "value": "no"}, guideline=defaults[0].slug, expires_on="2031-01-02")
    text = chief.get(f"{RULES}export/").content.decode()
    assert to_yaml(from_yaml(text)) == text
    assert chief.post(f"{RULES}import/", {"body": text}).status_code == 303
    assert Rule.objects.filter(state="draft").count() == 1
    bad = chief.post(f"{RULES}import/", {"body": text + "- title: x\n"})
    assert bad.status_code == 422
    assert "2.when" in bad.content.decode()
    assert chief.post(f"{RULES}import/", {"body": "a: &a [1]\nb: *a"}).status_code == 422
    assert chief.post(f"{RULES}import/", {"body": "[" * 5000}).status_code == 422
    assert Rule.objects.count() == 2


def test_the_list_and_a_page_cost_the_same_with_many_rules(chief: Client, make_rule: MakeRule, post: Post) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    rule = make_rule(title="First")
    chief.get(RULES)
    for i in range(2):
        post(f"Fool {i} fool")
        with CaptureQueriesContext(connection) as queries:
            assert chief.get(RULES).status_code == 200
            assert chief.get(rule.get_absolute_url()).status_code == 200
        counts.append(len(queries))
        for _n in range(3):
            make_rule(title="More", state="paused")
    assert counts[0] == counts[1]
