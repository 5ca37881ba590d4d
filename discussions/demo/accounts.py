"""Rows for the readers of the demo's paper, and the accounts that a visitor may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import Q

from accounts.models import Guest, User
from discussions.demo.people import Reader, reader_named, readers

SOURCE = "demo"
#: Known to everybody who reads this line: the command refuses to make these accounts on a site that is not a demo.
PASSWORD = "on-the-bench"  # noqa: S105
#: Reserved by RFC 2606, so no mail reaches anybody.
_DOMAIN = "readers.example.org"


class HandleTakenError(Exception):
    """Somebody who is not of the demo has a handle or an address that the demo needs."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that a visitor may log in with; the password is `PASSWORD`."""

    role: str
    email: str
    username: str
    name: str
    #: The group that gives it its rights; empty for none.
    group: str = ""


ACCOUNTS = (
    DemoAccount("reader", "reader@example.org", "juniper_vale", reader_named("juniper_vale").name),
    DemoAccount("moderator", "moderator@example.org", "marlow_fennick", "Marlow Fennick", "Moderators"),
    DemoAccount("senior", "senior@example.org", "isaura_quill", "Isaura Quill", "Senior moderators"),
    DemoAccount("admin", "admin@example.org", "admin", "Lantern Desk", "Administrators"),
)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody of the demo, saved."""

    #: By `Reader.index`.
    writers: tuple[User | Guest, ...]
    members: tuple[User, ...]
    #: Who keeps the house, by role.
    staff: Mapping[str, User]

    @property
    def moderator(self) -> User:
        """Return the moderator."""
        return self.staff["moderator"]

    def by_handle(self, handle: str) -> User | None:
        """Return the member with this handle, None for an empty one."""
        return next((member for member in self.members if member.username == handle), None)


def ensure_people(rng: Random, now: datetime) -> People:
    """Save whoever is missing and return everybody.

    Raises `HandleTakenError` rather than touch a stranger's account.
    """
    wanted = {reader.handle: _member(reader, rng, now) for reader in readers() if not reader.is_guest}
    password = make_password(PASSWORD)  # once: hashing is slow on purpose
    wanted.update({account.username: _account(account, password, now) for account in ACCOUNTS})
    _refuse_strangers(wanted)
    known = User.objects.in_bulk([user.email for user in wanted.values()], field_name="email")
    User.objects.bulk_create([user for user in wanted.values() if user.email not in known])
    members = {user.username: user for user in User.objects.filter(username__in=wanted)}
    _open_accounts(members)
    guests = _ensure_guests(now)
    writers = tuple(guests[reader.name] if reader.is_guest else members[reader.handle] for reader in readers())
    staff = {account.role: members[account.username] for account in ACCOUNTS if account.group}
    return People(writers, tuple(members[handle] for handle in wanted), staff)


def accounts_there() -> list[DemoAccount]:
    """Return the accounts that a visitor can log in with; a demo of long ago may have fewer."""
    emails = set(User.objects.filter(email__in=[one.email for one in ACCOUNTS]).values_list("email", flat=True))
    return [account for account in ACCOUNTS if account.email in emails]


def _member(reader: Reader, rng: Random, now: datetime) -> User:
    joined = now - timedelta(days=rng.uniform(30, 1_500))
    return User(
        email=f"{reader.handle}@{_DOMAIN}", username=reader.handle, name=reader.name, date_joined=joined,
        password=make_password(None),
    )  # fmt: skip


def _account(account: DemoAccount, password: str, now: datetime) -> User:
    is_admin = account.role == "admin"
    return User(
        email=account.email, username=account.username, name=account.name, password=password,
        is_staff=is_admin, is_superuser=is_admin, date_joined=now - timedelta(days=900),
    )  # fmt: skip


def _refuse_strangers(wanted: Mapping[str, User]) -> None:
    emails = [user.email for user in wanted.values()]
    for user in User.objects.filter(Q(username__in=wanted) | Q(email__in=emails)):
        if user.username not in wanted or wanted[user.username].email != user.email:
            raise HandleTakenError(f"@{user.username} ({user.email}) is not an account of the demo.")


def _open_accounts(members: Mapping[str, User]) -> None:
    """Let visitors log in: the addresses count as confirmed, and who keeps the house joins their group."""
    for account in ACCOUNTS:
        EmailAddress.objects.get_or_create(
            user=members[account.username], email=account.email, defaults={"verified": True, "primary": True}
        )
        # `migrate` makes the groups, and a site may have done without one of them since.
        members[account.username].groups.add(*Group.objects.filter(name=account.group))


def _ensure_guests(now: datetime) -> dict[str, Guest]:
    for reader in readers():
        if reader.is_guest:
            defaults = {"name": reader.name, "created_at": now - timedelta(days=20)}
            Guest.objects.get_or_create(source=SOURCE, source_key=str(reader.name), defaults=defaults)
    return {guest.name: guest for guest in Guest.objects.filter(source=SOURCE)}
