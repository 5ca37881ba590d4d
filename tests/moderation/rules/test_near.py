"""The same text, or nearly the same, in many places by several people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from discussions.actions.edit import edit_comment
from discussions.models import Article, Comment
from moderation.actions.forget import forget_fingerprints
from moderation.models import Fingerprint
from tests.factories import make_article, make_guest, make_user
from tests.moderation.rules.conftest import MakeRule, Post

pytestmark = pytest.mark.django_db

TEXT = "The new bridge will bring more lorries through our street, and nobody has asked the people who live in it yet."
NEARLY = "Our new bridge will bring more lorries through our street, and nobody asked the people who live in it yet."
OTHER = "I have crossed the river by ferry for thirty years and do not miss the bridge, which was ugly and loud anyway."


@pytest.fixture(autouse=True)
def signals(settings: Settings, post: Post) -> None:
    settings.COMMENT_SCREENS.insert(1, "moderation.signal_screen.SignalsScreen")
    settings.COMMENT_SIGNALS = []


def others(field: str, n: int, hours: int = 24) -> dict[str, Any]:
    return {"field": field, "op": ">=", "value": n, "of": {"hours": hours}}


def test_near_duplicates_of_others_are_counted_by_person(make_rule: MakeRule, post: Post, article: Article) -> None:
    make_rule(others("near_duplicate_of_others", 2))
    spammer = make_user()
    post(TEXT, by=spammer)
    for _ in range(3):  # one person, several times, is one person
        assert post(TEXT, by=spammer, article=make_article()).visibility == "public"
    assert post(NEARLY, by=make_guest("Gus"), article=make_article()).visibility == "public"
    assert post(OTHER, by=make_user()).visibility == "public"
    assert post(TEXT, by=make_user()).visibility == "held"
    assert post(OTHER, by=make_user()).visibility == "public"


def test_the_very_same_text_differs_in_signs_only(make_rule: MakeRule, post: Post) -> None:
    make_rule(others("same_text_of_others", 1))
    post(TEXT, by=make_user())
    assert post(NEARLY, by=make_user()).visibility == "public"
    assert post(TEXT.upper() + "!!", by=make_guest("Gus")).visibility == "held"


def test_a_few_words_are_nobodys(make_rule: MakeRule, post: Post) -> None:
    make_rule(others("same_text_of_others", 1))
    make_rule(others("near_duplicate_of_others", 1))
    for _ in range(3):
        assert post("I think so, too.", by=make_user()).visibility == "public"
    assert not Fingerprint.objects.exists()


def test_what_is_quoted_is_not_compared(make_rule: MakeRule, post: Post) -> None:
    make_rule(others("near_duplicate_of_others", 1))
    post(TEXT, by=make_user())
    assert post(f"> {TEXT}\n\nNo, they have.", by=make_user()).visibility == "public"


def test_only_the_window_counts(make_rule: MakeRule, post: Post) -> None:
    make_rule(others("near_duplicate_of_others", 1, hours=2))
    post(TEXT, by=make_user())
    Fingerprint.objects.update(at=timezone.now() - timedelta(hours=3))
    assert post(TEXT, by=make_user()).visibility == "public"
    assert post(TEXT, by=make_user()).visibility == "held"


def test_an_edit_is_compared_and_kept_beside_the_first(make_rule: MakeRule, post: Post, reader: User) -> None:
    make_rule(others("near_duplicate_of_others", 1))
    post(TEXT, by=make_user())
    comment = post(OTHER)
    edited = edit_comment(comment, by=reader, body=NEARLY, revision=1)
    assert edited is not None
    assert edited.visibility == "held"
    assert sorted(Fingerprint.objects.filter(comment=comment).values_list("revision", flat=True)) == [1, 2]


def test_without_the_screen_it_is_not_known(make_rule: MakeRule, post: Post, settings: Settings) -> None:
    settings.COMMENT_SCREENS.remove("moderation.signal_screen.SignalsScreen")
    make_rule(others("near_duplicate_of_others", 0))
    assert post(TEXT).visibility == "public"


@pytest.mark.parametrize("field", ["near_duplicate_of_others", "same_text_of_others"])
def test_it_costs_one_query_however_many_there_are(make_rule: MakeRule, post: Post, field: str) -> None:
    make_rule(others(field, 1000))
    costs = []
    for copies in (1, 30):
        for _ in range(copies):
            post(TEXT, by=make_user())
        with CaptureQueriesContext(connection) as asked:
            post(TEXT, by=make_user())
        costs.append(sum('FROM "moderation_fingerprint"' in query["sql"] for query in asked))
    assert costs == [1, 1]


def test_old_fingerprints_are_forgotten(post: Post, settings: Settings) -> None:
    settings.FINGERPRINT_DAYS = 7
    old, new = post(TEXT, by=make_user()), post(OTHER, by=make_user())
    Fingerprint.objects.filter(comment=old).update(at=timezone.now() - timedelta(days=8))
    assert forget_fingerprints() == 1
    assert Fingerprint.objects.get().comment == new
    assert Comment.objects.count() == 2
