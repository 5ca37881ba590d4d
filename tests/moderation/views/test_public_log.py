"""The public log: what, when, which guideline, and nothing about anybody."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from discussions.models import Article, Comment
from moderation.actions.cases import Queue, Severity, open_case
from moderation.actions.undo import undo
from moderation.models import Appeal, Case, Outcome
from moderation.queries import public_log
from tests.factories import make_comment
from tests.moderation.conftest import Decide
from tests.moderation.readers import SECRET, later

pytestmark = pytest.mark.django_db

URL = "/moderation-log/"


def decided(article: Article, decide_: Decide, outcome: str, count: int) -> None:
    for _ in range(count):
        case = open_case(make_comment(article), queue=Queue.SAMPLED, severity=Severity.SAMPLED)
        decide_(case, outcome)


def test_it_tells_what_and_why_and_nobody(
    client: Client, case: Case, held: Comment, decide_: Decide, reader: User, moderator: User
) -> None:
    decide_(case, Outcome.REMOVE, note="Written to the author alone.")
    assert "Nothing has been decided yet." in client.get(URL).content.decode()
    with later():
        html = client.get(URL).content.decode()
    assert "removed" in html
    assert "/guidelines/ideas-not-people/#v1" in html
    for hidden in (SECRET, "Rea Der", "reader", "keeper", "Written to the author", "The lights went out"):
        assert hidden not in html
    assert f"/comments/{held.pk}" not in html


def test_what_was_undone_never_happened(client: Client, case: Case, decide_: Decide, moderator: User) -> None:
    undo(decide_(case), by=moderator)
    with later():
        assert "removed" not in client.get(URL).content.decode()


def test_the_outcome_of_an_appeal(client: Client, case: Case, decide_: Decide, reader: User, senior: User) -> None:
    decision = decide_(case)
    Appeal.objects.create(
        decision=decision, user=reader, text="My appeal's words.", first_decider=decision.by, state="overturned",
        decided_by=senior, decided_at=timezone.now(), reason="Staff's words.", cause="mistake",
    )  # fmt: skip
    with later():
        html = client.get(URL).content.decode()
    assert "Appeal: overturned" in html
    assert "words." not in html


def test_paging_by_key_shows_every_line_once(
    client: Client, article: Article, decide_: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_log, "PER_PAGE", 2)
    decided(article, decide_, Outcome.COLLAPSE, 5)
    seen, url = [], URL
    with later():
        while url:
            page = client.get(url).context["page"]
            seen += [line.at for line in page.lines]
            url = f"{URL}?after={page.after}" if page.after else ""
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "9" * 40, "1-²", "5-x"])
def test_a_broken_cursor(client: Client, after: str) -> None:
    assert client.get(URL, {"after": after}).status_code == 400


def test_two_queries_however_much_it_is(
    client: Client, article: Article, decide_: Decide, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 4):
        decided(article, decide_, Outcome.REMOVE, count)
        with later(), django_assert_num_queries(2):
            client.get(URL)


def test_it_is_only_read(client: Client) -> None:
    assert client.post(URL, {"key": str(uuid.uuid4())}).status_code == 405
