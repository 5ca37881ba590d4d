"""Guidelines: what is in force, in which language, and that no version ever changes."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from discussions.markup import render_article
from moderation.actions.guidelines import Wording, latest_wordings, revise_guideline
from moderation.models import Guideline, GuidelineText, GuidelineVersion
from moderation.queries import guidelines as queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def guideline() -> Guideline:
    """Return a guideline in English and Spanish, version 1, on a site without others."""
    GuidelineText.objects.all().delete()
    GuidelineVersion.objects.all().delete()
    Guideline.objects.all().delete()
    row = Guideline.objects.create(number=1, slug="be-brief")
    revise_guideline(row, texts={"en": Wording("Be brief", "Say it *once*."), "es": Wording("Sé breve", "Una vez.")})
    return row


def test_a_new_site_starts_with_six_guidelines_in_every_language(defaults: list[Guideline]) -> None:
    assert [guideline.number for guideline in defaults] == [1, 2, 3, 4, 5, 6]
    for code, _name in settings.LANGUAGES:
        cards = queries.guidelines_in_force(code)
        assert [card.number for card in cards] == [1, 2, 3, 4, 5, 6]
        assert {card.language for card in cards} == {code}


def test_the_defaults_are_stored_as_our_renderer_would_write_them(defaults: list[Guideline]) -> None:
    texts = GuidelineText.objects.all()
    assert len(texts) == 18
    for text in texts:
        assert text.html == render_article(text.body)


def test_the_defaults_leave_a_site_with_guidelines_alone(guideline: Guideline) -> None:
    importlib.import_module("moderation.migrations.0002_default_guidelines").install(apps, None)
    assert list(Guideline.objects.all()) == [guideline]


def test_in_force_takes_one_query(defaults: list[Guideline], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert len(queries.guidelines_in_force("ar")) == 6


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("es", "Sé breve"),
        # a variant of a language reads the language
        ("es-mx", "Sé breve"),
        # no translation: English
        ("ar", "Be brief"),
    ],
)
def test_each_guideline_falls_back_to_english(guideline: Guideline, asked: str, title: str) -> None:
    (card,) = queries.guidelines_in_force(asked)
    assert card.title == title


def test_without_english_any_wording_is_better_than_none(guideline: Guideline) -> None:
    revise_guideline(guideline, texts={"es": Wording("Muy breve", "Una vez.")}, note="Only Spanish.")
    (card,) = queries.guidelines_in_force("en")
    assert (card.title, card.language, card.version) == ("Muy breve", "es", 2)


def test_editing_makes_a_version_and_leaves_the_old_one(guideline: Guideline) -> None:
    old = list(GuidelineText.objects.order_by("pk").values())
    version = revise_guideline(guideline, texts={"en": Wording("Be short", "Once <b>only</b>.")}, note="Clearer.")
    assert version is not None
    assert version.n == 2
    assert list(GuidelineText.objects.filter(version__n=1).order_by("pk").values()) == old
    (card,) = queries.guidelines_in_force("en")
    assert (card.title, card.version) == ("Be short", 2)
    assert card.html == "<p>Once &lt;b&gt;only&lt;/b&gt;.</p>\n"


def test_saving_the_same_words_again_makes_no_version(guideline: Guideline) -> None:
    assert revise_guideline(guideline, texts=latest_wordings(guideline), note="Again.") is None
    assert guideline.versions.count() == 1


def test_a_guideline_says_something() -> None:
    row = Guideline.objects.create(number=90, slug="mute")
    with pytest.raises(ValueError, match="at least one language"):
        revise_guideline(row, texts={})


def test_a_version_announced_for_later_applies_later(guideline: Guideline) -> None:
    later = timezone.now() + timedelta(days=3)
    revise_guideline(guideline, texts={"en": Wording("Later", "Then.")}, note="Announced.", effective_at=later)
    assert [card.title for card in queries.guidelines_in_force("en")] == ["Be brief"]
    in_force = GuidelineVersion.objects.in_force(later)
    assert [version.n for version in in_force] == [2]
    history = queries.guideline_history(guideline, "en")
    assert [(card.version, card.is_in_force, card.is_to_come) for card in history] == [
        (2, False, True),
        (1, True, False),
    ]


def test_an_announced_version_that_was_overtaken_never_applies(guideline: Guideline) -> None:
    later = timezone.now() + timedelta(days=3)
    revise_guideline(guideline, texts={"en": Wording("Later", "Then.")}, note="Announced.", effective_at=later)
    revise_guideline(guideline, texts={"en": Wording("At once", "Now.")}, note="Urgent.")
    assert [version.n for version in GuidelineVersion.objects.in_force(later + timedelta(days=1))] == [3]


def test_a_retired_guideline_leaves_the_page_and_frees_its_number(guideline: Guideline) -> None:
    guideline.retired_at = timezone.now()
    guideline.save()
    assert queries.guidelines_in_force("en") == ()
    assert [card.is_in_force for card in queries.guideline_history(guideline, "en")] == [False]
    Guideline.objects.create(number=1, slug="be-kind")


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("guideline_has_its_own_number", lambda v: Guideline.objects.create(number=1, slug="other")),
        ("guidelines_count_from_one", lambda v: Guideline.objects.create(number=0, slug="zero")),
        ("guideline_version_has_its_own_number", lambda v: GuidelineVersion.objects.create(guideline=v.guideline, n=1)),
        ("guideline_versions_count_from_one", lambda v: v.guideline.versions.create(n=0, note="x")),
        ("guideline_change_says_what_changed", lambda v: GuidelineVersion.objects.create(guideline=v.guideline, n=2)),
        ("guideline_is_worded_once_per_language", lambda v: v.texts.create(language="en", title="a", body="b")),
        ("guideline_wording_is_not_empty", lambda v: v.texts.create(language="fr", title="", body="b")),
    ],
)  # fmt: skip
def test_the_database_refuses(guideline: Guideline, constraint: str, make: object) -> None:
    assert callable(make)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make(guideline.versions.get())
    # SQLite names the columns of a unique constraint, PostgreSQL the constraint.
    named = {model._meta.db_table for model in (Guideline, GuidelineVersion, GuidelineText)}
    assert constraint in str(refusal.value) or any(f"failed: {table}" in str(refusal.value) for table in named)


def test_history_cannot_be_deleted(guideline: Guideline) -> None:
    with pytest.raises(ProtectedError):
        guideline.delete()


def test_the_short_form_is_read_once_a_minute_and_again_after_an_edit(
    guideline: Guideline,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_assert_num_queries(1):
        assert queries.short_guidelines("en") == ((1, "Be brief"),)
    with django_assert_num_queries(0):
        assert queries.short_guidelines("en") == ((1, "Be brief"),)
    with django_capture_on_commit_callbacks(execute=True):
        revise_guideline(guideline, texts={"en": Wording("Be terse", "Once.")}, note="Shorter.")
    assert queries.short_guidelines("en") == ((1, "Be terse"),)


def test_the_short_form_links_to_the_whole_and_escapes(guideline: Guideline) -> None:
    revise_guideline(guideline, texts={"en": Wording("<b>Be</b>", "Once.")}, note="Bold.")
    with translation.override("en"):
        html = render_to_string("moderation/_guidelines_short.html")
    assert '<li value="1"><a href="/guidelines/#g1" dir="auto">&lt;b&gt;Be&lt;/b&gt;</a></li>' in html
    assert 'href="/guidelines/"' in html


def test_the_short_form_of_no_guidelines_is_no_list() -> None:
    GuidelineText.objects.all().delete()
    assert "<ol" not in render_to_string("moderation/_guidelines_short.html")
