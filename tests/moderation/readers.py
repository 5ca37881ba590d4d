"""Readers in front of the house: browsers, and time that passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Guest, User
from core.outbox import drain

#: Words that are only in comments that nobody but author and staff may read.
SECRET = "You are a fool."


def browser_of(person: User | Guest) -> Client:
    """Return a browser in which this member or guest is at home."""
    client = Client()
    if isinstance(person, User):
        client.force_login(person)
        return client
    session = client.session
    session["guest_id"] = person.pk
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    return client


@contextmanager
def later(**by: float) -> Iterator[None]:
    """Let time pass: by default so much that no decision can be undone any more."""
    with time_machine.travel(timezone.now() + timedelta(**(by or {"seconds": 61}))):
        yield


def send_due() -> int:
    """Do what the outbox has due, and return how many mails went out."""
    before = len(mail.outbox)
    drain()
    return len(mail.outbox) - before
