"""The public pages about the guidelines."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from moderation.actions.guidelines import Wording, revise_guideline
from moderation.models import Guideline

pytestmark = pytest.mark.django_db


def test_the_page_shows_every_guideline_with_an_anchor(
    client: Client, defaults: list[Guideline], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        page = client.get("/guidelines/")
    html = page.content.decode()
    assert page.status_code == 200
    assert [html.count(f'id="g{n}"') for n in range(1, 8)] == [1, 1, 1, 1, 1, 1, 0]
    assert "Criticise ideas, not people" in html
    assert '<link rel="canonical" href="http://testserver/guidelines/">' in html


def test_the_page_speaks_the_readers_language(client: Client, defaults: list[Guideline]) -> None:
    page = client.get("/guidelines/", headers={"accept-language": "ar"})
    html = page.content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert "انتقد الأفكار لا الأشخاص" in html


def test_a_guideline_without_translation_says_its_language(client: Client, defaults: list[Guideline]) -> None:
    revise_guideline(defaults[0], texts={"en": Wording("Only English", "So far.")}, note="New words.")
    html = client.get("/guidelines/", headers={"accept-language": "es"}).content.decode()
    assert '<article id="g1" lang="en"' in html
    assert '<article id="g2" dir="auto"' in html


def test_the_history_shows_versions_and_what_changed(
    client: Client, defaults: list[Guideline], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    revise_guideline(defaults[1], texts={"en": Wording("Ideas only", "Not people.")}, note="Shorter <now>.")
    with django_assert_num_queries(2):
        html = client.get("/guidelines/ideas-not-people/").content.decode()
    assert html.index('id="v2"') < html.index('id="v1"')
    assert html.count('class="tag ok"') == 1
    assert "Shorter &lt;now&gt;." in html
    assert "Criticise ideas, not people" in html


def test_the_history_of_a_retired_guideline_stays(client: Client, defaults: list[Guideline]) -> None:
    Guideline.objects.filter(pk=defaults[0].pk).update(retired_at=timezone.now())
    assert "It no longer applies" in client.get("/guidelines/improve-the-discussion/").content.decode()


def test_an_unknown_guideline_is_not_found(client: Client) -> None:
    assert client.get("/guidelines/no-such-thing/").status_code == 404


@pytest.mark.parametrize("address", ["/guidelines/", "/guidelines/give-reasons/"])
def test_pages_are_only_read(client: Client, defaults: list[Guideline], address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200
