"""Asking to be told of new comments, and changing one's mind: the only writers of subscriptions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.guests import confirm as confirm_guest
from accounts.models import Guest, Mail, MailFrequency, User
from accounts.participants import Participant
from accounts.refusals import address_digest
from core.errors import NotAllowed
from core.models import Outbox
from core.outbox import put
from discussions.models import Article, Comment, Subscription

Scope = Subscription.Scope


def follow(
    person: Participant | None, *, email: str = "", article: Article, scope: str, frequency: str,
    branch: Comment | None = None,
) -> bool:  # fmt: skip
    """Let somebody be told, a visitor at `email`; return whether the address has to be confirmed by mail first.

    The answer for an address is the same whether or not it is known here.
    """
    _check_has_comments(scope, person)
    who = person if person is not None and person.email else subscriber_at(email)
    is_confirmed = who is person and (isinstance(who, User) or who.email_confirmed_at is not None)
    with transaction.atomic():
        row = subscribe(
            who, article=article, scope=scope, frequency=frequency, branch=branch, is_confirmed=is_confirmed
        )
        if isinstance(who, Guest) and not row.tells:
            ask_to_confirm(who)
    return not is_confirmed


def _check_has_comments(scope: str, person: Participant | None) -> None:
    if scope == Scope.REPLIES and (person is None or not person.email):
        raise NotAllowed(_("Please log in, or give your address with a comment: then we know which are yours."))


def subscribe(
    person: Participant, *, article: Article, scope: str, frequency: str, branch: Comment | None = None,
    is_confirmed: bool = True,
) -> Subscription:  # fmt: skip
    """Write down what `person` wants to be told of, and return the row: the same one if it was there before.

    Without `is_confirmed` a new one waits for `confirm_address`; one that tells already goes on telling as it did,
    because whoever typed the address may be somebody else.
    """
    whose = {"guest": person} if isinstance(person, Guest) else {"member": person}
    where = {"article": article, "scope": scope, "comment": branch}
    fresh = {"frequency": frequency, "language": translation.get_language() or ""}
    with transaction.atomic():
        row, is_new = Subscription.objects.get_or_create(**whose, **where, defaults=fresh)
        if is_confirmed:
            row.frequency, row.language = fresh["frequency"], fresh["language"]
            row.confirmed_at, row.paused_at, row.ended_at = row.confirmed_at or timezone.now(), None, None
            row.save(update_fields=["frequency", "language", "confirmed_at", "paused_at", "ended_at"])
        elif not is_new and not row.tells:
            row.frequency, row.confirmed_at, row.ended_at = frequency, None, None
            row.save(update_fields=["frequency", "confirmed_at", "ended_at"])
    return row


def follow_replies(guest: Guest, *, article: Article) -> Subscription:
    """Let a guest be told of replies here; it begins when the link that comes with the comment was confirmed."""
    is_confirmed = guest.email_confirmed_at is not None
    frequency = MailFrequency.IMMEDIATELY
    return subscribe(guest, article=article, scope=Scope.REPLIES, frequency=frequency, is_confirmed=is_confirmed)


def subscriber_at(email: str) -> Guest:
    """Return the guest to whom subscriptions of an address belong, until its owner has a name here.

    A confirmed guest with this address, else one without a name that is made for it. Never a guest whose address is
    not confirmed: somebody else may have typed it, and confirming a subscription must not hand them anything.
    """
    email = email.strip().lower()
    theirs = Guest.objects.filter(email=email, claimed_by=None, source="").order_by("pk")
    found = theirs.filter(email_confirmed_at__isnull=False).first() or theirs.filter(name="").first()
    return found or Guest.objects.create(name="", email=email)


def ask_to_confirm(guest: Guest) -> bool:
    """Mail the guest a link that confirms what waits for it; return False when one went there in the last day.

    The log of mails decides: its key is made of address and day, so that a thousand attempts at once send one.
    """
    day = timezone.now().date()
    keys = [_confirm_key(guest.email, day - timedelta(days=back)) for back in (0, 1)]
    with transaction.atomic():
        if Mail.objects.filter(key__in=keys, created_at__gt=timezone.now() - timedelta(days=1)).exists():
            return False
        try:
            with transaction.atomic():
                mail = Mail.objects.create(key=keys[0], kind=Mail.Kind.CONFIRM, guest=guest)
        except IntegrityError:
            return False
        language = translation.get_language() or ""
        put("discussions.confirm", urgency=Outbox.Urgency.NOW, mail=mail.pk, guest=guest.pk, language=language)
    return True


def confirm_address(guest: Guest) -> int:
    """Note that the guest's address is theirs, let everything tell that waited for it, and return how much that was."""
    with transaction.atomic():
        confirm_guest(guest)
        return confirm_waiting(guest)


def confirm_waiting(guest: Guest) -> int:
    """Let everything tell that waited for the guest's address to be confirmed; return how much that was."""
    waiting = Subscription.objects.of(guest).filter(confirmed_at=None, ended_at=None)
    return waiting.update(confirmed_at=timezone.now())


def change(row: Subscription, *, frequency: str = "", is_paused: bool | None = None) -> None:
    """Change how often a subscription tells, or pause it and go on."""
    if frequency:
        row.frequency = frequency
    if is_paused is not None:
        row.paused_at = timezone.now() if is_paused else None
    row.save(update_fields=["frequency", "paused_at"])


def leave(person: Participant, ids: Collection[int], kinds: Collection[str] = ()) -> None:
    """End these subscriptions of `person`, and let a member's preferences no longer ask for `reply` or `mention`."""
    _switch(person, ids, kinds, is_on=False)


def rejoin(person: Participant, ids: Collection[int], kinds: Collection[str] = ()) -> None:
    """Undo `leave`."""
    _switch(person, ids, kinds, is_on=True)


def _switch(person: Participant, ids: Collection[int], kinds: Collection[str], *, is_on: bool) -> None:
    now = timezone.now()
    with transaction.atomic():
        rows = Subscription.objects.of(person).filter(pk__in=ids)
        if is_on:
            rows.update(ended_at=None)
        else:
            rows.filter(ended_at=None).update(ended_at=now)
        wanted = {f"mail_on_{kind}": is_on for kind in kinds if kind in ("reply", "mention")}
        if isinstance(person, User) and wanted:
            User.objects.filter(pk=person.pk).update(**wanted)


def _confirm_key(email: str, day: object) -> str:
    return f"confirm-{address_digest(email)[:40]}-{day}"
