"""What this app itself holds about a person."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Guest, Mail, MailFrequency, RefusedAddress, User
from accounts.models.former import FORMER
from accounts.privacy.sessions import end_sessions, sessions_of
from accounts.privacy.subject import Subject
from accounts.refusals import address_digest, forgive
from core.models import Outbox

#: What is exported of the row; the rest is the password's hash, which is no use to anybody but a thief.
_COLUMNS = (
    "username", "email", "name", "about", "date_joined", "last_login",
    "language", "time_zone", "sort_order", "mail_on_reply", "mail_on_mention",
    "mail_frequency", "quiet_from", "quiet_until",
)  # fmt: skip


def account(subject: Subject) -> dict[str, Any]:
    """Return the account with its preferences, addresses, devices and other sites' accounts, and the guest names."""
    user = subject.user
    member = {name: getattr(user, name) for name in _COLUMNS} if user else None
    columns = ("name", "email", "email_confirmed_at", "created_at", "source")
    return {
        "member": member,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        "other_accounts": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data", "date_joined", "last_login")
        ),
        "refused_addresses": _refused(subject),
        "guests": [{name: getattr(guest, name) for name in columns} for guest in subject.guests],
    }


def sessions(subject: Subject) -> Iterable[dict[str, Any]]:
    """Yield the browsers in which the person is known. We store neither what browser it is nor where."""
    for session in sessions_of(subject):
        yield {"ends_at": session.expire_date}


def mails(subject: Subject) -> Iterable[dict[str, Any]]:
    """Yield the log of mails to the person. It holds no word of them."""
    columns = ("kind", "state", "reason", "created_at", "sent_at")
    yield from Mail.objects.filter(subject.rows("member")).order_by("pk").values(*columns).iterator(chunk_size=500)


def _refused(subject: Subject) -> list[dict[str, Any]]:
    """Return which of the person's addresses no mail gets to, as far as they are shown to be theirs."""
    by_digest = {address_digest(address): address for address in subject.proven}
    rows = RefusedAddress.objects.filter(digest__in=by_digest)
    return [{"email": by_digest[row.digest], "reason": row.reason, "refused_at": row.refused_at} for row in rows]


def erase_account(subject: Subject, keeps_texts: bool) -> bool:
    """Make the account and the guests nobody's. The number of the account stays, since rows of the house name it."""
    end_sessions(subject)
    with transaction.atomic():
        _scrub_logs(subject)
        if subject.user:
            _erase_member(subject.user)
        Mail.objects.filter(subject.rows("member") | Q(guest__email__in=subject.proven)).delete()
        for address in subject.addresses:
            forgive(address)
        nobody = {
            "name": "",
            "email": "",
            "email_confirmed_at": None,
            "link_sent_at": None,
            "source": "",
            "source_key": "",
        }
        Guest.objects.filter(pk__in=[guest.pk for guest in subject.guests]).update(**nobody)
        # Somebody else typed it beside their own name, and never confirmed it.
        Guest.objects.filter(email__in=subject.proven).update(email="", link_sent_at=None)
    return True


def _erase_member(user: User) -> None:
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    token = f"{FORMER}{secrets.token_hex(8)}"
    user.groups.clear()
    user.user_permissions.clear()
    user.set_unusable_password()
    User.objects.filter(pk=user.pk).update(
        username=token, email=f"{token}@erased.invalid", name="", about="", password=user.password, is_active=False,
        is_staff=False, is_superuser=False, last_login=None, date_joined=Now(),
        language="", time_zone="", sort_order="", mail_on_reply=False, mail_on_mention=False,
        mail_frequency=MailFrequency.IMMEDIATELY, quiet_from=None, quiet_until=None,
    )  # fmt: skip


def _scrub_logs(subject: Subject) -> None:
    """Take the person out of what the admin noted about rows, and of what a mail server answered about an address."""
    marks = [*subject.addresses, *subject.names, *filter(None, [subject.handle])]
    for model, columns in ((LogEntry, ("object_repr", "change_message")), (Outbox, ("error",))):
        named = Q()
        for column in columns:
            for mark in marks:
                named |= Q(**{f"{column}__icontains": mark})
        for row in model.objects.filter(named) if named else ():
            changed = {column: subject.scrub(getattr(row, column)) for column in columns}
            model.objects.filter(pk=row.pk).update(**changed)
