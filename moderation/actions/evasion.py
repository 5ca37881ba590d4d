"""Somebody whose mailbox is that of a ban in force is read before they are shown."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Guest, User
from moderation import audit
from moderation.evasion import mark_of
from moderation.models import Policy, Sanction, StaffNote


def look_for_ban(person: User | Guest, address: str) -> Sanction | None:
    """Return the ban of somebody else with the mailbox of `address`, once it is noted on `person` for the moderators.

    A member's comments are read first from then on. Looking again, or at the banned person, changes nothing.
    """
    ban = Sanction.objects.active().filter(kind=Sanction.Kind.BAN, address_hash=mark_of(address)).first()
    if not address or ban is None or person.pk in ((ban.guest_id,) if isinstance(person, Guest) else (ban.user_id,)):
        return None
    about = {"guest": person} if isinstance(person, Guest) else {"user": person}
    text = _("This may be somebody who is banned (measure %(n)d): the address leads to the same mailbox.") % {
        "n": ban.pk
    }
    with transaction.atomic():
        note, is_new = StaffNote.objects.get_or_create(**about, by=None, text=text)
        if is_new:
            subject = person if isinstance(person, User) else None
            audit.record("note.written", by=None, note=note.pk, subject=subject, sanction=ban.pk)
            if isinstance(person, User):
                Policy.objects.get_or_create(
                    author=person, section=None, article=None, defaults={"mode": Policy.Mode.HOLD_ALL}
                )
    return ban
