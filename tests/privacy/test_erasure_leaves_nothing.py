"""After the erasure nothing names the person any more: every column of every table is read, caches, sessions, files."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.cache import caches
from django.db.models import Q
from django.utils import timezone

from accounts.models import Export, Guest, Mail, RefusedAddress, User
from accounts.privacy.erase import ask_for_erasure
from discussions.models import (
    Comment,
    Delivery,
    Mute,
    Passage,
    PassageHistory,
    PromptNotice,
    Revision,
    Submission,
    Subscription,
    Vote,
)
from moderation.audit import find_break
from moderation.models import (
    AuditEntry,
    Backtest,
    Case,
    Decision,
    Fingerprint,
    NetworkTrace,
    Notification,
    RecordedSignal,
    Report,
    Rule,
    RuleHit,
    RuleVersion,
    Sanction,
    SpamModel,
    StaffNote,
    UnlawfulNotice,
)
from tests.privacy.helpers import after
from tests.privacy.life import EMAIL, HANDLE, MARKS, NAME, Life
from tests.privacy.traces import traces

#: The words of others stay, without a link. Nothing else may be left.
THEIR_WORDS = "discussions_comment.body", "discussions_comment.html"


def _erase(life: Life, *, keeps_texts: bool) -> None:
    ask_for_erasure(life.user, keeps_texts=keeps_texts, language="en")
    after(days=15)


def _left(life: Life) -> set[str]:
    return set(traces(*MARKS)) - {f"{column} {life.theirs.pk}" for column in THEIR_WORDS}


@pytest.mark.parametrize("keeps_texts", [True, False])
def test_nothing_is_left(life: Life, keeps_texts: bool) -> None:
    assert _left(life), "she is everywhere before"
    _erase(life, keeps_texts=keeps_texts)
    assert _left(life) == set()
    assert find_break() is None


def test_the_scan_finds_her_in_every_table_that_her_life_has_touched(life: Life) -> None:
    after(days=0)
    tables = {place.split(".")[0].split(" ")[0] for place in traces(*MARKS)}
    assert tables >= {
        "accounts_user", "accounts_guest", "accounts_export", "account_emailaddress", "socialaccount_socialaccount",
        "mfa_authenticator", "django_admin_log", "core_outbox", "session", "discussions_comment",
        "discussions_revision", "moderation_decision", "moderation_report", "accounts_mail", "accounts_refusedaddress",
        "moderation_rule", "moderation_rulehit", "moderation_sanction", "moderation_recordedsignal",
        "moderation_staffnote", "moderation_unlawfulnotice",
    }  # fmt: skip


@pytest.mark.parametrize("place", ["column", "json", "binary", "audit", "cache", "session"])
def test_the_scan_bites(life: Life, place: str) -> None:
    """One trace is put back, and it is found."""
    _erase(life, keeps_texts=True)
    if place == "column":
        StaffNote.objects.create(comment=life.theirs, text=f"Ask {NAME.upper()}.")
    elif place == "json":
        Comment.objects.filter(pk=life.theirs.pk).update(source_meta={"comment_author_email": EMAIL})
    elif place == "binary":
        Export.objects.create(user=life.staff, content=f"PK {HANDLE}".encode())
    elif place == "audit":
        AuditEntry.objects.create(pk=10**6, at=timezone.now(), name="x", data={"was": NAME}, previous="x", hash="x")
    elif place == "cache":
        caches["default"].set("page", f"<bdi>{NAME}</bdi>")
    else:
        session = SessionStore()
        session["text"] = EMAIL * 20
        session.save()
    assert len(_left(life)) == 1


def test_texts_stay_under_a_former_reader(life: Life) -> None:
    _erase(life, keeps_texts=True)
    own = Comment.objects.get(pk=life.own.pk)
    assert (own.author, own.guest, own.author_name, own.visibility) == (None, None, "", "public")
    assert own.shown_name == "A former reader"
    assert own.body == "Write to […], please, or […]."
    assert Revision.objects.get(comment=own).body == "Write to […] or […]."
    assert not Submission.objects.filter(comment=own).exists()


def test_texts_go(life: Life) -> None:
    _erase(life, keeps_texts=False)
    own, removed = (Comment.objects.get(pk=row.pk) for row in (life.own, life.removed))
    assert (own.visibility, own.body, own.html, own.is_listed) == ("withdrawn", "", "", True), "it has a reply"
    assert (removed.visibility, removed.body) == ("removed", "")
    assert not Revision.objects.filter(comment=own).exists()
    assert Decision.objects.get(comment=removed).span == ""


def test_what_others_wrote_stays_without_the_link(life: Life) -> None:
    assert f'href="/people/{HANDLE}/"' in Comment.objects.get(pk=life.theirs.pk).html
    _erase(life, keeps_texts=True)
    theirs = Comment.objects.get(pk=life.theirs.pk)
    assert (theirs.body, f"/people/{HANDLE}/" in theirs.html) == (f"As @{HANDLE} says.", False)


def test_votes_go_and_the_score_follows(life: Life) -> None:
    before = Comment.objects.get(pk=life.reported.pk)
    _erase(life, keeps_texts=True)
    reported = Comment.objects.get(pk=life.reported.pk)
    assert (before.score, reported.score, reported.up_count) == (1, 0, 0)
    assert not Vote.objects.filter(member=life.user).exists()


def test_nothing_is_followed_muted_or_told_any_more(life: Life) -> None:
    assert Subscription.objects.count() == 4
    _erase(life, keeps_texts=True)
    for model in (Subscription, Mute, Delivery, PromptNotice, RefusedAddress):
        assert not model._default_manager.exists(), model
    assert not Mail.objects.filter(Q(member=life.user) | Q(guest__isnull=False)).exists()


@pytest.mark.parametrize("keeps_texts", [True, False])
def test_a_passage_stays_and_nobody_has_marked_it(life: Life, keeps_texts: bool) -> None:
    words = Passage.objects.get().exact
    _erase(life, keeps_texts=keeps_texts)
    passage = Passage.objects.get()
    assert (passage.exact, passage.member, passage.guest) == (words, None, None)
    assert not PassageHistory.objects.exclude(by=None).exists()


@pytest.mark.parametrize(("keeps_texts", "marks"), [(True, [["text", 9, 34, "[…]"]]), (False, [])])
def test_rules_forget_what_they_marked_and_who_kept_them(life: Life, keeps_texts: bool, marks: list[object]) -> None:
    _erase(life, keeps_texts=keeps_texts)
    assert RuleHit.objects.get().marks == marks
    assert not NetworkTrace.objects.exists()
    assert (Rule.objects.get().owner, Rule.objects.get().title) == (None, "Written for […]")
    assert Backtest.objects.get().by is None
    assert RuleVersion.objects.get().signed_by == life.user, "two have signed, whoever they were"


@pytest.mark.parametrize("keeps_texts", [True, False])
def test_plug_ins_forget_what_they_quoted_and_recognised(life: Life, keeps_texts: bool) -> None:
    _erase(life, keeps_texts=keeps_texts)
    signal = RecordedSignal.objects.get()
    assert (signal.value, signal.reasons, signal.spans) == (0.8, [], [])
    assert not Fingerprint.objects.exists()
    assert SpamModel.objects.get().by is None


def test_the_house_keeps_its_rows_about_nobody(life: Life) -> None:
    entries = AuditEntry.objects.count()
    _erase(life, keeps_texts=True)
    user = User.objects.get(pk=life.user.pk)
    assert (user.is_former, user.display_name, user.is_active) == (True, "A former reader", False)
    assert not user.has_usable_password()
    assert Decision.objects.get(comment=life.removed).note == "Dear […], no."
    assert AuditEntry.objects.count() >= entries
    assert not Notification.objects.filter(user=user).exists()
    assert not StaffNote.objects.filter(user=user).exists()
    assert not Guest.objects.exclude(email="").filter(email__contains="quxley").exists()
    assert not LogEntry.objects.filter(object_repr=NAME).exists()


def test_reports_and_notices_are_examined_all_the_same(life: Life) -> None:
    _erase(life, keeps_texts=True)
    case = Case.objects.get(comment=life.reported)
    report = Report.objects.get(case=case)
    assert case.is_waiting
    assert (report.user, report.network, report.note) == (None, "", "I, […], say so.")
    notice = UnlawfulNotice.objects.get(case=case)
    assert (notice.name, notice.email, notice.explanation) == ("", "", "[…] says so.")
    assert notice.receipt


def test_a_ban_in_force_keeps_a_hash_and_nothing_else(life: Life) -> None:
    _erase(life, keeps_texts=True)
    ban = Sanction.objects.get(user=life.user)
    assert (len(ban.address_hash), ban.reason) == (64, "[…] was warned.")


def test_mails_stop(life: Life) -> None:
    _erase(life, keeps_texts=True)
    theirs = [message.subject for message in mail.outbox if EMAIL in message.to]
    assert "You will be forgotten on Parkbench" in theirs
    mail.outbox.clear()
    after(days=40)
    assert [message.to for message in mail.outbox if EMAIL in message.to] == []
