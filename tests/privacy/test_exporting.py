"""A copy of one's data: what is in it, who may fetch it, and for how long."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.links import make_token
from accounts.models import Export, User
from accounts.privacy import registry, subject_of
from accounts.privacy.export import ask_for_export, pack
from core.outbox import drain
from tests.accounts.people import make_member
from tests.discussions.passages_stage import passage_of
from tests.factories import make_comment, make_guest, make_user
from tests.privacy.life import EMAIL, HANDLE, SECOND_EMAIL, Life

BACKEND = "django.contrib.auth.backends.ModelBackend"


def _files(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name).decode()
            for name in archive.namelist()
        }


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_everything_is_in_it(life: Life) -> None:
    files = _files(pack(subject_of(life.user)))
    assert set(files) == {"README.txt", *(f"{name}.json" for name in registry.exporters)}
    account = files["account.json"]
    assert (account["member"]["username"], account["member"]["email"]) == (HANDLE, EMAIL)
    assert {row["email"] for row in account["addresses"]} == {EMAIL, SECOND_EMAIL}
    assert account["guests"][0]["name"] == life.guest.name
    assert [row["provider"] for row in account["other_accounts"]] == ["github"]
    assert "password" not in account["member"]
    comments = {row["id"]: row for row in files["comments.json"]}
    assert set(comments) == {life.own.pk, life.removed.pk, life.marking.pk}
    assert [old["text"] for old in comments[life.own.pk]["earlier_texts"]] == [f"Write to {EMAIL} or @{HANDLE}."]
    assert comments[life.removed.pk]["visibility"] == "removed"
    assert comments[life.marking.pk]["about_the_words"] == passage_of(life.marking).exact
    assert comments[life.own.pk]["about_the_words"] is None
    assert len(files["sessions.json"]) == len(files["votes.json"]) == len(files["reports.json"]) == 1
    assert files["notices.json"][0]["email"] == EMAIL
    assert files["decisions.json"][0]["words"] == "quoted word"
    assert [row["kind"] for row in files["measures.json"]] == ["ban", "policy"]
    assert files["notifications.json"]
    assert account["member"]["mail_frequency"] == "daily"
    assert [row["email"] for row in account["refused_addresses"]] == [SECOND_EMAIL]
    assert [row["scope"] for row in files["subscriptions.json"]] == ["article", "branch", "article"]
    assert [row["kind"] for row in files["inbox.json"]] == ["reply"]
    assert [row["status_before"] for row in files["prompt_notices.json"]] == ["orphaned"]
    assert [row["comments_of"] for row in files["mutes.json"]] == [str(life.theirs.author)]
    assert [row["kind"] for row in files["mails.json"]] == ["comments"]
    assert files["passages.json"][0]["words"].startswith("They hear")
    assert files["rule_hits.json"][0]["words"] == [EMAIL]
    signal = files["signals.json"][0]
    assert (signal["plug_in"], signal["value"], signal["reasons"]) == ("spam", 0.8, [f"the word “{EMAIL}”"])
    assert [(row["version"], row["written_by_you"]) for row in files["rules.json"]] == [(1, False)]


def test_nothing_of_others_is_in_it(life: Life) -> None:
    text = json.dumps(_files(pack(subject_of(life.user))), default=str)
    assert life.staff.email not in text
    assert "says so, too" not in text
    assert f"As @{HANDLE} says." not in text, "somebody else's words"
    assert f"@{HANDLE} <{EMAIL}>" not in text, "a note among staff"


def test_the_readme_lists_every_file(life: Life) -> None:
    readme = _files(pack(subject_of(life.user)))["README.txt"]
    assert [name for name in registry.exporters if f"{name}.json" not in readme] == []


@pytest.mark.django_db
def test_it_is_made_in_the_background_and_a_mail_tells() -> None:
    ann = make_member("ann")
    client = _browser(ann)
    assert client.post("/privacy/export/")["Location"] == "/privacy/"
    export = Export.objects.defer("content").get()
    assert export.ready_at is None
    assert client.get(export.get_absolute_url()).status_code == 410
    drain()
    assert [message.to for message in mail.outbox] == [[ann.email]]
    assert "http://testserver/privacy/" in str(mail.outbox[0].body)
    page = client.get("/privacy/").content.decode()
    assert export.get_absolute_url() in page
    answer = client.get(export.get_absolute_url())
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert "comments.json" in _files(answer.content)


@pytest.mark.django_db
def test_only_its_owner_fetches_it_and_only_for_a_week() -> None:
    ann = make_member("ann")
    export = ask_for_export(ann, language="en")
    drain()
    assert _browser(make_user()).get(export.get_absolute_url()).status_code == 404
    assert Client().get(export.get_absolute_url()).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        client = _browser(ann)
        assert client.get(export.get_absolute_url()).status_code == 410
        assert export.get_absolute_url() not in client.get("/privacy/").content.decode()


@pytest.mark.django_db
def test_a_second_click_asks_for_nothing_new() -> None:
    ann = make_member("ann")
    assert ask_for_export(ann, language="en") == ask_for_export(ann, language="en")


@pytest.mark.django_db
def test_three_a_day(limits_on: None) -> None:
    client = _browser(make_member("ann"))
    statuses = []
    for _n in range(4):
        statuses.append(client.post("/privacy/export/").status_code)
        drain()
    assert statuses == [303, 303, 303, 429]


@pytest.mark.django_db
def test_a_guest_gets_one_by_the_link() -> None:
    gus = make_guest("Gus", email="gus@example.org", email_confirmed_at=timezone.now())
    comment = make_comment(by=gus)
    client = Client()
    client.post(f"/guest/{make_token(gus)}/")
    client.post("/privacy/export/")
    drain()
    assert "/guest/" in str(mail.outbox[-1].body)
    files = _files(client.get(Export.objects.get().get_absolute_url()).content)
    assert [row["id"] for row in files["comments.json"]] == [comment.pk]
    assert files["account.json"]["member"] is None


@pytest.mark.django_db
def test_a_guest_who_only_typed_an_address_sees_nothing_else_of_it() -> None:
    ann = make_guest("Ann", email="ann@example.org", email_confirmed_at=timezone.now())
    make_comment(by=ann)
    liar = make_guest("Liar", email="ann@example.org")
    assert _files(pack(subject_of(liar)))["comments.json"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "Your data on"), ("es", "Parkbench"), ("ar", "Parkbench")])
def test_the_words_inside_are_in_the_persons_language(language: str, words: str) -> None:
    export = ask_for_export(make_member("ann"), language=language)
    drain()
    export.refresh_from_db()
    assert words in _files(bytes(export.content or b""))["README.txt"]


@pytest.mark.django_db
def test_it_can_be_read_row_by_row_whatever_the_names() -> None:
    ann = make_member("ann", name='"]}\u2028<b>')
    make_comment(by=ann, body='{"a": 1}\n]')
    make_comment(by=ann)
    assert len(_files(pack(subject_of(ann)))["comments.json"]) == 2
