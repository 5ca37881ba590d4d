"""A person with a past: something of theirs in every table that can hold it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Guest, Mail, User
from accounts.privacy.export import ask_for_export
from accounts.refusals import refuse
from core.outbox import put
from discussions.actions.edit import edit_comment
from discussions.actions.mute import mute
from discussions.actions.post import post_comment
from discussions.actions.subscribe import follow
from discussions.actions.vote import cast_vote
from discussions.models import Article, Comment, Delivery, PassageHistory, PromptNotice
from moderation.actions.decide import Verdict, decide
from moderation.actions.notes import write_note
from moderation.actions.policy import set_policy
from moderation.actions.report import report_comment
from moderation.actions.sanction import impose
from moderation.actions.unlawful import Claim, give_notice
from moderation.fingerprints import BANDS
from moderation.models import (
    Backtest,
    Case,
    Fingerprint,
    Guideline,
    GuidelineVersion,
    NetworkTrace,
    RecordedSignal,
    Rule,
    RuleHit,
    RuleVersion,
    SpamModel,
)
from moderation.networks import hashed_network
from tests.accounts.people import PASSWORD, make_member
from tests.discussions.passages_stage import comment_on, passage_of, write_article
from tests.factories import make_admin, make_article, make_comment, make_guest

NAME, HANDLE, EMAIL = "Wilhelmina Quxley", "wquxley", "wilhelmina@quxley.example"
GUEST_NAME, SECOND_EMAIL = "Mina Q. Zorblatt", "zorblatt@quxley.example"
#: Everything that she can be recognised by.
MARKS = (NAME, "Quxley", HANDLE, EMAIL, SECOND_EMAIL, "Zorblatt")


@dataclass
class Life:
    """Who and what there is."""

    user: User
    guest: Guest
    staff: User
    article: Article
    own: Comment
    removed: Comment
    #: Somebody else's, which mentions her.
    theirs: Comment
    reported: Comment
    #: On a passage that she was the first to mark; by herself, as a guest.
    marking: Comment


def live() -> Life:
    """Return her, after she has done everything that a reader can do."""
    user = make_member(HANDLE, name=NAME, email=EMAIL, about=f"I am {NAME}.", language="es", mail_frequency="daily")
    EmailAddress.objects.create(user=user, email=SECOND_EMAIL, verified=True)
    SocialAccount.objects.create(user=user, provider="github", uid="12", extra_data={"login": HANDLE, "mail": EMAIL})
    Authenticator.objects.create(user=user, type="totp", data={"secret": HANDLE})
    guest = make_guest(GUEST_NAME, email=SECOND_EMAIL, email_confirmed_at=timezone.now(), claimed_by=user)
    make_guest("Somebody else", email=EMAIL)
    staff, article = make_admin("keeper"), make_article()
    own = _post(article, user, f"Write to {EMAIL} or @{HANDLE}.")
    edit_comment(own, by=user, body=f"Write to {EMAIL}, please, or @{HANDLE}.", revision=1)
    removed = _post(article, user, "This is the quoted word.")
    theirs = _post(article, make_member(), f"As @{HANDLE} says.", parent=own)
    reported = make_comment(article)
    marking = comment_on(write_article(), by=user, body="I hear it, too.")
    life = Life(user, guest, staff, article, own, removed, theirs, reported, marking)
    _tell_the_house(life)
    _be_moderated(life)
    _follow_and_be_told(life)
    _meet_rules(life)
    _leave_more(life)
    return life


def _post(article: Article, by: User, body: str, parent: Comment | None = None) -> Comment:
    return post_comment(article=article, by=by, body=body, parent=parent, key=uuid.uuid4()).comment


def _tell_the_house(life: Life) -> None:
    guideline = Guideline.objects.order_by("number")[0]
    cast_vote(life.reported, by=life.user, value=1)
    report_comment(life.reported, by=life.user, guideline=guideline, note=f"I, {NAME}, say so.", network="192.0.2.0/24")
    claim = Claim(explanation=f"{NAME} says so.", is_sincere=True, name=NAME, email=EMAIL)
    give_notice(life.reported, claim, key=uuid.uuid4(), network="192.0.2.0/24")


def _be_moderated(life: Life) -> None:
    guideline = Guideline.objects.order_by("number")[0]
    version = GuidelineVersion.objects.in_force().order_by("guideline__number")[1]
    report_comment(life.removed, by=make_member(), guideline=guideline, note=f"{NAME} again!", network="192.0.2.0/24")
    case = Case.objects.get(comment=life.removed)
    verdict = Verdict(
        "remove", guideline=version, span="quoted word", note=f"Dear {NAME}, no.", internal_note=f"@{HANDLE} <{EMAIL}>"
    )
    decide(case, verdict, by=life.staff, key=uuid.uuid4(), lock_version=case.lock_version, revision=1)
    impose(
        life.user, kind="ban", guideline_version=version, reason=f"{NAME} was warned.", by=life.staff, key=uuid.uuid4()
    )
    write_note(life.user, by=life.staff, text=f"{NAME} is {EMAIL}")
    write_note(life.theirs, by=life.staff, text=f"Is this @{HANDLE}, too?")
    set_policy(life.user, mode="hold_all", by=life.staff)


def _follow_and_be_told(life: Life) -> None:
    user, other = life.user, life.theirs.author
    assert other is not None
    follow(user, article=life.article, scope="article", frequency="daily")
    follow(user, article=life.article, scope="branch", frequency="hourly", branch=life.own)
    # At addresses of hers, without a name: one that she confirmed, one that somebody else may have typed.
    confirmed = make_guest("", email=SECOND_EMAIL, email_confirmed_at=timezone.now())
    follow(confirmed, article=life.article, scope="article", frequency="daily")
    follow(None, email=EMAIL, article=life.article, scope="article", frequency="daily")
    for person, whose in ((user, life.theirs), (other, life.own)):
        mute(person, whose, "writer")
    mail = Mail.objects.create(key="comments-1", kind=Mail.Kind.COMMENTS, member=user, reason=f"452 {HANDLE} is full")
    Delivery.objects.create(member=user, comment=life.theirs, kind="reply", state="mailed", mail=mail)
    refuse(SECOND_EMAIL, "550 5.1.1 zorblatt is not known here")
    passage = passage_of(life.marking)
    PassageHistory.objects.create(
        passage=passage, revision=passage.at_revision, status=passage.status, confidence=1, by=user
    )
    place = PassageHistory.objects.latest("pk")
    PromptNotice.objects.create(member=user, passage=passage, place=place, before="orphaned")


def _meet_rules(life: Life) -> None:
    """She kept rules once, and others fit what she writes."""
    rule = Rule.objects.create(title=f"Written for @{HANDLE}", owner=life.user)
    version = RuleVersion.objects.create(rule=rule, n=1, definition={}, by=life.staff, signed_by=life.user)
    Backtest.objects.create(version=version, by=life.user, days=7, at_most=10)
    RuleHit.objects.create(
        rule=rule, version=version, comment=life.own, revision=2, is_live=True, effect="hold", has_held=True,
        marks=[["text", 9, 9 + len(EMAIL), EMAIL]],
    )  # fmt: skip
    RecordedSignal.objects.create(
        comment=life.own, revision=2, name="spam", value=0.8, version="1", reasons=[["the word “%(words)s”", EMAIL]],
        spans=[[9, 9 + len(EMAIL), EMAIL]],
    )  # fmt: skip
    bands = {f"band{i}": i for i in range(BANDS)}
    Fingerprint.objects.create(comment=life.own, revision=2, exact=1, sketch=b"1234", **bands)
    SpamModel.objects.create(
        n=1, spam=1, fine=1, digest="", size=1, features=0, key_mark="", counts=b"", temperature=1, by=life.user
    )
    NetworkTrace.objects.create(comment=life.own, network=hashed_network("192.0.2.0/24"))


def _leave_more(life: Life) -> None:
    LogEntry.objects.create(
        user=life.staff, content_type=ContentType.objects.get_for_model(User), object_id=str(life.user.pk),
        object_repr=NAME, action_flag=CHANGE, change_message=f"E-mail was {EMAIL}",
    )  # fmt: skip
    with transaction.atomic():
        row = put("accounts.guest_link", guest=0, language="")
    type(row).objects.filter(pk=row.pk).update(
        failed_at=timezone.now(), error=f"SMTPRecipientsRefused: {{'{EMAIL}': (550, b'no')}}"
    )
    ask_for_export(life.user, language="en")
    # A browser that she is logged in with: the session says with which address.
    Client().post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
