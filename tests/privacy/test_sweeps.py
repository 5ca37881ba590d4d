"""What was kept long enough goes: networks, keys of forms, sessions, copies, guests to whom nothing belongs."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Export, Guest, Mail
from accounts.privacy import registry
from accounts.privacy.sweep import sweep_privacy
from discussions.models import Delivery, PassageHistory, PromptNotice, Submission, Subscription, Vote
from moderation.actions.report import report_comment
from moderation.models import Guideline, Report, Sanction
from tests.discussions.passages_stage import comment_on, write_article
from tests.factories import make_article, make_comment, make_guest, make_user
from tests.privacy.life import Life

OLD = timezone.now() - timedelta(days=40)
OLD_MAIL = timedelta(days=190)


def test_the_hash_of_a_network_is_forgotten(defaults: list[Guideline]) -> None:
    for days in (1, 40):
        report = report_comment(make_comment(), by=make_user(), guideline=defaults[0], network="192.0.2.0/24")
        Report.objects.filter(pk=report.pk).update(created_at=timezone.now() - timedelta(days=days))
    assert sweep_privacy()["networks"] == 1
    assert [bool(network) for network in Report.objects.order_by("pk").values_list("network", flat=True)] == [
        True, False,
    ]  # fmt: skip


def test_the_hash_of_an_address_goes_with_the_ban(life: Life) -> None:
    assert sweep_privacy()["bans"] == 0
    assert Sanction.objects.get().address_hash
    Sanction.objects.update(until=timezone.now())
    assert sweep_privacy()["bans"] == 1
    assert not Sanction.objects.get().address_hash


@pytest.mark.django_db
def test_old_forms_sessions_and_copies() -> None:
    article, user = make_article(), make_user()
    for created_at in (OLD, timezone.now()):
        Submission.objects.create(key=uuid.uuid4(), article=article, digest="x", created_at=created_at)
        Export.objects.create(user=user, asked_at=created_at, content=b"PK")
        session = SessionStore()
        session.save()
        Session.objects.filter(pk=session.session_key).update(expire_date=created_at + timedelta(days=1))
    taken = sweep_privacy()
    assert (taken["submissions"], taken["exports"], taken["sessions"]) == (1, 1, 1)
    assert Submission.objects.count() == Export.objects.count() == Session.objects.count() == 1


@pytest.mark.django_db
def test_guests_to_whom_nothing_belongs() -> None:
    unused = make_guest(created_at=OLD)
    new, voter, writer = make_guest(), make_guest(created_at=OLD), make_guest(created_at=OLD)
    make_comment(by=writer)
    Vote.objects.create(comment=make_comment(), guest=voter, value=1)
    assert sweep_privacy()["guests"] == 1
    assert set(Guest.objects.all()) == {new, voter, writer}
    assert unused.pk


@pytest.mark.django_db
def test_a_sweep_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise ValueError

    monkeypatch.setitem(registry.sweeps, "networks", broken)
    assert set(sweep_privacy()) == set(registry.sweeps) - {"networks"}


@pytest.mark.django_db
def test_old_mails_and_what_people_were_told_long_ago() -> None:
    ann = make_user()
    for days in (1, 170, 190):
        at = timezone.now() - timedelta(days=days)
        mail = Mail.objects.create(key=f"m{days}", kind=Mail.Kind.COMMENTS, member=ann, created_at=at)
        for state in ("mailed", "in_page"):
            Delivery.objects.create(
                member=ann, comment=make_comment(), kind="article", state=state, mail=mail, created_at=at
            )
    waiting = Delivery.objects.create(
        member=ann, comment=make_comment(), kind="article", state="waiting", created_at=timezone.now() - 10 * OLD_MAIL
    )
    place = PassageHistory.objects.get(passage=comment_on(write_article()).passage)
    old = timezone.now() - OLD_MAIL - timedelta(days=1)
    PromptNotice.objects.create(member=ann, passage=place.passage, place=place, before="edited", created_at=old)
    taken = sweep_privacy()
    assert (taken["mails"], taken["deliveries"], taken["prompt_notices"]) == (1, 2, 1)
    assert Delivery.objects.count() == 5
    assert Delivery.objects.filter(pk=waiting.pk).exists(), "it is to be mailed yet"


@pytest.mark.django_db
def test_subscriptions_that_ended_and_such_as_nobody_confirmed() -> None:
    article, now = make_article(), timezone.now()

    def follows(**times: Any) -> int:
        fields = {"article": article, "scope": "article", "frequency": "daily", **times}
        return Subscription.objects.create(guest=make_guest("", email="bo@example.org"), **fields).pk

    kept = [
        follows(confirmed_at=now - 3 * OLD_MAIL, created_at=now - 3 * OLD_MAIL),
        follows(confirmed_at=now, ended_at=now - timedelta(days=100)),
        follows(created_at=now - timedelta(days=20)),
    ]
    follows(confirmed_at=now, ended_at=now - OLD_MAIL)
    follows(created_at=now - timedelta(days=40))
    assert sweep_privacy()["subscriptions"] == 2
    assert sorted(Subscription.objects.values_list("pk", flat=True)) == kept


@pytest.mark.django_db
def test_a_line_in_the_log_of_mails_keeps_no_address_that_somebody_typed() -> None:
    typed = make_guest("", email="bo@example.org", created_at=OLD)
    Mail.objects.create(key="confirm-1", kind=Mail.Kind.CONFIRM, guest=typed)
    assert sweep_privacy()["guests"] == 2, "the guest and the line"
    assert not Guest.objects.filter(pk=typed.pk).exists()
