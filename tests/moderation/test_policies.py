"""The page on which administrators set policies."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from moderation.models import AuditEntry, Policy
from tests.factories import make_admin, make_article, make_section
from tests.moderation.test_people_pages import browser

pytestmark = pytest.mark.django_db

POLICIES = "/moderation/policies/"


@pytest.fixture
def chief(client: Client, db: None) -> Client:
    return browser(make_admin())


def policy(where: str = "site", mode: str = "hold_all", **typed: Any) -> dict[str, Any]:
    return {"where": where, "mode": mode, "section": "", "article": "", "author": "", "first_comments": "1", **typed}


def test_a_policy_is_set_for_every_kind_of_place(chief: Client, reader: User) -> None:
    section, article = make_section("Culture"), make_article()
    forms = [
        policy(mode="hold_first", first_comments="3"), policy("section", section=section.pk),
        policy("article", "closed", most_links="2", links_after="7", article=f"https://news.example{article.get_absolute_url()}?x#comments"),
        policy("author", author="@READER"),
    ]  # fmt: skip
    for form in forms:
        assert chief.post(POLICIES, form).status_code == 303, form
    rows = [(row.section, row.article, row.author, row.mode, row.first_comments) for row in Policy.objects.all()]
    assert rows == [
        (None, None, None, "hold_first", 3), (section, None, None, "hold_all", 1), (None, article, None, "closed", 1),
        (None, None, reader, "hold_all", 1),
    ]  # fmt: skip
    assert list(Policy.objects.values_list("most_links", "links_after")) == [(None, 5), (None, 5), (2, 7), (None, 5)]
    assert AuditEntry.objects.filter(name="policy.changed").count() == 4
    html = chief.get(POLICIES).content.decode()
    assert "more than 2 links wait until 7 were published" in html
    for words in ("The whole site", "Culture", article.title, "Rea Der", "Hold first comments"):
        assert words in html


def test_setting_again_changes_the_same_row(chief: Client) -> None:
    chief.post(POLICIES, policy())
    chief.post(POLICIES, policy(mode="publish"))
    assert Policy.objects.get().mode == "publish"
    assert AuditEntry.objects.filter(name="policy.changed").first().data["before"] == "hold_all"  # type: ignore[union-attr]


def test_a_policy_is_taken_away(chief: Client) -> None:
    chief.post(POLICIES, policy())
    url = f"{POLICIES}{Policy.objects.get().pk}/clear/"
    assert chief.get(url).status_code == 405
    assert chief.post(url).status_code == 303
    assert not Policy.objects.exists()
    assert AuditEntry.objects.first().data["after"] is None  # type: ignore[union-attr]
    assert chief.post(url).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (policy("section"), "Please say which"),
        (policy("article", article="nowhere"), "no such article"),
        (policy("article", article="/articles/\0/"), "Null characters"),
        (policy("author", author="nobody"), "no such member"),
        (policy("author", "closed", author="reader"), "use a sanction"),
        (policy(mode=""), "required"),
        (policy(most_links="51"), "less than or equal to 50"),
        (policy(most_links="2", links_after="0"), "greater than or equal to 1"),
        (policy(mode="hold_first", first_comments="51"), "less than or equal to 50"),
        (policy("moon"), "not one of the available choices"),
    ],
)
def test_a_policy_that_is_not_complete(chief: Client, reader: User, typed: dict[str, Any], words: str) -> None:
    answer = chief.post(POLICIES, typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Policy.objects.exists()


def test_the_form_is_filled_from_the_address(chief: Client, reader: User) -> None:
    row = Policy.objects.create(author=reader, mode="hold_all")
    start = chief.get(f"{POLICIES}?edit={row.pk}").context["form"].initial
    assert (start["where"], start["author"], start["mode"]) == ("author", "reader", "hold_all")
    assert chief.get(f"{POLICIES}?author=reader").context["form"].initial["where"] == "author"
    assert chief.get(f"{POLICIES}?edit=999999").status_code == 404
