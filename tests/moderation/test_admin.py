"""Writing guidelines in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from moderation.actions.guidelines import latest_wordings
from moderation.models import Guideline, GuidelineVersion
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    """Return a browser in which an operator is logged in."""
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


LONG_AGO = {"effective_at_0": "2020-01-01", "effective_at_1": "10:00"}


def _form(guideline: Guideline | None = None, **typed: str) -> dict[str, str]:
    form = {
        "number": "7",
        "slug": "new",
        "retired_at_0": "",
        "retired_at_1": "",
        "effective_at_0": "",
        "effective_at_1": "",
        "note": "",
    }
    form |= {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
    form |= {f"{part}_{code}": "" for part in ("title", "body", "tell") for code in ("en", "es", "ar")}
    if guideline:
        form |= {"number": str(guideline.number), "slug": guideline.slug}
        for code, wording in latest_wordings(guideline).items():
            form |= {f"title_{code}": wording.title, f"body_{code}": wording.body, f"tell_{code}": wording.author_note}
    return form | typed


def _change(guideline: Guideline) -> str:
    return f"/admin/moderation/guideline/{guideline.pk}/change/"


def test_other_words_make_a_version(admin: Client, defaults: list[Guideline]) -> None:
    answer = admin.post(_change(defaults[0]), _form(defaults[0], title_en="Add something", note="Plainer."))
    assert answer.status_code == 302
    versions = list(defaults[0].versions.order_by("n"))
    assert [(version.n, version.note) for version in versions] == [(1, ""), (2, "Plainer.")]
    assert versions[0].texts.get(language="en").title == "Improve the discussion"
    assert versions[1].texts.get(language="en").title == "Add something"
    assert versions[1].texts.get(language="ar").title == versions[0].texts.get(language="ar").title


def test_a_new_number_makes_no_version(admin: Client, defaults: list[Guideline]) -> None:
    answer = admin.post(_change(defaults[0]), _form(defaults[0], number="9"))
    assert answer.status_code == 302
    assert Guideline.objects.get(pk=defaults[0].pk).number == 9
    assert defaults[0].versions.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title_en": "Add something"}, "Say what changed"),
        ({"title_en": "", "note": "x"}, "needs both a line and a text"),
        ({"title_en": "Other", "note": "x", **LONG_AGO}, "cannot have applied already"),
        ({"number": "2"}, "Another guideline has this number."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_and_writes_nothing(
    admin: Client, defaults: list[Guideline], typed: dict[str, str], words: str
) -> None:
    answer = admin.post(_change(defaults[0]), _form(defaults[0], **typed))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert defaults[0].versions.count() == 1


def test_a_guideline_is_added_with_its_first_version(admin: Client, defaults: list[Guideline]) -> None:
    answer = admin.post("/admin/moderation/guideline/add/", _form(title_es="Una", body_es="Palabra."))
    assert answer.status_code == 302
    version = GuidelineVersion.objects.get(guideline__slug="new")
    assert [(version.n, text.language, text.html) for text in version.texts.all()] == [(1, "es", "<p>Palabra.</p>\n")]


def test_a_guideline_without_words_is_not_added(admin: Client, defaults: list[Guideline]) -> None:
    answer = admin.post("/admin/moderation/guideline/add/", _form())
    assert "at least one language" in answer.content.decode()
    assert not Guideline.objects.filter(slug="new").exists()


def test_words_in_a_language_no_longer_offered_are_carried_along(admin: Client, defaults: list[Guideline]) -> None:
    defaults[0].versions.get().texts.create(language="eo", title="Plibonigu", body="La diskuton.")
    admin.post(_change(defaults[0]), _form(defaults[0], title_en="Add something", note="Plainer."))
    assert latest_wordings(defaults[0])["eo"].title == "Plibonigu"


def test_what_authors_are_told_belongs_to_the_version(admin: Client, defaults: list[Guideline]) -> None:
    before = latest_wordings(defaults[0])
    assert all(wording.author_note for wording in before.values())
    form = _form(defaults[0], tell_en="Tell us more.", note="Kinder.", dsa_category="CYBER_VIOLENCE")
    assert admin.post(_change(defaults[0]), form).status_code == 302
    first, second = defaults[0].versions.order_by("n")
    assert first.texts.get(language="en").author_note == before["en"].author_note
    assert second.texts.get(language="en").author_note == "Tell us more."
    assert second.texts.get(language="es").author_note == before["es"].author_note
    assert Guideline.objects.get(pk=defaults[0].pk).dsa_category == "CYBER_VIOLENCE"


def test_a_note_without_a_wording_is_not_taken(admin: Client, defaults: list[Guideline]) -> None:
    answer = admin.post("/admin/moderation/guideline/add/", _form(title_en="A", body_en="B.", tell_es="Hola."))
    assert "needs both a line and a text" in answer.content.decode()


def test_guidelines_are_not_deleted(admin: Client, defaults: list[Guideline]) -> None:
    assert admin.get(f"/admin/moderation/guideline/{defaults[0].pk}/delete/").status_code == 403


def test_the_list_costs_the_same_for_more_guidelines(
    admin: Client, defaults: list[Guideline], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # session, user, two counts, the rows
    with django_assert_num_queries(5):
        page = admin.get("/admin/moderation/guideline/")
    assert "Give reasons, not just a no" in page.content.decode()
    Guideline.objects.bulk_create(Guideline(number=n, slug=f"g-{n}") for n in range(10, 40))
    with django_assert_num_queries(5):
        admin.get("/admin/moderation/guideline/")
