"""Statements of reasons: the fields of the DSA Transparency Database, and nothing that names anybody."""

from __future__ import annotations

import json
import uuid
from datetime import date

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from discussions.models import Article, Comment
from moderation.actions.report import report_comment
from moderation.actions.unlawful import Claim, give_notice
from moderation.models import Case, Decision, DsaCategory, Guideline, GuidelineVersion, Outcome
from moderation.queries.reasons import guideline_facts
from moderation.statements import TERRITORY, statement_of, with_facts
from tests.factories import make_comment, make_user
from tests.moderation.conftest import Decide
from tests.moderation.readers import SECRET

pytestmark = pytest.mark.django_db

#: What the database's API asks of a decision about a text, by the attribute names of its documentation.
REQUIRED = {
    "decision_visibility", "decision_ground", "category", "content_type", "content_date", "territorial_scope",
    "application_date", "decision_facts", "source_type", "automated_detection", "automated_decision", "puid",
}  # fmt: skip
GROUNDS = {
    "DECISION_GROUND_INCOMPATIBLE_CONTENT": {"incompatible_content_ground", "incompatible_content_explanation"},
    "DECISION_GROUND_ILLEGAL_CONTENT": {"illegal_content_legal_ground", "illegal_content_explanation"},
}
OPTIONAL = {
    "decision_visibility_other", "decision_ground_reference_url", "incompatible_content_illegal", "content_language",
}  # fmt: skip


def check(statement: dict[str, object]) -> None:
    """Assert that the API would take it."""
    ground = str(statement["decision_ground"])
    assert REQUIRED | GROUNDS[ground] <= statement.keys() <= REQUIRED | GROUNDS[ground] | OPTIONAL
    assert str(statement["category"]).startswith("STATEMENT_CATEGORY_")
    for name in ("content_date", "application_date"):
        assert date.fromisoformat(str(statement[name])).year >= 2020
    assert set(str(statement["puid"])) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(str(statement["decision_facts"])) <= 5000
    assert ("DECISION_VISIBILITY_OTHER" in statement["decision_visibility"]) == (  # type: ignore[operator]
        "decision_visibility_other" in statement
    )
    assert json.loads(json.dumps(statement)) == statement


@pytest.mark.parametrize(
    ("outcome", "visibility"),
    [
        (Outcome.REMOVE, "DECISION_VISIBILITY_CONTENT_REMOVED"),
        (Outcome.RETURN, "DECISION_VISIBILITY_CONTENT_DISABLED"),
        (Outcome.COLLAPSE, "DECISION_VISIBILITY_OTHER"),
    ],
)
def test_what_was_done(case: Case, decide_: Decide, outcome: str, visibility: str) -> None:
    statement = statement_of(decide_(case, outcome))
    check(statement)
    assert statement["decision_visibility"] == [visibility]
    assert statement["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    assert statement["incompatible_content_ground"] == "Guideline 2: Criticise ideas, not people"
    assert statement["incompatible_content_explanation"] == "Please talk about the idea."
    assert statement["decision_ground_reference_url"] == "http://testserver/guidelines/ideas-not-people/#v1"
    assert statement["category"] == "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
    assert statement["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
    assert statement["territorial_scope"] == list(TERRITORY)
    assert len(set(TERRITORY)) == 30


def test_what_took_nothing_needs_none(case: Case, decide_: Decide) -> None:
    with pytest.raises(ValueError, match="published"):
        statement_of(decide_(case, Outcome.PUBLISH))


def test_where_it_came_from(article: Article, case: Case, decide_: Decide, guideline: GuidelineVersion) -> None:
    found = statement_of(decide_(case))
    assert (found["source_type"], found["automated_detection"]) == ("SOURCE_VOLUNTARY", "Yes")
    reported = report_comment(make_comment(article), by=make_user(), guideline=guideline.guideline)
    found = statement_of(decide_(reported.case))
    assert (found["source_type"], found["automated_detection"]) == ("SOURCE_TYPE_OTHER_NOTIFICATION", "No")


def _notified(article: Article) -> Case:
    claim = Claim("It names my street.", is_sincere=True, name="Jo Public", email="jo@example.org")
    return give_notice(make_comment(article), claim, key=uuid.uuid4(), network="192.0.2.0/24").case


def test_a_notice_and_the_guideline_for_it_make_it_illegal(
    article: Article, decide_: Decide, guideline: GuidelineVersion
) -> None:
    rude = statement_of(decide_(_notified(article)))
    assert (rude["source_type"], rude["decision_ground"]) == (
        "SOURCE_ARTICLE_16",
        "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    )
    decision = decide_(_notified(article))
    decision.guideline_version = GuidelineVersion.objects.in_force().get(guideline__slug="lawful-and-fitting")
    unlawful = statement_of(decision)
    check(unlawful)
    assert unlawful["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert "Jo Public" not in json.dumps(unlawful)
    assert "my street" not in json.dumps(unlawful)


def test_it_names_nobody_and_quotes_nothing(case: Case, held: Comment, decide_: Decide) -> None:
    decision = decide_(case)
    decision.span = "fool"
    text = json.dumps(statement_of(decision))
    for hidden in (SECRET, "fool", "Rea Der", "reader", "keeper", f"/comments/{held.pk}"):
        assert hidden not in text


def test_the_language_of_the_text(case: Case, held: Comment, decide_: Decide) -> None:
    decision = decide_(case)
    for language, expected in (("pt-BR", "PT"), ("ar", "AR"), ("", None)):
        decision.comment.language = language
        assert statement_of(decision).get("content_language") == expected
    with translation.override("es"):
        assert "Critica las ideas" in statement_of(decision)["incompatible_content_ground"]


def test_every_category_is_one_of_the_database(case: Case, decide_: Decide, guideline: GuidelineVersion) -> None:
    decision = decide_(case)
    for category in ("", *DsaCategory.values):
        Guideline.objects.filter(pk=guideline.guideline_id).update(dsa_category=category)
        statement = statement_of(Decision.objects.get(pk=decision.pk))
        assert statement["category"] == f"STATEMENT_CATEGORY_{category or 'OTHER_VIOLATION_TC'}"


def test_a_thousand_cost_what_one_costs(
    article: Article, decide_: Decide, guideline: GuidelineVersion, reader: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for n in range(6):
        comment = make_comment(article, by=reader)
        outcome = Outcome.PUBLISH if n == 0 else Outcome.REMOVE
        decide_(report_comment(comment, by=make_user(), guideline=guideline.guideline).case, outcome)
    with django_assert_num_queries(2):
        rows = list(with_facts(Decision.objects.all()))
        facts = guideline_facts({row.guideline_version_id for row in rows if row.guideline_version_id})
        statements = [statement_of(row, facts) for row in rows]
    assert len(statements) == 5
