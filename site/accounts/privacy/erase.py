"""Being forgotten: asked for, waited for, done.

For `ERASURE_GRACE_DAYS` the account is closed and nothing is deleted; logging in, or the link in the mail, opens it
again. Then every app erases its part, and what is left is a number without a person.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Erasure, Export, Guest, User
from accounts.names import with_rights
from accounts.privacy import registry
from accounts.privacy.mails import mail_closed, mail_waiting
from accounts.privacy.subject import locked, subject_of
from accounts.silence import silences
from core.errors import BadRequest, Gone, NotAllowed
from core.models import Outbox
from core.outbox import handles, put

log = logging.getLogger(__name__)

SALT = "accounts.reopen-link"
#: What stands in the way is asked for again after so long.
ASK_AGAIN = timedelta(days=1)


def ask_for_erasure(person: User | Guest, *, keeps_texts: bool, language: str) -> Erasure:
    """Close the account or the guest at once, and erase it after the grace period; asking again changes nothing.

    Raises `NotAllowed` to who keeps the house: nobody leaves with the keys, and the site must not lose its last one.
    """
    if isinstance(person, User) and with_rights().filter(pk=person.pk).exists():
        raise NotAllowed(
            _("You have rights on this site. Please ask an administrator to take them first, then come back."),
            code="has_rights",
        )
    due_at = timezone.now() + timedelta(days=settings.ERASURE_GRACE_DAYS)
    with transaction.atomic():
        person = locked(person)
        whose: dict[str, Any] = {"guest": person} if isinstance(person, Guest) else {"user": person}
        erasure, is_new = Erasure.objects.get_or_create(
            **whose, defaults={"keeps_texts": keeps_texts, "language": language, "due_at": due_at}
        )
        if is_new:
            if isinstance(person, User):
                # Django itself ends the sessions of who is not active: with the next request, in every browser.
                User.objects.filter(pk=person.pk).update(is_active=False)
            put("accounts.erasure_asked", urgency=Outbox.Urgency.NOW, erasure=erasure.pk)
            put("accounts.erase", urgency=Outbox.Urgency.LATER, wait=due_at - timezone.now(), erasure=erasure.pk)
    return erasure


def pending(person: User | Guest) -> Erasure | None:
    """Return the erasure that waits for its time."""
    whose: dict[str, Any] = {"guest": person} if isinstance(person, Guest) else {"user": person}
    return Erasure.objects.filter(done_at=None, **whose).first()


@silences
def is_leaving(person: User | Guest) -> bool:
    """Return whether an erasure waits for its time, also one that was asked for under another name of this address.

    Nobody who is leaving gets mail about comments; what they follow is there again when they take it back.
    """
    whose = Q(guest=person) if isinstance(person, Guest) else Q(user=person)
    if isinstance(person, Guest) and person.email_confirmed_at is not None:
        whose |= Q(guest__email=person.email, guest__email_confirmed_at__isnull=False)
        whose |= Q(user__emailaddress__email=person.email, user__emailaddress__verified=True)
    return Erasure.objects.filter(whose, done_at=None).exists()


def reopen(person: User | Guest) -> bool:
    """Take the wish back: the account is as it was. Return whether there was one."""
    with transaction.atomic():
        erasure = pending(locked(person))
        if erasure is None:
            return False
        if isinstance(person, User):
            User.objects.filter(pk=person.pk).update(is_active=True)
            person.is_active = True
        erasure.delete()
    return True


def obstacle_to(person: User | Guest) -> str:
    """Return why the erasure would have to wait, as a sentence, or an empty string."""
    subject = subject_of(person)
    return next(filter(None, (ask(subject) for ask in registry.obstacles)), "")


def reopen_token(erasure: Erasure) -> str:
    """Return the signed part of the link that opens the account again: good for this wish and no other."""
    return signing.dumps({"erasure": erasure.pk}, salt=SALT)


def read_reopen_token(token: str) -> Erasure:
    """Return the erasure of a link. Raises `BadRequest` for one we did not make, `Gone` for one that is over."""
    try:
        data = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise BadRequest(
            _("This link is not complete. Please copy the whole of it from the mail, up to its end.")
        ) from error
    erasure = Erasure.objects.select_related("user", "guest").filter(pk=data["erasure"], done_at=None).first()
    if erasure is None:
        raise Gone(_("This account is open, or it was erased already. The link is not needed any more."))
    return erasure


@handles("accounts.erasure_asked")
def tell_it_is_closed(event: UUID, erasure: int) -> None:
    """Mail the link that opens the account again. A repeat sends nothing more."""
    row = Erasure.objects.select_related("user", "guest").filter(pk=erasure, done_at=None).first()
    if row is None:
        return
    with translation.override(row.language or settings.LANGUAGE_CODE):
        mail_closed(row, reopen_token(row))


@handles("accounts.erase")
def erase(event: UUID, erasure: int) -> None:
    """Erase the person, as far as one go takes it, and go on later; or wait for what stands in the way, and say so."""
    row = Erasure.objects.select_related("user", "guest").filter(pk=erasure, done_at=None).first()
    if row is None or row.due_at > timezone.now():
        return
    with translation.override(row.language or settings.LANGUAGE_CODE):
        if why := obstacle_to(row.person):
            _wait(row, why)
            return
    subject = subject_of(row.person)
    for step in registry.erasers:
        if not step(subject, row.keeps_texts):
            _again(row, timedelta(0))
            return
    with transaction.atomic():
        Export.objects.filter(subject.rows()).delete()
        Erasure.objects.filter(pk=row.pk).update(done_at=timezone.now())
    log.info("a person was erased", extra={"erasure": row.pk})


def erase_due() -> int:
    """Write down anew what is due and nobody has done, and return how many: for rows of the outbox that got lost."""
    due = list(Erasure.objects.filter(done_at=None, due_at__lte=timezone.now()))
    for row in due:
        _again(row, timedelta(0))
    return len(due)


def _wait(row: Erasure, why: str) -> None:
    if row.waits_since is None:
        mail_waiting(row, why)
        Erasure.objects.filter(pk=row.pk).update(waits_since=timezone.now())
    _again(row, ASK_AGAIN)


def _again(row: Erasure, wait: timedelta) -> None:
    with transaction.atomic():
        put("accounts.erase", urgency=Outbox.Urgency.LATER, wait=wait, erasure=row.pk)
