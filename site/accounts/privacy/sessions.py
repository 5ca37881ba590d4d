"""Browsers in which a person is known. A session says whose it is only inside, so all of them have to be opened."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as MEMBER_KEY
from django.contrib.sessions.models import Session

from accounts.participants import SESSION_KEY as GUEST_KEY
from accounts.privacy.subject import Subject


def sessions_of(subject: Subject) -> Iterator[Session]:
    """Yield the sessions in which the member is logged in, or a guest of theirs writes, those that are over, too.

    Reads the whole table: for the background.
    """
    member = str(subject.user.pk) if subject.user else None
    guests = {guest.pk for guest in subject.guests}
    for session in Session.objects.iterator(chunk_size=500):
        data: dict[str, Any] = session.get_decoded()
        is_theirs = (member and data.get(MEMBER_KEY) == member) or data.get(GUEST_KEY) in guests
        # Somebody in the middle of logging in is not logged in yet, and their address is noted already.
        if is_theirs or subject.is_in(str(data)):
            yield session


def end_sessions(subject: Subject) -> int:
    """Delete them, from a cache in front of the table, too; return how many."""
    engine = import_module(settings.SESSION_ENGINE)
    keys = [session.session_key for session in sessions_of(subject)]
    for key in keys:
        engine.SessionStore(key).delete()
    return len(keys)
