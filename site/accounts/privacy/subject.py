"""Who it is about: one person may have been several rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import Guest, User

#: Stands where a name or an address was in somebody else's words.
GONE = "[…]"


@dataclass(frozen=True)
class Subject:
    """A member, or a guest, with the guests that are the same person, and what they can be recognised by."""

    user: User | None
    guests: tuple[Guest, ...]
    #: Every address that we know of, confirmed or not, in small letters.
    addresses: frozenset[str]
    #: Those that were shown to be theirs: what is filed under one of these belongs to them.
    proven: frozenset[str]
    names: frozenset[str]

    def rows(self, user: str = "user", guest: str = "guest") -> Q:
        """Return the filter of rows that name this person in the columns `user` and `guest`."""
        return Q(**{user: self.user}, **{f"{user}__isnull": False}) | Q(**{f"{guest}__in": self.guests})

    @property
    def handle(self) -> str:
        """Return the member's handle; empty for guests."""
        return self.user.username if self.user else ""

    def is_in(self, text: str) -> bool:
        """Return whether `text` names the person."""
        return self._marks is not None and self._marks.search(text) is not None

    def scrub(self, text: str) -> str:
        """Return `text` without the person's names, handle and addresses: for words that somebody else wrote."""
        return self._marks.sub(GONE, text) if self._marks else text

    def scrub_addresses(self, text: str) -> str:
        """Return `text` without the addresses and the @handle: for the person's own words, which keep their names."""
        words = [*map(re.escape, self.addresses), *([f"@{re.escape(self.handle)}"] if self.handle else [])]
        return re.sub(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", GONE, text, flags=re.IGNORECASE) if words else text

    @cached_property
    def _marks(self) -> re.Pattern[str] | None:
        words = sorted(filter(None, {*self.addresses, *self.names, self.handle}), key=len, reverse=True)
        if not words:
            return None
        return re.compile(rf"(?<!\w)@?(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def subject_of(person: User | Guest) -> Subject:
    """Return the person with everything that is the same person by proof: claimed guests, and confirmed addresses.

    A guest who only typed an address has proved nothing: what else is filed under it stays out.
    """
    if isinstance(person, User):
        rows = EmailAddress.objects.filter(user=person).values_list("email", "verified")
        known = {email.lower(): verified for email, verified in rows}
        proven = frozenset(email for email, verified in known.items() if verified)
        guests = Guest.objects.filter(Q(claimed_by=person) | _confirmed(proven))
        addresses = {person.email.lower(), *known}
        names = {person.name}
    else:
        proven = frozenset({person.email.lower()} if person.email and person.email_confirmed_at else ())
        guests = Guest.objects.filter(Q(pk=person.pk) | _confirmed(proven))
        addresses, names = set(), set()
    same = tuple(guests.order_by("pk"))
    return Subject(
        user=person if isinstance(person, User) else None,
        guests=same,
        addresses=frozenset(filter(None, {*addresses, *(guest.email.lower() for guest in same)})),
        proven=proven,
        names=frozenset(filter(None, {*names, *(guest.name for guest in same)})),
    )


def locked(person: User | Guest) -> User | Guest:
    """Return the person's row, locked until the transaction ends: two requests at once go one after the other."""
    if isinstance(person, Guest):
        return Guest.objects.select_for_update().get(pk=person.pk)
    return User.objects.select_for_update().get(pk=person.pk)


def _confirmed(proven: frozenset[str]) -> Q:
    return Q(email__in=proven, email_confirmed_at__isnull=False, claimed_by=None)
