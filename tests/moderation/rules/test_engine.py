"""What rules say of a comment: three values, every rule asked, the strongest effect, within the time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from moderation.rules.engine import Outcome, Rule, RuleSet
from moderation.rules.facts import Facts
from moderation.rules.parse import parse
from moderation.rules.reading import added, read

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TRUE = {"field": "depth", "op": "is", "value": 0}
FALSE = {"field": "depth", "op": "is", "value": 1}
UNKNOWN = {"field": "published_count", "op": "<", "value": 1}
WORD = {"field": "text_without_quotes", "op": "has_word", "value": "fool"}


def rule(when: Any, then: Any = ("hold",), **more: Any) -> dict[str, Any]:
    return {"title": "Names", "when": when, "then": list(then), **more}


def ask(*written: dict[str, Any], html: str = "<p>You fool!</p>", **facts: Any) -> Outcome:
    given = {("depth", ()): 0, **facts.pop("given", {})}
    return RuleSet(Rule(i, 1, parse(row)) for i, row in enumerate(written)).ask(
        Facts("post", NOW, read(html), given=given, **facts), budget=60
    )


@pytest.mark.parametrize(
    ("when", "unless", "says"),
    [
        (TRUE, None, "hold"),
        (FALSE, None, "nothing"),
        (UNKNOWN, None, "in doubt"),
        ({"not": UNKNOWN}, None, "in doubt"),
        ({"all": [TRUE, UNKNOWN]}, None, "in doubt"),
        ({"all": [UNKNOWN, FALSE]}, None, "nothing"),
        ({"any": [UNKNOWN, TRUE]}, None, "hold"),
        ({"any": [FALSE, UNKNOWN]}, None, "in doubt"),
        (TRUE, FALSE, "hold"),
        (TRUE, TRUE, "nothing"),
        (TRUE, UNKNOWN, "in doubt"),
        (UNKNOWN, TRUE, "nothing"),
        (UNKNOWN, FALSE, "in doubt"),
    ],
)
def test_what_is_not_known_never_holds(when: Any, unless: Any, says: str) -> None:
    outcome = ask(rule(when, ["hold", {"raise": 5}, {"tag": "names"}], **({"unless": unless} if unless else {})))
    names = [(hit.is_certain, [action.name for action in hit.actions]) for hit in outcome.hits]
    assert (outcome.effect, names) == {
        "hold": ("hold", [(True, ["hold", "raise", "tag"])]), "nothing": ("none", []),
        "in doubt": ("none", [(False, ["raise"])]),
    }[says]  # fmt: skip


def test_a_rule_in_doubt_that_does_not_raise_is_silent() -> None:
    assert ask(rule(UNKNOWN)).hits == ()


def test_the_strongest_effect_wins_and_every_rule_is_heard() -> None:
    outcome = ask(
        rule(TRUE, [{"nudge": "Please."}]), rule(WORD, ["hold"], priority=10), rule(TRUE, ["hold"], priority=90),
        rule(TRUE, [{"tag": "a"}]),
    )  # fmt: skip
    assert outcome.effect == "hold"
    assert sorted(hit.rule.id for hit in outcome.hits) == [0, 1, 2, 3]
    assert outcome.deciding is not None
    assert outcome.deciding.rule.id == 2


def test_quoted_text_does_not_count() -> None:
    quoting = "<blockquote><p>You fool!</p></blockquote><p>Please do not say that.</p>"
    assert ask(rule(WORD), html=quoting).effect == "none"
    assert ask(rule({**WORD, "field": "text"}), html=quoting).effect == "hold"


def test_marks_are_places_in_what_readers_see() -> None:
    html = "<blockquote><p>a &lt; b</p></blockquote><p>You <strong>fo</strong>ol &amp; <em>FOOL</em></p>"
    marks = ask(rule(WORD), html=html).hits[0].marks
    assert [(mark.words, read(html).text[mark.start : mark.end]) for mark in marks] == [
        ("fool", "fool"),
        ("FOOL", "FOOL"),
    ]


def test_what_a_not_finds_is_not_marked() -> None:
    other = {**WORD, "value": "you"}
    assert [mark.words for mark in ask(rule({"all": [other, {"not": {**WORD, "value": "knave"}}]})).hits[0].marks] == [
        "You"
    ]


@pytest.mark.parametrize(
    ("facts", "more"),
    [({"is_exempt": True}, {}), ({}, {"applies_to": ["edit"]}), ({}, {"expires_on": "2026-04-30"})],
)
def test_who_is_exempt_and_what_is_over(facts: dict[str, Any], more: dict[str, Any]) -> None:
    assert ask(rule(TRUE, **more), **facts).hits == ()


def test_the_last_day_of_a_rule_counts() -> None:
    assert ask(rule(TRUE, expires_on="2026-05-01")).effect == "hold"


def test_when_the_time_is_over_nothing_is_held() -> None:
    ticks = iter(range(100))
    rules = RuleSet(Rule(i, 1, parse(rule(TRUE))) for i in range(5))
    facts = Facts("post", NOW, read("<p>x</p>"), given={("depth", ()): 0})
    outcome = rules.ask(facts, budget=-1, clock=lambda: float(next(ticks)))
    assert (outcome.effect, outcome.is_cut_short, outcome.hits, outcome.deciding) == ("none", True, (), None)


@pytest.mark.parametrize(
    ("leaf", "html", "fits"),
    [
        (("links", ">", 1), '<p><a href="https://a.example/">a</a> <a href="https://b.example/">b</a></p>', True),
        (("link_domain", "in", ["spam.example"]), '<p><a href="https://www.spam.example/x">a</a></p>', True),
        (("link_domain", "is_not", "spam.example"), '<p><a href="https://spam.example/">a</a></p>', False),
        (("link_domain", "is", "spam.example"), "<p>hxxp://spam.example/x</p>", True),
        (("link_domain", "is", "spam.example"), "<p>go to spam[.]example now</p>", True),
        (("link_domain", "is", "spam.example"), "<p>https://bank.example@spam%2Eexample/</p>", True),
        (("link_domain", "ends", ".example"), "<p>spam (dot) example</p>", True),
        (("link_text", "has_word", "cheap"), '<p><a href="https://a.example/">Cheap pills</a></p>', True),
        (("link_text", "has_word", "cheap"), '<blockquote><a href="https://a.example/">Cheap</a></blockquote>', False),
        (("caps_ratio", ">", 0.8), "<p>THIS IS SHOUTING</p>", True),
        (("caps_ratio", ">", 0.8), "<p>NO</p>", None),
        (("symbol_ratio", ">=", 0.5), "<p>a!b!</p>", True),
        (("repeat_run", ">", 5), "<p>noooooo</p>", True),
        (("mentions", "is", 2), "<p>@ann @bob @ann me@example.org</p>", True),
        (("quotes_share", "is", 0.5), "<blockquote><p>abc</p></blockquote><p>def</p>", True),
        (("emoji", "is", 2), "<p>\U0001f600 yes ❤</p>", True),
        (("questions", "is", 2), "<p>Why? لماذا؟</p>", True),
        (("words", "is", 3), "<p>Don't do that.</p>", True),
        (("length", "between", [5, 6]), "<p>ab  cd</p>", True),
        (("text", "starts", "wrong"), "<p>Wrong. Here is why.</p>", True),
        (("text", "is", "wrong."), "<p>Wrong. Here is why.</p>", False),
        (("text", "ends", "WHY."), "<p>Wrong. Here is why.</p>", True),
        (("text", "matches", r"w.{3}g\b"), "<p>Wrong!</p>", True),
        (("text", "not_in", ["no", "yes"]), "<p>Yes</p>", False),
        (("language", "is", "en"), "<p>x</p>", None),
        (("second_person_share", ">", 0.3), "<p>you and your dog bark</p>", None),
    ],
)
def test_what_the_text_says_by_itself(leaf: tuple[str, str, Any], html: str, fits: bool | None) -> None:
    name, op, value = leaf
    hits = ask(rule({"field": name, "op": op, "value": value}, [{"raise": 1}]), html=html).hits
    assert [hit.is_certain for hit in hits] == ([] if fits is False else [fits is True])


def test_words_like_you_by_language() -> None:
    leaf = {"field": "second_person_share", "op": ">", "value": 0.3}
    assert ask(rule(leaf), html="<p>You and your dog bark</p>", language="en").effect == "hold"
    assert ask(rule(leaf), html="<p>You and your dog bark</p>", language="fi").effect == "none"


def test_what_an_edit_adds() -> None:
    leaf = {**WORD, "field": "text_added"}
    assert added("You fool", "You old fool!") == "    old     !"
    assert ask(rule(leaf, [{"raise": 1}])).hits[0].is_certain is False
    assert ask(rule(leaf), added="       fool ").effect == "hold"
    assert ask(rule(leaf), added="           ").effect == "none"


def test_a_bad_address_is_no_address() -> None:
    assert read('<a href="https://[bad/">x</a>').link_domains == ()
    assert read('<a href="/articles/x/">x</a>').link_domains == ()
