"""The statement of reasons: in full to the author and to staff, the outcome to who reported, nothing to others."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from discussions.models import Article, Comment
from moderation.actions.report import report_comment
from moderation.actions.undo import undo
from moderation.models import Case, GuidelineVersion, Outcome, SectionModerator
from moderation.statements import statement_of
from tests.factories import make_comment, make_moderator, make_section, make_user
from tests.moderation.conftest import Decide
from tests.moderation.readers import SECRET, browser_of, later

pytestmark = pytest.mark.django_db


def test_the_author_reads_everything(case: Case, decide_: Decide, reader: User) -> None:
    decision = decide_(case)
    with later():
        client = browser_of(reader)
        html = client.get(f"/decisions/{decision.pk}/").content.decode()
        answer = client.get(f"/decisions/{decision.pk}.json")
    for words in (
        SECRET, "guideline 2, version 1", "Please talk about the idea.", "No software took part", "out of court",
        "DECISION_VISIBILITY_CONTENT_REMOVED", f"/decisions/{decision.pk}/appeal/", f"/decisions/{decision.pk}.json",
    ):  # fmt: skip
        assert words in html
    assert "keeper" not in html
    assert answer.json() == {
        "decision": decision.pk, "outcome": "remove", "date": decision.created_at.date().isoformat(),
        "statement": statement_of(decision),
    }  # fmt: skip
    assert "no-store" in answer.headers["Cache-Control"]


def test_nobody_else_finds_it(case: Case, decide_: Decide) -> None:
    decision = decide_(case)
    with later():
        for client in (Client(), browser_of(make_user())):
            for url in (f"/decisions/{decision.pk}/", f"/decisions/{decision.pk}.json", "/decisions/99/"):
                assert client.get(url).status_code == 404


def test_who_reported_reads_the_outcome(
    article: Article, decide_: Decide, guideline: GuidelineVersion, reader: User
) -> None:
    reporter = make_user()
    comment = make_comment(article, by=reader, body=SECRET)
    report = report_comment(comment, by=reporter, guideline=guideline.guideline)
    decision = decide_(report.case)
    with later():
        client = browser_of(reporter)
        html = client.get(f"/decisions/{decision.pk}/").content.decode()
        answer = client.get(f"/decisions/{decision.pk}.json")
    assert "removed" in html
    for hidden in (SECRET, "Please talk about the idea.", "Rea Der", "/appeal/"):
        assert hidden not in html
    assert answer.json().keys() == {"decision", "outcome", "date"}


def test_it_is_not_there_while_it_can_be_undone(
    case: Case, decide_: Decide, reader: User, moderator: User, senior: User
) -> None:
    decision = decide_(case)
    url = f"/decisions/{decision.pk}/"
    assert browser_of(reader).get(url).status_code == 404
    assert browser_of(senior).get(url).status_code == 200
    undo(decision, by=moderator)
    with later():
        assert browser_of(reader).get(url).status_code == 404


def test_staff_of_another_section_do_not_see_it(case: Case, decide_: Decide, reader: User) -> None:
    decision = decide_(case)
    elsewhere = make_user()
    SectionModerator.objects.create(user=elsewhere, section=make_section("Elsewhere"))
    assert browser_of(elsewhere).get(f"/decisions/{decision.pk}/").status_code == 404
    assert browser_of(make_moderator()).get(f"/decisions/{decision.pk}/").status_code == 200


def test_a_published_comment_has_no_statement(case: Case, decide_: Decide, reader: User) -> None:
    decision = decide_(case, Outcome.PUBLISH)
    with later():
        client = browser_of(reader)
        page = client.get(f"/decisions/{decision.pk}/")
        assert client.get(f"/decisions/{decision.pk}.json").json()["statement"] is None
    assert page.status_code == 200
    assert "If you disagree" not in page.content.decode()


def test_what_people_wrote_is_text(case: Case, held: Comment, decide_: Decide, reader: User) -> None:
    decision = decide_(case, note="<script>1</script>")
    with later():
        html = browser_of(reader).get(f"/decisions/{decision.pk}/").content.decode()
    assert "<script>1" not in html
