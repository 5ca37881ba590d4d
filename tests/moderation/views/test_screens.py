"""The page of the plug-ins."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from moderation.models import RecordedSignal, SpamModel
from tests.factories import make_admin, make_comment, make_moderator
from tests.moderation.spam.conftest import decided, history, keeper, spam_guideline  # noqa: F401 — fixtures
from tests.moderation.test_people_pages import browser

pytestmark = pytest.mark.django_db
SCREENS, ACT = "/moderation/screens/", "/moderation/screens/spam/"


@pytest.fixture
def chief(db: None) -> Client:
    return browser(make_admin())


def version(n: int, **fields: Any) -> SpamModel:
    given = {"spam": 60, "fine": 70, "held_out": {"spam": 10, "fine": 20, "found": 9, "mistaken": 1, "unknown": 0}}
    return SpamModel.objects.create(
        n=n, digest=f"{n}", size=1, features=0, key_mark="", counts=b"", temperature=1, **{**given, **fields}
    )


def test_an_empty_site_says_what_it_takes(chief: Client) -> None:
    html = chief.get(SCREENS).content.decode()
    assert "There are 0 decisions on spam to learn from" in html
    assert "It takes 50 of each" in html
    assert '<button class="button" name="act" value="teach" disabled>' in html


def test_it_shows_what_plug_ins_said_and_versions(chief: Client) -> None:
    comment = make_comment()
    for revision, (value, trouble) in enumerate([(0.5, ""), (0.9, ""), (None, ""), (None, "slow"), (None, "failed")]):
        RecordedSignal.objects.create(comment=comment, revision=revision, name="spam", value=value, trouble=trouble)
    version(1)
    version(2, is_in_use=True)
    response = chief.get(SCREENS)
    row = response.context["rows"][0]
    assert (row.name, row.known, row.unknown, row.slow, row.failed) == ("spam", 2, 1, 1, 1)
    html = response.content.decode()
    for words in ("90 %", "5 %", "in use", "Use version 1"):
        assert words in html


def test_it_is_taught_switched_and_stopped(
    chief: Client, history: None, django_capture_on_commit_callbacks: Any  # noqa: F811
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        assert chief.post(ACT, {"act": "teach"}).status_code == 303
    assert SpamModel.objects.get().is_in_use
    version(2)
    assert chief.post(ACT, {"act": "use", "version": "2"}).status_code == 303
    assert SpamModel.objects.get(is_in_use=True).n == 2
    assert chief.post(ACT, {"act": "stop"}).status_code == 303
    assert not SpamModel.objects.filter(is_in_use=True).exists()


@pytest.mark.parametrize(
    ("typed", "status"),
    [({"act": "use", "version": "9"}, 404), ({"act": "use", "version": "x"}, 404), ({}, 400), ({"act": "fly"}, 400)],
)
def test_what_is_not_there(chief: Client, typed: dict[str, str], status: int) -> None:
    assert chief.post(ACT, typed).status_code == status


def test_it_is_for_administrators(client: Client) -> None:
    moderator = browser(make_moderator())
    assert moderator.get(SCREENS).status_code == 403
    assert moderator.post(ACT, {"act": "teach"}).status_code == 403
    assert client.get(ACT).status_code == 405


def test_it_costs_the_same_however_much_was_said(chief: Client) -> None:
    chief.get(SCREENS)
    costs = []
    for n in (1, 5):
        for i in range(n):
            version(10 * n + i)
            RecordedSignal.objects.create(comment=make_comment(), revision=1, name="spam", value=0.5)
        with CaptureQueriesContext(connection) as asked:
            chief.get(SCREENS)
        costs.append(len(asked))
    assert costs[0] == costs[1]
