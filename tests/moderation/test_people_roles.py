"""Each role and each view of people, appeals and policies: the right status, and nothing done by who may not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from accounts.models import User
from moderation.actions.sanction import impose
from moderation.models import Appeal, AuditEntry, GuidelineVersion, Policy, Sanction, SectionModerator
from moderation.urls import people
from tests.factories import (
    make_admin,
    make_article,
    make_comment,
    make_guest,
    make_moderator,
    make_section,
    make_senior,
    make_user,
)
from tests.moderation.test_people_pages import browser

pytestmark = pytest.mark.django_db

ROLES: dict[str, Callable[[], User | None]] = {
    "visitor": lambda: None,
    "reader": make_user,
    "moderator": make_moderator,
    "section": lambda: SectionModerator.objects.create(user=make_user(), section=make_section()).user,
    "senior": make_senior,
    "admin": make_admin,
}


#: Method, address, form, who may; everybody else gets 403.
STAFF, SENIORS, ADMINS = {"moderator", "section", "senior", "admin"}, {"senior", "admin"}, {"admin"}
BAN = {"kind": "ban", "guideline": "{guideline}", "body": "x", "key": "{key}"}
MATRIX = [
    ("get", "/moderation/people/{person}/", {}, STAFF),
    ("get", "/moderation/guests/{guest}/", {}, STAFF),
    ("post", "/moderation/people/{person}/sanction/", {"kind": "warning"}, STAFF),
    ("post", "/moderation/guests/{guest}/sanction/", {"kind": "warning"}, STAFF),
    ("post", "/moderation/people/{person}/sanction/", BAN, SENIORS),
    ("post", "/moderation/people/{person}/note/", {"body": "x"}, STAFF),
    ("post", "/moderation/guests/{guest}/note/", {"body": "x"}, STAFF),
    ("post", "/moderation/people/{person}/address/", {"why": "asked"}, SENIORS),
    ("post", "/moderation/guests/{guest}/address/", {"why": "asked"}, SENIORS),
    ("post", "/moderation/sanctions/{sanction}/lift/", {"body": "x"}, SENIORS),
    ("get", "/moderation/appeals/{appeal}/", {}, SENIORS),
    ("post", "/moderation/appeals/{appeal}/lean/", {"leaning": "upheld"}, SENIORS),
    ("post", "/moderation/appeals/{appeal}/message/", {"body": "x"}, SENIORS),
    ("post", "/moderation/appeals/{appeal}/decide/", {"state": "upheld", "body": "x"}, SENIORS),
    ("get", "/moderation/policies/", {}, ADMINS),
    ("post", "/moderation/policies/", {"where": "site", "mode": "publish"}, ADMINS),
    ("post", "/moderation/policies/{policy}/clear/", {}, ADMINS),
]  # fmt: skip


#: Views that are not for staff: who else may open them is asked in the tests of appeals and sanctions.
FOR_READERS = {"acknowledge", "appeal-decision", "appeal-sanction", "appeal", "appeal-answer"}


def test_the_matrix_has_every_view() -> None:
    asked = {url.replace("{", "<").replace("}", ">") for _method, url, _form, _allowed in MATRIX}
    patterns = [row for row in people.urlpatterns if isinstance(row, URLPattern) and row.name not in FOR_READERS]
    addresses = {
        "/" + str(row.pattern).replace("int:", "").replace("_id", "").replace("user", "person") for row in patterns
    }
    assert addresses == asked


@pytest.mark.parametrize("role", ROLES)
def test_role_matrix(role: str, guideline: GuidelineVersion) -> None:
    for method, url, form, allowed in MATRIX:
        by, ids = ROLES[role](), _stage(guideline)
        if by and role in SENIORS:
            Appeal.objects.filter(pk=ids["appeal"]).update(leaning="upheld", leaning_by=by)
        before = AuditEntry.objects.count(), Sanction.objects.count(), Policy.objects.count()
        filled = {name: value.format(**ids) for name, value in form.items()}
        answer = getattr(browser(by), method)(url.format(**ids), filled)
        told = (method, url, answer.status_code)
        if role in allowed:
            assert answer.status_code in (200, 303, 422), told
            continue
        # A moderator sends a ban: the step is not among those that the form offers them.
        assert answer.status_code == (422 if form is BAN and role in STAFF else 403), told
        assert (AuditEntry.objects.count(), Sanction.objects.count(), Policy.objects.count()) == before, told


def _stage(guideline: GuidelineVersion) -> dict[str, Any]:
    person, guest = make_user(), make_guest()
    article = make_article(section=make_section())
    make_comment(article, by=person)
    make_comment(article, by=guest, body="Passing.")
    guest.email = "passer@example.org"
    guest.save()
    sanction = impose(
        person, kind="warning", guideline_version=guideline, reason="x", by=make_moderator(), key=uuid.uuid4()
    )
    appeal = Appeal.objects.create(sanction=sanction, user=person, text="Why?", first_decider=sanction.by)
    Policy.objects.all().delete()
    return {
        "person": person.pk, "guest": guest.pk, "sanction": sanction.pk, "appeal": appeal.pk,
        "policy": Policy.objects.create(mode="hold_all").pk, "guideline": guideline.pk, "key": uuid.uuid4(),
    }  # fmt: skip


@pytest.mark.parametrize("role", ["reader", "moderator", "senior", "admin"])
def test_staff_without_a_second_factor_are_led_to_it(role: str, settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    client: Client = browser(ROLES[role]())
    places = [("/moderation/people/1/", STAFF), ("/moderation/appeals/1/", SENIORS), ("/moderation/policies/", ADMINS)]
    for url, allowed in places:
        answer = client.get(url)
        html = answer.content.decode()
        assert answer.status_code == 403
        assert ("Set up a second factor" in html) == (role in allowed), url
        assert ('href="/accounts/2fa/"' in html) == (role in allowed), url
