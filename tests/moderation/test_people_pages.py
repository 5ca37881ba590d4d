"""The page about a person, and what is sent from it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.guests import claim
from accounts.models import Guest, User
from moderation.actions.notes import write_note
from moderation.actions.report import report_comment
from moderation.actions.sanction import impose
from moderation.models import (
    Appeal,
    AuditEntry,
    Case,
    GuidelineVersion,
    Policy,
    Sanction,
    SectionModerator,
    StaffNote,
)
from tests.factories import make_admin, make_article, make_comment, make_guest, make_moderator, make_section, make_user
from tests.moderation.conftest import Decide

pytestmark = pytest.mark.django_db

PERSON = "/moderation/people/{}/"
GUEST = "/moderation/guests/{}/"


def browser(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def step(guideline: GuidelineVersion, kind: str = "warning", **typed: Any) -> dict[str, Any]:
    form = {"kind": kind, "guideline": guideline.pk, "body": "Please mind the tone.", "key": uuid.uuid4(), "days": ""}
    if "rule" in typed:
        form["guideline"] = typed.pop("rule")
    return {**form, "decision": "", **typed}


@pytest.fixture
def warned(reader: User, moderator: User, guideline: GuidelineVersion) -> Sanction:
    return impose(
        reader, kind="warning", guideline_version=guideline, reason="Mind the tone.", by=moderator, key=uuid.uuid4()
    )


def test_the_page_shows_the_record(
    reader: User, moderator: User, case: Case, decide_: Decide, warned: Sanction, guideline: GuidelineVersion
) -> None:
    decide_(case)
    make_comment(by=reader, body="All is well.")
    report = report_comment(make_comment(), by=reader, guideline=guideline.guideline)
    decide_(report.case, by=make_moderator())
    Appeal.objects.create(
        sanction=warned, user=reader, text="Why?", first_decider=moderator, state="overturned", cause="mistake",
        decided_by=make_admin(), decided_at=timezone.now(), reason="No.",
    )  # fmt: skip
    Policy.objects.create(author=reader, mode="hold_all")
    write_note(reader, by=moderator, text="Was kind to me once.")
    page = browser(moderator).get(PERSON.format(reader.pk))
    record = page.context["record"]
    assert (record.published, record.removed, record.held, record.returned) == (1, 1, 0, 0)
    assert (record.reports, record.agreed, record.disagreed) == (1, 1, 0)
    assert (record.appeals, record.appeals_won) == (1, 1)
    html = page.content.decode()
    for words in (
        "Hold all",
        "All is well.",
        "You are a fool.",
        "Mind the tone.",
        "Was kind to me once.",
        "Guideline 2",
    ):
        assert words in html
    assert reader.email not in html
    assert page["Cache-Control"] == "no-store"


def test_the_page_costs_the_same_however_much_there_is(
    reader: User, moderator: User, guideline: GuidelineVersion, case: Case, decide_: Decide, warned: Sanction
) -> None:
    def count() -> int:
        client = browser(moderator)
        client.get("/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(PERSON.format(reader.pk)).status_code == 200
        return len(queries)

    write_note(reader, by=moderator, text="One.")
    decide_(case)
    few = count()
    for n in range(6):
        comment = make_comment(by=reader)
        decide_(report_comment(comment, by=make_user(), guideline=guideline.guideline).case, by=make_moderator())
        write_note(reader, by=make_moderator(), text=f"Note {n}.")
        days = timezone.now() + timedelta(days=n + 1)
        impose(
            reader, kind="mute", guideline_version=guideline, reason="x", by=make_moderator(), key=uuid.uuid4(),
            until=days,
        )  # fmt: skip
    assert count() == few
    assert few < 30


def test_a_guest_has_a_page_until_they_are_a_member(reader: User, moderator: User) -> None:
    guest = make_guest("Passer-by", email="passer@example.org")
    make_comment(by=guest, body="Just passing.")
    client = browser(moderator)
    page = client.get(GUEST.format(guest.pk))
    assert "Just passing." in page.content.decode()
    assert "passer@example.org" not in page.content.decode()
    claim(guest, by=reader)
    assert client.get(GUEST.format(guest.pk))["Location"] == PERSON.format(reader.pk)


def test_nobody_is_not_found(moderator: User) -> None:
    client = browser(moderator)
    assert client.get(PERSON.format(10**6)).status_code == 404
    assert client.get(GUEST.format(10**6)).status_code == 404


def test_a_moderator_of_a_section_sees_who_wrote_there_and_only_that(reader: User) -> None:
    keeper, culture = make_user(), make_section("Culture")
    SectionModerator.objects.create(user=keeper, section=culture)
    client = browser(keeper)
    make_comment(make_article(section=make_section("News")), by=reader, body="In the news.", visibility="removed")
    url = PERSON.format(reader.pk)
    assert client.get(url).status_code == 404
    assert client.post(f"{url}note/", {"body": "Hm."}).status_code == 404
    assert client.post(f"{url}sanction/", {"kind": "warning"}).status_code == 404
    make_comment(make_article(section=culture), by=reader, body="About culture.")
    html = client.get(url).content.decode()
    assert "About culture." in html
    assert "In the news." not in html


def test_ones_own_page_and_those_above(moderator: User, senior: User) -> None:
    write_note(senior, by=make_admin(), text="Tired lately.")
    client = browser(moderator)
    assert client.get(PERSON.format(moderator.pk)).status_code == 403
    page = client.get(PERSON.format(senior.pk))
    assert page.status_code == 200
    assert "Tired lately." not in page.content.decode()
    assert "form" not in page.context
    assert client.post(f"{PERSON.format(senior.pk)}note/", {"body": "Hm."}).status_code == 403
    assert "Tired lately." in browser(make_admin()).get(PERSON.format(senior.pk)).content.decode()


def test_a_step_is_taken(reader: User, moderator: User, guideline: GuidelineVersion) -> None:
    client, url = browser(moderator), PERSON.format(reader.pk)
    form = step(guideline, "mute", days=7)
    for _n in range(2):
        answer = client.post(f"{url}sanction/", form)
        assert (answer.status_code, answer["Location"]) == (303, f"{url}#sanctions")
    sanction = Sanction.objects.get()
    assert sanction.until is not None
    assert abs(sanction.until - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)
    assert (sanction.user, sanction.by, sanction.guideline_version) == (reader, moderator, guideline)


def test_a_step_for_a_guest(moderator: User, guideline: GuidelineVersion) -> None:
    guest = make_guest()
    assert browser(moderator).post(f"{GUEST.format(guest.pk)}sanction/", step(guideline)).status_code == 303
    assert Sanction.objects.get().guest == guest


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"kind": "mute"}, 422, "how many days"),
        ({"kind": "ban"}, 422, "not one of the available choices"),
        ({"body": " "}, 422, "reason in words"),
        ({"rule": 10**6}, 422, "no longer applies"),
        ({"rule": ""}, 422, "required"),
        ({"decision": 10**6}, 422, "not about this person"),
        ({"days": 0, "kind": "mute"}, 422, "greater than or equal to 1"),
        ({"key": "x"}, 422, "reload the page"),
    ],
)
def test_what_was_typed_is_kept(
    reader: User, moderator: User, guideline: GuidelineVersion, typed: dict[str, Any], status: int, words: str
) -> None:
    answer = browser(moderator).post(
        f"{PERSON.format(reader.pk)}sanction/", step(guideline, **{"body": "Typed with care.", **typed})
    )
    html = answer.content.decode()
    assert (answer.status_code, words in html) == (status, True)
    assert typed.get("body") == " " or "Typed with care." in html
    assert not Sanction.objects.exists()


def test_a_second_of_the_same_is_a_conflict(
    reader: User, moderator: User, guideline: GuidelineVersion, warned: Sanction
) -> None:
    answer = browser(moderator).post(f"{PERSON.format(reader.pk)}sanction/", step(guideline, body="Once more."))
    assert answer.status_code == 409
    assert "in force already" in answer.content.decode()
    assert "Once more." in answer.content.decode()


def test_the_form_starts_with_a_step_in_the_persons_language(
    reader: User, moderator: User, guideline: GuidelineVersion
) -> None:
    client = browser(moderator)
    page = client.get(f"{PERSON.format(reader.pk)}?step=mute")
    assert page.context["form"].initial["kind"] == "mute"
    assert page.context["form"].initial["days"] == 7
    assert "For a while you cannot write here" in page.content.decode()
    assert "kind" not in client.get(f"{PERSON.format(reader.pk)}?step=exile").context["form"].initial


def test_the_form_starts_with_what_the_record_suggests(
    reader: User, moderator: User, case: Case, decide_: Decide
) -> None:
    decision = decide_(case)
    page = browser(moderator).get(PERSON.format(reader.pk))
    assert page.context["form"].initial["kind"] == "warning"
    assert "The record suggests" in page.content.decode()
    assert f'<option value="{decision.pk}">Remove: You are a fool.' in page.content.decode()


def test_a_note_is_kept_or_refused(reader: User, moderator: User) -> None:
    client, url = browser(moderator), PERSON.format(reader.pk)
    assert client.post(f"{url}note/", {"body": " "}).status_code == 422
    assert client.post(f"{url}note/", {"body": "Kind."}).status_code == 303
    assert StaffNote.objects.get().user == reader
    guest = make_guest()
    assert client.post(f"{GUEST.format(guest.pk)}note/", {"body": "Kind too."}).status_code == 303
    assert StaffNote.objects.filter(guest=guest).exists()


def test_lifting(reader: User, senior: User, warned: Sanction) -> None:
    client, url = browser(senior), f"/moderation/sanctions/{warned.pk}/lift/"
    answer = client.post(url, {"body": "  "})
    assert answer.status_code == 422
    assert "why it ends" in answer.content.decode()
    answer = client.post(url, {"body": "It was a joke."})
    assert (answer.status_code, answer["Location"]) == (303, f"{PERSON.format(reader.pk)}#sanctions")
    warned.refresh_from_db()
    assert warned.lift_reason == "It was a joke."
    assert "It was a joke." in client.get(PERSON.format(reader.pk)).content.decode()


def test_nobody_lifts_their_own_by_changing_a_number(senior: User, guideline: GuidelineVersion) -> None:
    own = impose(senior, kind="warning", guideline_version=guideline, reason="x", by=make_admin(), key=uuid.uuid4())
    assert browser(senior).post(f"/moderation/sanctions/{own.pk}/lift/", {"body": "Sorry."}).status_code == 403
    own.refresh_from_db()
    assert own.lifted_at is None


def test_acknowledging_is_for_its_person(reader: User, warned: Sanction, moderator: User) -> None:
    url = f"/sanctions/{warned.pk}/acknowledge/"
    for other in (None, make_user(), moderator):
        assert browser(other).post(url).status_code == 404
    assert Sanction.objects.get().acknowledged_at is None
    client = browser(reader)
    page = client.get(reader.get_absolute_url())
    assert url in page.content.decode(), "the page that the refusal speaks of has the button"
    answer = client.post(url, {"next": reader.get_absolute_url()})
    assert (answer.status_code, answer["Location"]) == (303, reader.get_absolute_url())
    assert Sanction.objects.get().acknowledged_at is not None
    assert client.get(url).status_code == 405


def test_an_address_is_read_with_a_reason_and_logged(reader: User, senior: User) -> None:
    client, url = browser(senior), PERSON.format(reader.pk)
    assert reader.email not in client.get(url).content.decode()
    refused = client.post(f"{url}address/", {"why": ""})
    assert refused.status_code == 422
    assert reader.email not in refused.content.decode()
    assert not AuditEntry.objects.exists()
    shown = client.post(f"{url}address/", {"why": "danger"})
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    assert reader.email in shown.content.decode()
    entry = AuditEntry.objects.get(name="private.read")
    assert (entry.actor_id, entry.subject_id, entry.data) == (senior.pk, reader.pk, {"what": "email", "why": "danger"})
    assert reader.email not in client.get(url).content.decode()


def test_a_guests_address(senior: User) -> None:
    guest: Guest = make_guest(email="passer@example.org")
    shown = browser(senior).post(f"{GUEST.format(guest.pk)}address/", {"why": "asked"})
    assert "passer@example.org" in shown.content.decode()
    assert AuditEntry.objects.get().data == {"what": "email", "why": "asked", "guest": guest.pk}


def test_the_address_of_those_above_is_not_read(senior: User) -> None:
    admin = make_admin()
    answer = browser(senior).post(f"{PERSON.format(admin.pk)}address/", {"why": "asked"})
    assert answer.status_code == 403
    assert admin.email not in answer.content.decode()
